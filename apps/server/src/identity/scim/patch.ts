import { asName } from '../../kernel/contract/name.ts';
import { plainPath } from './filter.ts';
import { badValue, ScimError } from './scim-error.ts';

/** One change: `path` in lower case without the schema's name and without `[type eq "work"]`. */
export interface Change {
  readonly op: 'add' | 'replace' | 'remove';
  readonly path: string;
  /** What stood in brackets, e.g. the id of a member. */
  readonly selected: string | undefined;
  readonly value: unknown;
}

/**
 * The operations of a PATCH as changes of single attributes. Directories write them in many ways: `Replace` in capitals and
 * no path but an object (Okta), dotted names in that object and `"False"` for false (Entra).
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
  const { op: given, path, value } = (operation ?? {}) as { op?: unknown; path?: unknown; value?: unknown };
  const op = String(given).toLowerCase();
  if (op !== 'add' && op !== 'replace' && op !== 'remove') {
    throw new ScimError(400, `The operation '${String(given)}' is not known.`, 'invalidSyntax');
  }
  if (typeof path === 'string' && path !== '') return [changeOf(op, path, value)];
  if (op === 'remove') throw new ScimError(400, 'What is to be removed is not said.', 'noTarget');
  if (typeof value !== 'object' || value === null)
    throw new ScimError(400, 'A value is missing.', 'invalidValue');
  return Object.entries(value).map(([name, each]) => changeOf(op, name, each));
}

function changeOf(op: Change['op'], path: string, value: unknown): Change {
  const match = /^(.*?)(?:\[([^\]]*)\])?(\.[\w.]+)?$/s.exec(path)!;
  const [, name = '', brackets, rest = ''] = match;
  const selected = brackets === undefined ? undefined : /\bvalue\s+eq\s+"([^"]*)"/i.exec(brackets)?.[1];
  return { op, path: plainPath(name + rest), selected, value };
}

/** Entra sends booleans as text. */
export function readBoolean(value: unknown, attribute: string): boolean {
  const first = Array.isArray(value) ? value[0] : value;
  const plain = typeof first === 'object' && first !== null ? (first as { value?: unknown }).value : first;
  if (typeof plain === 'boolean') return plain;
  if (/^(true|false)$/i.test(String(plain))) return /^true$/i.test(String(plain));
  throw badValue(`${attribute}: '${String(plain)}' is neither true nor false.`);
}

export function readText(value: unknown, attribute: string): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'string') return asName(value);
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw badValue(`${attribute} must be a text.`);
}
