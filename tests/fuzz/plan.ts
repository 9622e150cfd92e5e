import type { Dto, Field } from '../../apps/server/src/kernel/contract/fields.ts';
import type { Operation } from '../../apps/server/src/kernel/contract/operation.ts';
import { queryOptions } from './query-options.ts';
import type { Random } from './random.ts';
import { type Known, validObject, validValue } from './valid-values.ts';

/** A call before it is written down: what bends change. */
export interface Plan {
  /** Of the operation, or what else is called. */
  readonly name: string;
  method: string;
  /** With its `{parameters}`. */
  path: string;
  readonly params: Record<string, unknown>;
  readonly query: Record<string, unknown>;
  readonly headers: Record<string, string>;
  body?: unknown;
  readonly form?: Record<string, unknown>;
  /** A part of multipart/form-data for each. */
  readonly files?: { name: string; fileName: string; bytes: Uint8Array }[];
  /** Whole bodies of operations that take any bytes. */
  bytes?: Uint8Array;
  /** The answer has no end: it is let go as soon as it begins. */
  readonly isStream: boolean;
}

export interface Ground {
  readonly known: Known;
  /** A parameter's value by operation and name, where it should name a row that is there. */
  readonly valueOf: (operation: Operation, name: string) => string | undefined;
  readonly folderId: number;
  readonly packages: readonly Uint8Array[];
}

/** A call that the declaration lets in. */
export function planOf(operation: Operation, random: Random, ground: Ground): Plan {
  const { known } = ground;
  const valid = (name: string, field: Field): unknown => {
    const row = ground.valueOf(operation, name);
    return row !== undefined && random.chance(0.8) ? row : validValue(field, random, known);
  };
  const params = Object.fromEntries(
    namesIn(operation.path).map((name) => [name, valid(name, operation.params?.[name] ?? TEXT)]),
  );
  const query: Record<string, unknown> = operation.odata
    ? queryOptions(operation.odata.entity, operation.odata.options, random, known)
    : {};
  for (const [name, field] of Object.entries(operation.query ?? {})) {
    if (field.options.required || random.chance(0.5)) query[name] = valid(name, field);
  }
  return {
    name: operation.id,
    method: operation.method,
    path: operation.path,
    params,
    query,
    headers: headersOf(operation, random, ground),
    isStream: operation.answer.kind === 'stream',
    ...bodyOf(operation, random, ground),
  };
}

const TEXT: Field = { kind: 'string', options: {} };

const namesIn = (path: string): string[] => [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name!);

function headersOf({ folder }: Operation, random: Random, { folderId }: Ground): Record<string, string> {
  const headers: Record<string, string> = {};
  if (folder !== 'none' || random.chance(0.1)) {
    const [name, value] = random.of([
      ['x-uipath-organizationunitid', String(folderId)],
      ['x-uipath-organizationunitid', String(folderId)],
      ['x-uipath-folderpath', 'Shared'],
      ['x-uipath-folderpath-encoded', 'U2hhcmVk'],
      ['accept-language', 'ja'],
    ] as const);
    headers[name] = value;
  }
  if (random.chance(0.1)) headers['idempotency-key'] = `key ${random.below(20)}`;
  return headers;
}

function bodyOf(
  operation: Operation,
  random: Random,
  { known, packages }: Ground,
): Pick<Plan, 'body' | 'files' | 'bytes'> {
  const { body } = operation;
  if (operation.multipart) {
    const files = Array.from({ length: 1 + random.below(2) }, (_, n) => ({
      name: `file${n || ''}`,
      fileName: random.of(['a.nupkg', 'b.1.0.0.nupkg', '../x.nupkg', 'ü.zip']),
      bytes: random.of(packages),
    }));
    return { files };
  }
  if (operation.rawBody) return { bytes: new TextEncoder().encode('x'.repeat(random.below(5000))) };
  if (!body) return {};
  if (operation.example !== undefined && random.chance(0.3))
    return { body: structuredClone(operation.example) };
  return { body: 'kind' in body ? validValue(body, random, known) : validObject(body as Dto, random, known) };
}
