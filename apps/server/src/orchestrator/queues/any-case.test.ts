import assert from 'node:assert/strict';
import { after, it } from 'node:test';
import { testServer } from '../../server.fixture.ts';
import { queueKit } from './queues.fixture.ts';

const server = await testServer({ after });
const caller = server.admin.in(server.folder.id);
const { newQueue, add } = queueKit(caller);
const otherwise = (text: string): string => text.toUpperCase().normalize('NFD');

it('a queue and a reference are found in any case by the first call, of which nothing is remembered', async () => {
  const { Name } = await newQueue({ Name: 'Éclair' });
  const { Id } = await add(otherwise(Name), { Reference: 'Réf-1' });
  const { Id: second } = await add(Name, { Reference: 'Réf-2' });
  const start = async (Reference: string, ReferenceFilterOption: string): Promise<unknown> => {
    const transactionData = { Name, Reference: otherwise(Reference), ReferenceFilterOption };
    return (await caller.post('/odata/Queues/UiPathODataSvc.StartTransaction', { transactionData })).body?.Id;
  };
  assert.equal(await start('Réf-1', 'Equals'), Id);
  assert.equal(await start('Réf', 'StartsWith'), second);
});
