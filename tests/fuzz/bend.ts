import { ODD_INSTANTS, ODD_KINDS, ODD_NUMBERS, ODD_TEXTS } from './odd-values.ts';
import type { Plan } from './plan.ts';
import type { Random } from './random.ts';
import { jsonText, RawJson } from './raw-json.ts';

/** What is on the wire, for bends that no value can express. */
export interface Wire {
  method: string;
  target: string;
  headers: Record<string, string>;
  body: Buffer | undefined;
}

const ODD: readonly (readonly unknown[])[] = [ODD_TEXTS, ODD_TEXTS, ODD_NUMBERS, ODD_INSTANTS, ODD_KINDS];
/** A copy: later bends write into it. */
function odd(random: Random): unknown {
  const value = random.of(random.of(ODD));
  return value instanceof RawJson ? value : structuredClone(value);
}

/** Puts something odd into one place of the call. */
export function bendPlan(plan: Plan, random: Random): void {
  const bends: ((plan: Plan, random: Random) => void)[] = [bendQuery, bendHeader];
  if (Object.keys(plan.params).length > 0) bends.push(bendParameter, bendParameter);
  if (plan.body !== undefined) bends.push(bendBody, bendBody, bendBody, bendBody);
  if (plan.form) bends.push(bendForm, bendForm, bendForm);
  if (plan.files) bends.push(bendFiles, bendFiles);
  random.of(bends)(plan, random);
}

function bendParameter({ params }: Plan, random: Random): void {
  params[random.of(Object.keys(params))] = textOf(odd(random));
}

const QUERY_NAMES = [
  '$filter',
  '$orderby',
  '$select',
  '$expand',
  '$top',
  '$skip',
  '$count',
  '$search',
  '@p1',
  'x',
];

function bendQuery({ query }: Plan, random: Random): void {
  const name = random.of([...Object.keys(query), ...QUERY_NAMES]);
  const was = query[name];
  if (typeof was === 'string' && was !== '' && random.chance(0.6)) {
    const at = random.below(was.length);
    query[name] = random.of([
      was.slice(0, at),
      was.slice(0, at) +
        random.of(["'", '(', ')', '/', ' and ', '%', '\u0000', ' eq null', ',']) +
        was.slice(at),
      `${was},${was}`,
      '('.repeat(200) + was + ')'.repeat(200),
      `not ${was}`,
    ]);
  } else query[name] = textOf(odd(random));
}

const HEADERS = [
  'x-uipath-organizationunitid',
  'x-uipath-folderpath',
  'x-uipath-folderpath-encoded',
  'x-uipath-folderkey',
  'x-uipath-tenantname',
  'x-uipath-license',
  'x-robotkey',
  'idempotency-key',
  'accept',
  'accept-language',
  'accept-encoding',
  'prefer',
  'if-match',
  'range',
  'traceparent',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-proto',
  'cookie',
  'origin',
  'content-encoding',
];

function bendHeader({ headers }: Plan, random: Random): void {
  headers[random.of(HEADERS)] = headerText(textOf(odd(random)));
}

/** Node's client refuses what no header may carry. */
const headerText = (text: string): string =>
  Buffer.from(text.toWellFormed().slice(0, 4000), 'utf8')
    .toString('latin1')
    .replace(/[^\t\x20-\x7e\x80-\xff]/g, '');

/** Any place in the body, however deep; often the value, sometimes a name. */
function bendBody(plan: Plan, random: Random): void {
  const isLeaf = typeof plan.body !== 'object' || plan.body === null || plan.body instanceof RawJson;
  if (isLeaf || random.chance(0.05)) {
    plan.body = odd(random);
    return;
  }
  let at = plan.body as Record<string, unknown>;
  for (;;) {
    const keys = Object.keys(at);
    const key = keys.length === 0 ? random.of(ODD_TEXTS) : random.of(keys);
    const inner = Object.hasOwn(at, key) ? at[key] : undefined;
    if (inner !== null && typeof inner === 'object' && random.chance(0.7) && !(inner instanceof RawJson)) {
      at = inner as Record<string, unknown>;
      continue;
    }
    const roll = random.below(10);
    if (roll === 0) delete at[key];
    else if (roll === 1 && !Array.isArray(at)) put(at, random.of(ODD_TEXTS), odd(random));
    else if (roll === 2 && !Array.isArray(at)) put(at, key.toUpperCase(), odd(random));
    else if (roll === 3)
      put(
        at,
        key,
        Array.from({ length: 1200 }, () => inner),
      );
    else put(at, key, odd(random));
    return;
  }
}

const put = (object: object, name: string, value: unknown): void => {
  Object.defineProperty(object, name, { value, enumerable: true, configurable: true, writable: true });
};

function bendForm({ form }: Plan, random: Random): void {
  form![random.of([...Object.keys(form!), 'scope', 'grant_type'])] = textOf(odd(random));
}

function bendFiles({ files }: Plan, random: Random): void {
  const file = random.of(files!);
  const roll = random.below(6);
  if (roll === 0) file.fileName = random.of(ODD_TEXTS);
  else if (roll === 1) file.name = random.of(ODD_TEXTS);
  else if (roll === 2) file.bytes = file.bytes.slice(0, random.below(file.bytes.length + 1));
  else if (roll === 3)
    file.bytes = Uint8Array.from(file.bytes, (b) => (random.chance(0.01) ? random.below(256) : b));
  else if (roll === 4) file.bytes = Buffer.concat([file.bytes, Buffer.from('behind the end')]);
  else files!.push(...Array.from({ length: 30 }, () => file));
}

const CONTENT_TYPES = [
  'text/plain',
  'application/xml',
  'application/json; charset=utf-16',
  'application/json; charset=iso-8859-1',
  'application/json; charset=nonsense',
  'application/json;odata.metadata=minimal',
  'application/x-www-form-urlencoded',
  'multipart/form-data',
  'multipart/form-data; boundary=x',
  'APPLICATION/JSON',
  'nonsense',
  '',
];

/** Bytes that are no text, no JSON, or not what the headers announce. */
export function bendWire(wire: Wire, random: Random): void {
  const { body } = wire;
  switch (random.below(body ? 13 : 3)) {
    case 0:
      wire.method = random.of([
        'GET',
        'POST',
        'PUT',
        'PATCH',
        'DELETE',
        'HEAD',
        'OPTIONS',
        'TRACE',
        'PROPFIND',
      ]);
      break;
    case 1:
      wire.target = wire.target.replace(/./g, (c) =>
        random.chance(0.02) ? random.of(['%', '%00', '%zz', '//', ';', '%2f', "'"]) : c,
      );
      break;
    case 2:
      wire.target =
        random.of(['/Default/Default/orchestrator_', '/x/y', '//', '/DefaultTenant', '/%2e%2e']) +
        wire.target;
      break;
    case 3:
      wire.headers['content-type'] = random.of(CONTENT_TYPES);
      break;
    case 4:
      wire.body = body!.subarray(0, random.below(body!.length + 1));
      break;
    case 5:
      wire.body = Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), body!]);
      break;
    case 6:
      wire.body = Buffer.from(`\ufeff${body!.toString()}`, 'utf16le');
      break;
    case 7:
      wire.body = Buffer.from(body!.toString().replace(/[a-z]/, 'é'), 'latin1');
      break;
    case 8:
      wire.body = Buffer.concat([
        body!,
        Buffer.from(random.of(['}', ' ', ',', '\u0000', ' '.repeat(100_000)])),
      ]);
      break;
    case 9:
      wire.body = Buffer.from(body!.toString().replace(/[:,]/, (c) => `${c} /* a comment */`));
      break;
    case 10: {
      const depth = random.of([20, 100, 1000, 7000]);
      wire.body = Buffer.from('{"a":'.repeat(depth) + body!.toString() + '}'.repeat(depth));
      break;
    }
    case 11:
      wire.body = Buffer.from(body!.toString().replace(/"([^"]*)":/, '"$1":1,"$1":'));
      break;
    default:
      wire.body = Buffer.alloc(0);
  }
}

/** As it stands in a URL, a header or a form. */
export function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  return jsonText(value);
}
