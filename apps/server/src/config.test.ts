import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readConfig } from './config.ts';

test('the public address is an origin; a path, or what is no address, keeps the server from starting', () => {
  const publicUrl = (value: string) => readConfig({ BATON_PUBLIC_URL: value }).publicUrl;
  assert.equal(publicUrl(''), undefined);
  assert.equal(publicUrl('https://baton.example/'), 'https://baton.example');
  assert.equal(publicUrl('HTTP://Baton.example:8080'), 'http://baton.example:8080');
  for (const below of ['https://example.com/baton', 'https://baton.example/?a=b', 'https://baton.example/#a'])
    assert.throws(() => publicUrl(below), /^Error: BATON_PUBLIC_URL: '.*' has a path\. Give Baton a name/);
  for (const none of ['baton.example', 'ftp://baton.example', 'https://', 'https://u:secret@baton.example'])
    assert.throws(
      () => publicUrl(none),
      (error: Error) =>
        /^BATON_PUBLIC_URL: '.*' is not like https/.test(error.message) && !error.message.includes('secret'),
    );
});
