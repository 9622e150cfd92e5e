import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { routes } from '../apps/server/src/areas.ts';
import type { Dto, Field } from '../apps/server/src/kernel/contract/fields.ts';
import {
  addAccount,
  addMachine,
  addProcess,
} from '../apps/server/src/orchestrator/jobs/robot-kit.fixture.ts';
import { testServer } from '../apps/server/src/server.fixture.ts';

// What a client leaves out where something is made. The product that is replaced reads an enumeration that
// is absent as its first value, wherever the member may not be null, and clients rely on that.
const server = await testServer({ after });
const { admin } = server;
const here = admin.in(server.folder.id);
await addAccount(server);
await addMachine(server);
const process = await addProcess(here);
const queue = 'Left out';
await here.post('/odata/QueueDefinitions', { Name: queue });

/** The least that makes one. */
const LEAST: Readonly<Record<string, object>> = {
  Assets_Post: { Name: 'Least', ValueType: 'Text', StringValue: 'x' },
  Folders_Post: { DisplayName: 'Least' },
  Jobs_StartJobs: { startInfo: { ReleaseKey: process.Key, InputArguments: '{"queue":"x"}' } },
  Machines_Post: { Name: 'Least' },
  QueueDefinitions_CreateQueue: { Name: 'Least made' },
  QueueDefinitions_Post: { Name: 'Least' },
  Queues_AddQueueItem: { itemData: { Name: queue } },
  Releases_CreateRelease: { Name: 'Least made', ProcessKey: 'Invoices', ProcessVersion: '1.0.0' },
  Releases_Post: { Name: 'Least', ProcessKey: 'Invoices', ProcessVersion: '1.0.0' },
  Roles_Post: { Name: 'Least' },
  Users_Post: { UserName: 'least' },
};

/** Never made by this operation. */
const REFUSED = new Set(['Robots_Post']);

const KEPT = { RetentionAction: 'None', StaleRetentionAction: 'None' };
/** Not the first, and why. */
const OTHERWISE: Readonly<Record<string, Readonly<Record<string, string | null>>>> = {
  // The first ones are of classic folders, which are no more, and of no feed.
  Folders_Post: { ProvisionType: 'Automatic', PermissionModel: 'FineGrained', FeedType: 'Processes' },
  // SpecificPriorityValue is 45 where nothing else is said, the guide's default; no stop is asked for yet.
  Jobs_StartJobs: { JobPriority: 'Normal', RuntimeType: 'Unattended', StopStrategy: null },
  Queues_AddQueueItem: { Priority: 'Normal' },
  // A size is one of serverless robots, and may be null. No stop is asked for. Nothing is deleted that nobody
  // asked to delete.
  Releases_Post: { JobPriority: 'Normal', RobotSize: null, StopStrategy: null },
  Releases_CreateRelease: { JobPriority: 'Normal', RobotSize: null, StopStrategy: null, ...KEPT },
  QueueDefinitions_CreateQueue: KEPT,
  // The first one is no kind of machine.
  Machines_Post: { Type: 'Standard' },
  // Mixed roles are those that a tenant begins with.
  Roles_Post: { Type: 'Folder' },
};

/** Members of the body that are enumerations, and which the answer shows. */
function enumerationsOf(shape: Dto, shown: Dto): readonly (readonly [string, Field])[] {
  return Object.entries(shape.fields).filter(
    ([name, { kind, options }]) => kind === 'enum' && !options.readOnly && name in shown.fields,
  );
}

const made = routes
  .map(({ operation }) => operation)
  .flatMap((operation) => {
    const { method, answer, body } = operation;
    if (method !== 'POST' || answer.status !== 201 || !body || !('of' in answer)) return [];
    const shown = answer.of as Dto | Field;
    if ('kind' in shown || 'kind' in body || REFUSED.has(operation.id)) return [];
    const wrapped = Object.values(body.fields)
      .find(({ kind }) => kind === 'object')
      ?.dto?.();
    const enumerations = [body, ...(wrapped ? [wrapped] : [])].flatMap((each) => enumerationsOf(each, shown));
    return enumerations.length > 0 ? [{ operation, enumerations }] : [];
  });

describe('an enumeration that is left out is its first value', () => {
  for (const { operation, enumerations } of made) {
    it(operation.id, async () => {
      const least = LEAST[operation.id] ?? assert.fail(`what is the least that ${operation.id} takes?`);
      const path = operation.path;
      const { status, body, text } = await (operation.folder === 'none' ? admin : here).post(path, least);
      assert.equal(status, 201, text);
      const row = Array.isArray(body.value) ? body.value[0] : body;
      const otherwise = OTHERWISE[operation.id] ?? {};
      const left = enumerations.filter(([name]) => !(name in least));
      assert.deepEqual(
        Object.fromEntries(left.map(([name]) => [name, row[name]])),
        Object.fromEntries(
          left.map(([name, { enumeration }]) => [
            name,
            name in otherwise ? otherwise[name] : Object.keys(enumeration!.members)[0],
          ]),
        ),
      );
    });
  }
});
