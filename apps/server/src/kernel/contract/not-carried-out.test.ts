import assert from 'node:assert/strict';
import { after, it } from 'node:test';
import { pino } from 'pino';
import { routes } from '../../areas.ts';
import { addProcess } from '../../orchestrator/jobs/robot-kit.fixture.ts';
import { testServer } from '../../server.fixture.ts';
import { settingsFinder } from './not-carried-out.ts';
import { openApi } from './openapi/document.ts';

const operations = routes.map((route) => route.operation);
const finderOf = (id: string) => settingsFinder(operations.find((operation) => operation.id === id)!)!;

it('lists in the documents every member of which nothing comes', () => {
  const about = { title: '', description: '', ofIdentity: false };
  const text = JSON.stringify(
    openApi(operations, about)({ baseUrl: '', authorizationUrl: '', tokenUrl: '' }),
  );
  for (const said of [
    'Kept and given back, and not carried out: nothing deletes or archives jobs yet.',
    'Kept and given back, and not carried out: there is no remote control.',
    'Taken, and of no effect: there is one wording, English.',
  ])
    assert.ok(text.includes(said), said);
});

const CASES: readonly (readonly [operation: string, input: object, paths: readonly string[]])[] = [
  ['ReleaseRetention_PutById', { body: { Action: 0, Period: 30 } }, ['Action']],
  ['ReleaseRetention_PutById', { body: { Action: 2, Period: 30 } }, []],
  [
    'Jobs_StartJobs',
    { body: { startInfo: { ResumeOnSameContext: true, ProfilingOptions: '{}' } } },
    ['startInfo.ResumeOnSameContext', 'startInfo.ProfilingOptions'],
  ],
  ['Jobs_StartJobs', {}, []],
  // Clients send back objects as they received them.
  [
    'Releases_PutById',
    {
      body: {
        ProcessSettings: {
          ErrorRecordingEnabled: false,
          Duration: 40,
          AutopilotForRobots: { Enabled: false },
        },
        VideoRecordingSettings: { VideoRecordingType: 0, MaxDurationSeconds: 180 },
        RobotSize: null,
        RetentionAction: 2,
      },
    },
    [],
  ],
  [
    'Releases_PutById',
    { body: { ProcessSettings: { AutopilotForRobots: { Enabled: true } } } },
    ['ProcessSettings'],
  ],
  [
    'Releases_PutById',
    { body: { VideoRecordingSettings: { VideoRecordingType: 2 } } },
    ['VideoRecordingSettings'],
  ],
  ['Users_Post', { body: { MayHaveUserSession: true, UnattendedRobot: { CredentialType: 0 } } }, []],
  ['Users_Post', { body: { MayHaveUserSession: false } }, ['MayHaveUserSession']],
  ['User_CreateUsers', { body: { users: [{}, { legacyId: 7 }, { legacyId: 8 }] } }, ['users[].legacyId']],
  ['AuditQuery_GetAuditEvents', { language: 'de' }, ['language']],
];

it('finds what an input sets of them, and nothing where it sets none', () => {
  for (const [operation, input, paths] of CASES)
    assert.deepEqual(
      finderOf(operation)({ ...input }).map(([path]) => path),
      paths,
      `${operation} ${JSON.stringify(input)}`,
    );
  assert.equal(settingsFinder({}), undefined);
});

it('says in the log that a call sets one', async () => {
  const lines: { readonly msg: string; readonly operation?: string; readonly member?: string }[] = [];
  const log = pino({ level: 'info' }, { write: (line) => void lines.push(JSON.parse(line)) });
  const server = await testServer({ after }, {}, { log });
  const here = server.admin.in(server.folder.id);
  const { Id } = await addProcess(here, 'Recorded');
  const said = () =>
    lines.flatMap(({ operation, member, msg }) => (member ? [`${operation} ${member}: ${msg}`] : []));
  const change = async (body: object): Promise<void> => {
    const { status, text } = await here.patch(`/odata/Releases(${Id})`, body);
    assert.equal(status, 200, text);
  };
  await change({ Description: 'x', VideoRecordingSettings: { VideoRecordingType: 'None' } });
  assert.deepEqual(said(), []);
  await change({ VideoRecordingSettings: { VideoRecordingType: 'All' } });
  assert.deepEqual(said(), [
    'Releases_PatchById VideoRecordingSettings: Kept and given back, and not carried out: robots do not record.',
  ]);
});
