import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { logEntry } from './log-entry.ts';
import { openSpool, readBatch } from './spool.ts';

/** The entry that a record of a job becomes on its way through the spool to the server. */
function entryOf(record: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'baton-entry-'));
  try {
    const file = join(folder, 'log.ndjson');
    const spool = openSpool(file, 'e', 'secret', () => new Date(0));
    spool.addRecord(record);
    spool.close();
    return logEntry(readBatch(file, 0, 10, 10_000).lines[0]!, { jobId: 'j', fileName: undefined });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test('fields keep their digits', () => {
  const fields = '"id":9007199254740993,"price":1.50,"rate":0.12345678901234567890';
  assert.ok(entryOf(`{"message":"m","fields":{${fields}}}`).startsWith(`{${fields},`));
});

test('fields that are called like members of the entry are all there', () => {
  const given = { message: 1, Level: 2, _level: 3, jobId: 4, JOBKEY: 5, fileName: 6, customer: 7 };
  const entry = JSON.parse(entryOf(JSON.stringify({ message: 'm', level: 'Error', fields: given })));
  assert.deepEqual([entry.message, entry.level, entry.jobId], ['m', 'Error', 'j']);
  assert.partialDeepStrictEqual(entry, {
    _message: 1,
    _Level: 2,
    __level: 3,
    _jobId: 4,
    _JOBKEY: 5,
    _fileName: 6,
    customer: 7,
  });
});
