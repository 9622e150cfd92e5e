import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it } from 'node:test';
import { encryptionKeys } from './keys.ts';
import { createSealer, keyId } from './seal.ts';

const secret = Buffer.from('correct horse');

it('opens what it sealed, for the same purpose only', () => {
  const sealer = createSealer([randomBytes(32)]);
  const sealed = sealer.seal(secret, 'asset');
  assert.deepEqual(sealer.open(sealed, 'asset'), secret);
  assert.throws(() => sealer.open(sealed, 'robot'));
  assert.notDeepEqual(sealer.seal(secret, 'asset'), sealed);
});

it('notices every changed byte', () => {
  const sealer = createSealer([randomBytes(32)]);
  const sealed = sealer.seal(secret, 'asset');
  for (let i = 0; i < sealed.length; i++) {
    const changed = Buffer.from(sealed);
    changed[i]! ^= 1;
    assert.throws(() => sealer.open(changed, 'asset'), `byte ${i}`);
  }
  assert.throws(() => sealer.open(Buffer.alloc(5), 'asset'));
});

it('opens older secrets after a new key was put first', () => {
  const [old, fresh] = [randomBytes(32), randomBytes(32)];
  const sealed = createSealer([old]).seal(secret, 'asset');
  assert.deepEqual(createSealer([fresh, old]).open(sealed, 'asset'), secret);
  assert.throws(() => createSealer([fresh]).open(sealed, 'asset'), {
    name: 'KeyMissing',
    message: new RegExp(
      `key ${keyId(old)}, and here are ${keyId(fresh)}: BATON_ENCRYPTION_KEY needs that one too`,
    ),
  });
  assert.throws(() => createSealer([Buffer.alloc(16)]), /32 bytes/);
});

it('says which key is no key, and where it stands', async (t) => {
  const dataFolder = await mkdtemp(join(tmpdir(), 'baton-keys-'));
  t.after(() => rm(dataFolder, { recursive: true }));
  const good = randomBytes(32).toString('base64');
  const config = { dataFolder, databaseUrl: undefined };
  await assert.rejects(
    encryptionKeys({ ...config, encryptionKeys: [good, randomBytes(16).toString('base64')] }),
    /^Error: BATON_ENCRYPTION_KEY: key 2 of 2 has 16 bytes/,
  );
  const made = await encryptionKeys({ ...config, encryptionKeys: [] });
  assert.deepEqual(await encryptionKeys({ ...config, encryptionKeys: [] }), made);
  const file = join(dataFolder, 'keys', 'encryption.key');
  for (const spoilt of ['', good.slice(0, 20)]) {
    await writeFile(file, spoilt);
    await assert.rejects(encryptionKeys({ ...config, encryptionKeys: [] }), (error: Error) => {
      assert.ok(error.message.startsWith(`${file}: holds `), error.message);
      return true;
    });
  }
});
