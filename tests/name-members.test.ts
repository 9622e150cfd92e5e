import assert from 'node:assert/strict';
import { it } from 'node:test';
import { routes } from '../apps/server/src/areas.ts';
import type { Dto, Field, Fields } from '../apps/server/src/kernel/contract/fields.ts';

/** Accounts and secrets of other systems, and patterns: kept to the letter. */
const TO_THE_LETTER = new Set([
  'CredentialUsername',
  'CredentialExternalName',
  'ExternalName',
  'fileNameGlob',
  'fileNameSubject',
]);
const SAYS_A_NAME = /(name|email(address)?|roleslist|entitynames|^processkey|^packageid|^processid|^role)$/i;

function* textMembers(
  fields: Fields,
  path: string,
  above: readonly Fields[] = [],
): Iterable<[string, Field]> {
  if (above.includes(fields)) return;
  for (const [name, field] of Object.entries(fields)) {
    if (field.options.readOnly) continue;
    const inner = field.items ?? field;
    if (inner.kind === 'string') yield [`${path}.${name}`, inner];
    if (inner.dto) yield* textMembers(inner.dto().fields, `${path}.${name}`, [...above, fields]);
  }
}

const fieldsOf = (body: Dto | Field | undefined): Fields =>
  body === undefined ? {} : 'fields' in body ? body.fields : { body };

it('whatever an operation takes as a name is read as one', () => {
  const members = routes.flatMap(({ operation: { id, params = {}, query = {}, body } }) =>
    [params, query, fieldsOf(body)].flatMap((fields) => [...textMembers(fields, id)]),
  );
  const names = members.filter(([path]) => {
    const member = path.split('.').at(-1)!;
    return SAYS_A_NAME.test(member) && !TO_THE_LETTER.has(member);
  });
  assert.ok(names.length > 150, `${names.length}`);
  assert.deepEqual(
    names.flatMap(([path, field]) => (field.options.name ? [] : [path])),
    [],
  );
});
