import { request, SECRET_KINDS } from './client.mjs';
import { mask } from './job.mjs';

const result = (item, transactionResult) =>
  request('POST', `/odata/Queues(${item.Id})/UiPathODataSvc.SetTransactionResult`, { transactionResult });

const itemOf = ({ content, reference, priority, dueDate, deferDate, ...more }) => ({
  SpecificContent: content,
  Reference: reference,
  Priority: priority,
  DueDate: dueDate,
  DeferDate: deferDate,
  ...more,
});

export const queue = Object.freeze({
  /**
   * Adds an item and returns it. Priority is High, Normal or Low. If the queue enforces unique references and
   * the reference exists already, it throws OrchestratorError 409 / 1016.
   */
  add(name, item = {}) {
    const itemData = { Name: name, ...itemOf(item) };
    return request('POST', '/odata/Queues/UiPathODataSvc.AddQueueItem', { itemData });
  },
  /**
   * Adds many items in one call, each as for `add`. Answers the failures, which only ProcessAllIndependently
   * and StopOnFirstFailure leave beside items that were added.
   */
  async addAll(name, items, commitType = 'AllOrNothing') {
    const body = { queueName: name, commitType, queueItems: items.map(itemOf) };
    const { FailedItems } = await request('POST', '/odata/Queues/UiPathODataSvc.BulkAddQueueItems', body);
    return FailedItems ?? [];
  },
  /** Starts the next item, which then belongs to this job; null where there is none. */
  startTransaction(name, more = {}) {
    const transactionData = { Name: name, RobotIdentifier: process.env.UIPATH_ROBOT_KEY, ...more };
    return request('POST', '/odata/Queues/UiPathODataSvc.StartTransaction', { transactionData });
  },
  async succeed(item, output) {
    await result(item, { IsSuccessful: true, Output: output });
  },
  /** A BusinessException is final. An ApplicationException may be retried if the queue is set to do so. */
  async fail(item, reason, { type = 'ApplicationException', details } = {}) {
    const ProcessingException = { Reason: reason, Details: details, Type: type };
    await result(item, { IsSuccessful: false, ProcessingException });
  },
  async progress(item, text) {
    const path = `/odata/QueueItems(${item.Id})/UiPathODataSvc.SetTransactionProgress`;
    await request('POST', path, { progress: text });
  },
});

const MEMBER_OF_KIND = new Map([
  ['DBConnectionString', 'StringValue'],
  ['HttpConnectionString', 'StringValue'],
  ['Text', 'StringValue'],
  ['Bool', 'BoolValue'],
  ['Integer', 'IntValue'],
  ['Secret', 'SecretValue'],
]);

export const assets = Object.freeze({
  /**
   * The value of an asset for this robot. It is a string (text, connection string, secret), a boolean, a
   * number, an object for a list of keys and values, or `{ username, password }` for a credential.
   */
  async get(name) {
    const asset = await readAsset(name);
    const kind = asset.ValueType;
    if (kind === 'Credential' || kind === 'WindowsCredential') {
      return { username: asset.CredentialUsername, password: asset.CredentialPassword };
    }
    if (kind === 'KeyValueList') {
      return Object.fromEntries(asset.KeyValueList.map(({ Key, Value }) => [Key, Value]));
    }
    return asset[memberOf(name, kind)];
  },
  /**
   * Sets the asset: the value of everybody, or this robot's own, as the asset is made. It takes what `get`
   * answers for its type.
   */
  async set(name, value) {
    const { ValueType: kind } = await readAsset(name);
    const robotAsset = { Name: name };
    if (kind === 'Credential' || kind === 'WindowsCredential') {
      mask(value.password);
      robotAsset.CredentialUsername = value.username;
      robotAsset.CredentialPassword = value.password;
    } else if (kind === 'KeyValueList') {
      robotAsset.KeyValueList = Object.entries(value).map(([Key, Value]) => ({ Key, Value }));
    } else {
      robotAsset[memberOf(name, kind)] = value;
      if (kind === 'Secret' || SECRET_KINDS.has(kind)) mask(value);
    }
    const body = { robotKey: process.env.UIPATH_ROBOT_KEY, robotAsset };
    await request('POST', '/odata/Assets/UiPath.Server.Configuration.OData.SetRobotAssetByRobotKey', body);
  },
});

function readAsset(name) {
  const path = '/odata/Assets/UiPath.Server.Configuration.OData.GetRobotAssetByNameForRobotKey';
  return request('POST', path, { assetName: name, robotKey: process.env.UIPATH_ROBOT_KEY });
}

function memberOf(name, kind) {
  const member = MEMBER_OF_KIND.get(kind);
  if (!member) throw new TypeError(`The asset ${name} is of a type that this robot does not know: ${kind}`);
  return member;
}
