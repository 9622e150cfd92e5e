import type { Operation } from '../operation.ts';

export const NO_GUID = '00000000-0000-0000-0000-000000000000';

interface Familiar {
  readonly text: (operation: Operation) => string;
  readonly example?: unknown;
}

const means = (text: string, example?: unknown): Familiar => ({ text: () => text, example });

/** A readable singular for `Jobs` in `/odata/Jobs({key})`: `job`. */
const ofWhat = ({ path, tag }: Operation): string =>
  (/^\/odata\/(\w+)/.exec(path)?.[1] ?? tag)
    .replace(/ies$/, 'y')
    .replace(/([^s])s$/, '$1')
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase();

/**
 * Descriptions and examples of parameters whose name means the same in every operation. A description or an
 * example in the declaration takes precedence.
 */
export const FAMILIAR: Readonly<Record<string, Familiar>> = {
  key: {
    text: (operation) =>
      `${operation.params?.key?.kind === 'int64' ? 'Id' : 'Key'} of the ${ofWhat(operation)}.`,
  },
  id: { text: (operation) => `Id of the ${ofWhat(operation)}.` },
  identifier: { text: (operation) => `Key of the ${ofWhat(operation)}.` },
  partitionGlobalId: means('Id of the organization.'),
  folderId: means('Id of the folder.'),
  rootFolderId: means('Id of the folder at the top.'),
  excludeFolderId: means('Id of a folder to leave out.'),
  targetParentId: means('Id of the folder that it moves to; without it, to the top.'),
  userId: means('Id of the user.'),
  userIds: means('Ids of the users.'),
  groupId: means('Id of the group.'),
  clientId: means('Id of the application.'),
  sessionId: means('Id of the session.'),
  robotId: means('Id of the robot.'),
  robotAccountId: means('Id of the robot account.'),
  machineId: means('Id of the machine.'),
  licenseKey: means('Key of the machine, as its client id.'),
  secretId: means('Id of the secret.'),
  codeId: means('Id of the code.'),
  tokenId: means('Id of the token.'),
  referenceTokenId: means('Id of the personal access token.'),
  certificateId: means('Id of the certificate.'),
  settingId: means('Id of the setting.'),
  templateId: means('Id of the template.'),
  queueDefinitionId: means('Id of the queue.'),
  queueItemId: means('Id of the queue item.'),
  processId: means('Id of the package.', 'Invoices'),
  packageId: means('Id of the package.', 'Invoices'),
  assetName: means('Name of the asset.', 'InvoiceFolder'),
  sessionKey: means('Key of the session, as the start of the service told it.'),
  path: means('Path of the file in the bucket.', 'invoices/2026.pdf'),
  skip: means('Rows to leave out first.', 0),
  take: means('Most rows to answer.', 10),
  top: means('Most rows to answer.', 10),
  size: means('Most rows to write.', 100),
  sortBy: means('Member to sort by; without it, the first.', ''),
  sortOrder: means('Direction of the order.'),
  searchText: means('Part of a name, in any case.', 'a'),
  searchTerm: means('Part of a name, in any case.', 'a'),
  startsWith: means('How the name begins, in any case.', 'a'),
  prefix: means('How the name begins.', 'a'),
  searchContext: means('Kinds to look for.'),
  sourceFilter: means('Where to look.', ['localUsers']),
  domain: means('Domain of the directory; `autogen` is the local one.', 'autogen'),
  directory: means('Folder in the bucket, with a slash at its beginning.', '/'),
  recursive: means('True: files in folders below, too.', true),
  directoryIdentifier: means('Id in the directory.', NO_GUID),
  username: means('Name of the user.', 'admin'),
  userName: means('Name of the user.', 'admin'),
  userType: means('Kind of the user.'),
  type: means('Kind of the user.'),
  mandatoryPermissions: means('Only from folders where the caller holds all of these.', ['Jobs.View']),
  atLeastOnePermissions: means('Only from folders where the caller holds one of these.', ['Jobs.View']),
  mergePackageTags: means('True: tags of the package are added to those of the process.'),
  includeInherited: means('True: with those whose role comes from a folder above.', true),
  includeAlertsEnabled: means('True: says who is told of alerts.'),
  folderTypes: means('Kinds of folders.'),
  runtimeType: means('Kind of the runtime.', 'Unattended'),
  language: means('Language of the texts.', 'en'),
  fileNameSubject: means('What the name of the file begins with.', 'logs'),
  jsonSchemaType: means('Which of the three schemas.', 'SpecificData'),
  daysNo: means('Days to look back.', 7),
  since: means('Earliest time.'),
  userSID: means('Identifier of the user in Windows.', ''),
  token: means('The sealed part of an address that another operation answered.', 'sealed'),
  url: means('Address to look at.', 'https://orchestrator.example'),
};
