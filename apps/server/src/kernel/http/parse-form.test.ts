import assert from 'node:assert/strict';
import { it } from 'node:test';
import { parseForm } from './parse-form.ts';

const FORM = 'application/x-www-form-urlencoded';

it('a form is read in its charset', () => {
  const utf16 = Buffer.from('name=Jürgen+€&b=%E2%82%AC', 'utf16le');
  const cases: readonly [bytes: Buffer, type: string, name: string, b: string | null][] = [
    [Buffer.from('name=J%C3%BCrgen+%E2%82%AC&b'), FORM, 'Jürgen €', ''],
    [Buffer.from('name=Jürgen+€&b=a%3Db=c'), `${FORM}; charset=UTF-8`, 'Jürgen €', 'a=b=c'],
    [Buffer.from('&name=J%FCrgen+%80&'), `${FORM}; charset=windows-1252`, 'Jürgen €', null],
    [Buffer.from('name=J\u00fcrgen+\u0080', 'latin1'), `${FORM};charset=latin1`, 'Jürgen €', null],
    [utf16, `${FORM}; charset=utf-16`, 'Jürgen €', '€'],
    [Buffer.from('name=100%&b=%zz'), FORM, '100%', '%zz'],
  ];
  for (const [bytes, type, name, b] of cases) {
    const form = parseForm(bytes, type);
    assert.equal(form.get('name'), name);
    assert.equal(form.get('b'), b);
  }
});

it('a field that is no text is refused by its name', () => {
  for (const [form, type, said] of [
    ['a=1&name=J%FCrgen', FORM, /^name: is not UTF-8/],
    ['a=1&name=x%00', FORM, /^name: holds a character/],
    ['a%00=1', FORM, /^form: holds a character/],
    ['name=%ED%A0%80', FORM, /^name: is not UTF-8/],
    ['name=x', `${FORM}; charset=ebcdic`, /charset 'ebcdic'/],
  ] as const)
    assert.throws(() => parseForm(Buffer.from(form), type), { message: said });
});
