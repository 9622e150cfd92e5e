import { asName } from '../../kernel/contract/name.ts';
import { type Path, parsePath } from './parse-filter.ts';
import { badValue, notChangeable, ScimError } from './scim-error.ts';

/** A change of one attribute, or of some of its values. */
export interface Change {
  readonly op: 'add' | 'replace' | 'remove';
  readonly path: Path;
  readonly value: unknown;
}

/** The value of an attribute in a whole resource. */
export const given = (name: string, value: unknown): Change => ({
  op: 'replace',
  path: { name: name.toLowerCase(), selects: undefined, part: undefined },
  value,
});

/**
 * Turns the operations of a PATCH into changes of single attributes. Directories write them in many ways:
 * Okta sends `Replace` with a capital and an object instead of a path. Entra sends dotted names in that
 * object, and `"False"` for false.
 */
export function changesOf(body: unknown): readonly Change[] {
  const { Operations, operations = Operations } = (body ?? {}) as {
    Operations?: unknown;
    operations?: unknown;
  };
  if (!Array.isArray(operations)) throw new ScimError(400, 'Operations are missing.', 'invalidSyntax');
  return operations.flatMap(changesOfOne);
}

function changesOfOne(operation: unknown): readonly Change[] {
  const {
    op: name,
    path,
    value,
  } = (operation ?? {}) as {
    op?: unknown;
    path?: unknown;
    value?: unknown;
  };
  const op = String(name).toLowerCase();
  if (op !== 'add' && op !== 'replace' && op !== 'remove') {
    throw new ScimError(400, `The operation '${String(name)}' is not known.`, 'invalidSyntax');
  }
  if (typeof path === 'string' && path !== '') return [{ op, path: parsePath(path), value }];
  if (op === 'remove') throw new ScimError(400, 'What is to be removed is not said.', 'noTarget');
  if (typeof value !== 'object' || value === null)
    throw new ScimError(400, 'A value is missing.', 'invalidValue');
  return Object.entries(value).map(([key, each]) => ({ op, path: parsePath(key), value: each }));
}

/**
 * Refuses changes of what is the server's own. The id may be repeated as it is, which Okta does.
 */
export function requireChangeable(changes: readonly Change[], id: string, readOnly: readonly string[]): void {
  for (const { op, path, value } of changes) {
    const [name = ''] = path.name.split('.');
    const isOwnId = name === 'id' && op !== 'remove' && String(value).toLowerCase() === id;
    if (readOnly.includes(name) && !isOwnId) throw notChangeable(name);
  }
}

/** Entra sends booleans as text. */
export function readBoolean(value: unknown, attribute: string): boolean {
  const first = Array.isArray(value) ? value[0] : value;
  const plain = typeof first === 'object' && first !== null ? (first as { value?: unknown }).value : first;
  if (typeof plain === 'boolean') return plain;
  if (/^(true|false)$/i.test(String(plain))) return /^true$/i.test(String(plain));
  throw badValue(`${attribute}: '${String(plain)}' is neither true nor false.`);
}

/** As long as elsewhere: what a directory writes is shown, sent and looked for as what people write. */
const LONGEST = 256;

export function readText(value: unknown, attribute: string): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (typeof value !== 'string') throw badValue(`${attribute} must be a text.`);
  const text = asName(value);
  if (text.length <= LONGEST) return text;
  throw badValue(`${attribute} is ${text.length} characters long, ${LONGEST} are allowed.`);
}
