import assert from 'node:assert/strict';
import { randomBytes, randomUUID } from 'node:crypto';
import { after, describe, it } from 'node:test';
import { openArchive } from '@baton/nupkg/archive';
import { refuse } from '../../refuse.fixture.ts';
import type { Answer } from '../../server.fixture.ts';
import { attachmentServer } from '../attachments/attachments.fixture.ts';

const NS = 'UiPath.Server.Configuration.OData';
const kit = await attachmentServer({ after });
const { server, admin, machine, ok, create, put, run, filesOf, events } = kit;
const download = (id: number): string => `/odata/ExecutionMedia/${NS}.DownloadMediaByJobId(jobId=${id})`;
const remove = (jobId: number): Promise<Answer> =>
  admin.post(`/odata/ExecutionMedia/${NS}.DeleteMediaByJobId`, { jobId });

type Job = Awaited<ReturnType<typeof run>>;
function screenshot({ key, order }: Pick<Job, 'key' | 'order'>, bytes: Uint8Array, more: object = {}) {
  const form = new FormData();
  for (const [name, value] of Object.entries({ jobKey: key, robotKey: order.job.robotKey, ...more }))
    if (value) form.append(name, String(value));
  form.append('file', new Blob([bytes]), 'C:\\shots\\screen.png');
  return machine.caller.send('POST', '/api/RobotsService/UploadScreenshot', { body: form });
}
const bytesOf = async (id: number): Promise<Buffer> => {
  const answer = await fetch(`${server.url}${download(id)}`, {
    headers: {
      authorization: `Bearer ${server.admin.token}`,
      'x-uipath-organizationunitid': String(server.folder.id),
    },
  });
  assert.equal(answer.status, 200);
  return Buffer.from(await answer.arrayBuffer());
};

describe('a recording of a job', () => {
  it('is what its host took of the screen', async () => {
    const job = await run();
    assert.equal((await ok(admin.get(`/odata/Jobs(${job.id})`))).HasMediaRecorded, false);
    const bytes = randomBytes(100_000);
    await ok(screenshot(job, bytes), 204);
    const [row, ...others] = (await ok(admin.get(`/odata/ExecutionMedia?$filter=JobId eq ${job.id}`))).value;
    assert.deepEqual(others, []);
    assert.deepEqual([row.Name, row.ReleaseName, row.JobId], ['screen.png', 'Invoices', job.id]);
    const { '@odata.context': _, ...one } = await ok(admin.get(`/odata/ExecutionMedia(${row.Id})`));
    assert.deepEqual(one, row);
    assert.equal((await ok(admin.get(`/odata/Jobs(${job.id})`))).HasMediaRecorded, true);
    assert.deepEqual(await bytesOf(job.id), bytes);
    const [file] = await filesOf(job.key);
    assert.deepEqual([file.category, file.contentType], ['Screenshot', 'image/png']);
  });

  it('is also a picture that the job left as evidence; several come as a zip file', async () => {
    const job = await run();
    const evidence = { JobKey: job.key, AttachmentCategory: 'Evidence' };
    await put(await create({ ...evidence, Name: 'shots/step.png' }), 'step', 'image/png');
    await put(await create({ ...evidence, Name: 'log.html' }), '<html>', 'text/html');
    await ok(screenshot(job, Buffer.from('screen')), 204);
    const archive = await openArchive(await bytesOf(job.id));
    assert.deepEqual(
      archive.files.map(({ path }) => path),
      ['1-step.png', '2-screen.png'],
    );
    archive.close();
  });

  it('is deleted with all others of the job, and tells so', async () => {
    const job = await run();
    await put(await create({ JobKey: job.key, Name: 'stays.txt' }));
    await ok(screenshot(job, Buffer.from('1')), 204);
    await ok(screenshot(job, Buffer.from('2')), 204);
    const last = (await events()).at(-1)!.id;
    await ok(remove(job.id), 204);
    assert.deepEqual(
      (await events(last)).map(({ type }) => type),
      ['attachment.deleted', 'attachment.deleted'],
    );
    assert.equal((await filesOf(job.key)).length, 1);
    assert.equal((await admin.get(download(job.id))).status, 404);
    await ok(remove(job.id), 204);
  });

  it('is refused where something is missing', async () => {
    const job = await run();
    const bytes = Buffer.from('x');
    await refuse([
      ['no job', await screenshot(job, bytes, { jobKey: '' }), 400, 1009, /^jobKey: /],
      ['no key of a job', await screenshot(job, bytes, { jobKey: 'x' }), 400, 1009, /^jobKey: /],
      ['an unknown job', await screenshot(job, bytes, { jobKey: randomUUID() }), 404, 1002, /^Job /],
      ['no robot', await screenshot(job, bytes, { robotKey: '' }), 400, 1009, /^robotKey: /],
      ['an unknown robot', await screenshot(job, bytes, { robotKey: randomUUID() }), 404, 1002, /^Robot /],
      ['a download of none', await admin.get(download(job.id)), 404, 1002, /^ExecutionMedia /],
      ['a download of an unknown job', await admin.get(download(424_242)), 404, 1002, /^Job /],
      ['deleting of an unknown job', await remove(424_242), 404, 1002, /^Job /],
    ]);
  });
});
