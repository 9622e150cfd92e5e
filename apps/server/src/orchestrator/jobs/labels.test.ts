import assert from 'node:assert/strict';
import { after, it } from 'node:test';
import { testServer } from '../../server.fixture.ts';
import {
  addAccount,
  addMachine,
  addProcess,
  connect,
  JOBS,
  job,
  start,
  started,
} from './robot-kit.fixture.ts';

const server = await testServer({ after });
const admin = server.admin.in(server.folder.id);
await addAccount(server);
const machine = await addMachine(server, { slots: 2 });
const read = async (id: number) => (await admin.get(`${JOBS}(${id})`)).body;

it('gives jobs to hosts that have all labels that they require', async () => {
  const plain = await connect(machine);
  const able = await connect(machine, { labels: ['GPU', 'sap', 'gpu'] });
  const own = await addProcess(admin, 'Renders', { Requires: ['gpu'] });
  const [anywhere, rendered, both, nowhere] = await Promise.all([
    started(admin, own.Key, { Requires: [] }),
    started(admin, own.Key),
    started(admin, own.Key, { Requires: ['SAP', 'GPU'] }),
    started(admin, own.Key, { Requires: ['tpu', 'gpu'] }),
  ]);
  const shown = await read(both[0]!.Id);
  assert.deepEqual([shown.Requires, shown.Info], [['gpu', 'sap'], null]);
  const LACKS = 'Waits for a host with the labels that it requires (gpu, tpu): no connected one has them.';
  assert.equal((await read(nowhere[0]!.Id)).Info, LACKS);
  const validated = await admin.post(job(nowhere[0]!.Id, 'ValidateExistingJob'));
  assert.deepEqual(validated.body.Errors, [LACKS]);
  const dynamic = await admin.post('/odata/Jobs/UiPath.Server.Configuration.OData.ValidateDynamicJob', {
    startInfo: { ReleaseKey: own.Key, InputArguments: '{"queue":"x"}', Requires: ['tpu'] },
  });
  assert.equal(dynamic.body.IsValid, false, dynamic.text);
  const wrong = await start(admin, { ReleaseKey: own.Key, Requires: ['no label'] });
  assert.deepEqual([wrong.status, wrong.body.errorCode], [400, 1009], wrong.text);
  assert.match(wrong.body.message, /Requires/);

  const keys = (orders: readonly { key: string }[]) => orders.map(({ key }) => key).sort();
  assert.deepEqual(keys(await plain.orders()), [anywhere[0]!.Key]);
  const orders = await able.orders();
  assert.deepEqual(keys(orders), [rendered[0]!.Key, both[0]!.Key].sort());
  const sessions = await server.admin.get(`/odata/Sessions?$filter=HostMachineName eq '${able.name}'`);
  assert.deepEqual(sessions.body.value[0].Labels, ['gpu', 'sap']);

  await connect(machine, { labels: ['gpu', 'tpu'] });
  assert.equal((await read(nowhere[0]!.Id)).Info, null, 'a host that connects takes the reason away');

  const at = `/odata/Releases(${own.Id})`;
  const requires = async () => (await admin.get(at)).body.Requires;
  const body = { Name: 'Renders', ProcessKey: 'Renders', ProcessVersion: '1.0.0' };
  assert.equal((await admin.put(at, body)).status, 200);
  assert.deepEqual(await requires(), ['gpu'], 'clients that do not know the member leave it alone');
  assert.equal((await admin.patch(at, { Requires: null })).status, 200);
  assert.deepEqual(await requires(), []);
  await admin.post('/odata/Jobs/UiPath.Server.Configuration.OData.StopJobs', {
    strategy: 'Kill',
    jobIds: [anywhere, rendered, both, nowhere].map(([each]) => each!.Id),
  });
});
