import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { it } from 'node:test';
import { createSealer } from './seal.ts';

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
  assert.throws(() => createSealer([fresh]).open(sealed, 'asset'), /not configured/);
  assert.throws(() => createSealer([Buffer.alloc(16)]), /32 bytes/);
});
