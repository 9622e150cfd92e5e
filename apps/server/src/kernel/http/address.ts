import type { Operation } from '../contract/operation.ts';

/**
 * The address as a client wrote it, made plain. Real clients write the same operation in many ways (with and
 * without `/{organization}/{tenant}/orchestrator_`, any case, `()` after functions, doubled and trailing
 * slashes, quoted and bare keys), so the router sees one canonical form:
 *
 *   /Acme/Prod/orchestrator_/odata/Jobs(12)/UiPath.Server.Configuration.OData.StopJob
 *   -> /odata/Jobs/$/12/UiPath.Server.Configuration.OData.StopJob       organization Acme, tenant Prod
 *
 * What stands between parentheses stays encoded in one segment behind `$`; the operation's declaration says
 * how to read it (`readArguments`). Letter case is left to the router, which ignores it.
 */
export interface Address {
  /** Canonical path with the query, for the router. */
  readonly url: string;
  readonly organization: string | undefined;
  readonly tenant: string | undefined;
  /** What stood before the canonical path: the base of the URLs that are answered. */
  readonly prefix: string;
}

/** First segments behind the prefix that are Orchestrator's. */
const ORCHESTRATOR = new Set(['odata', 'api', 'tasks', 'forms', 'swagger', 'nuget']);
/** Addresses of the whole host, whatever they name behind. */
const WELL_KNOWN = '.well-known';
const IDENTITY = /^identity_?$/i;
/** Belongs to an organization, and stays in the canonical path. */
const PORTAL = /^portal_$/i;
const ORCHESTRATOR_PREFIX = /^orchestrator_?$/i;

export function readAddress(raw: string): Address {
  const mark = raw.indexOf('?');
  const query = mark < 0 ? '' : raw.slice(mark);
  const segments = splitPath(mark < 0 ? raw : raw.slice(0, mark));
  const { start, service, organization, tenant } = locate(segments);
  const rest = segments.slice(start);
  const path = service === 'identity' ? ['identity', ...rest] : rest.flatMap(canonicalSegment);
  return {
    url: `/${path.join('/')}${query}`,
    organization: organization && decode(organization),
    tenant: tenant && decode(tenant),
    prefix: start === 0 ? '' : `/${segments.slice(0, start).join('/')}`,
  };
}

interface Location {
  readonly start: number;
  readonly service: 'identity' | 'orchestrator';
  readonly organization?: string;
  readonly tenant?: string;
}

const isOrchestrator = (segment: string): boolean =>
  ORCHESTRATOR.has(segment) || ORCHESTRATOR.has(segment.replace(/\(.*$/s, '').toLowerCase());

/** Finds where the prefix ends: at most organization, tenant and the name of the service stand before. */
function locate(segments: readonly string[]): Location {
  if (segments[0] === WELL_KNOWN) return { start: 0, service: 'orchestrator' };
  for (let i = 0; i <= Math.min(2, segments.length - 1); i++) {
    const segment = segments[i]!;
    const [organization, tenant] = segments.slice(0, i);
    if (((i === 0 || i === 2) && isOrchestrator(segment)) || PORTAL.test(segment))
      return { start: i, service: 'orchestrator', organization, tenant };
    if (IDENTITY.test(segment)) return { start: i + 1, service: 'identity', organization, tenant };
    if (ORCHESTRATOR_PREFIX.test(segment))
      return { start: i + 1, service: 'orchestrator', organization, tenant };
  }
  return { start: 0, service: 'orchestrator' };
}

/** Slashes inside quotes or parentheses belong to a key (`Processes('a/b:1.0')`), not to the path. */
function splitPath(path: string): string[] {
  if (!path.includes('(')) return path.split('/').filter(Boolean);
  const segments: string[] = [];
  let begin = 0;
  let depth = 0;
  let quoted = false;
  const end = (at: number): void => {
    if (at > begin) segments.push(path.slice(begin, at));
    begin = at + 1;
  };
  for (let i = 0; i < path.length; i++) {
    const letter = path[i];
    if ((letter === "'" || (letter === '%' && path.startsWith('%27', i))) && depth > 0) quoted = !quoted;
    else if (quoted) continue;
    else if (letter === '(') depth++;
    else if (letter === ')') depth--;
    else if (letter === '/' && depth <= 0) end(i);
  }
  end(path.length);
  return segments;
}

function canonicalSegment(segment: string): string[] {
  const open = segment.indexOf('(');
  if (open < 0 || !segment.endsWith(')')) return [segment];
  const inner = segment.slice(open + 1, -1);
  const name = segment.slice(0, open);
  return inner === '' ? [name] : [name, '$', inner.replaceAll('/', '%2F')];
}

/**
 * The arguments between parentheses, by name: `key` for a bare key, else `name=value,…`. Quotes are taken off
 * (`''` is a quote), `[1,2]` becomes a list. Names in any case. Undefined when the text is malformed.
 */
export function readArguments(
  text: string,
  names: readonly string[],
): Record<string, string | string[]> | undefined {
  const byLowerName = new Map(names.map((name) => [name.toLowerCase(), name]));
  const parts = splitArguments(text);
  if (!parts) return undefined;
  if (parts.length === 1 && parts[0]!.name === undefined && names.length > 0) {
    const { value } = parts[0]!;
    return value === null ? {} : { [names[0]!]: value };
  }
  const result: Record<string, string | string[]> = {};
  for (const { name, value } of parts) {
    const known = name === undefined ? undefined : byLowerName.get(name.trim().toLowerCase());
    if (known === undefined || known in result) return undefined;
    if (value !== null) result[known] = value;
  }
  return result;
}

interface Argument {
  readonly name: string | undefined;
  /** Null: nothing is given. */
  readonly value: string | string[] | null;
}

function splitArguments(text: string): Argument[] | undefined {
  const result: Argument[] = [];
  let rest = text;
  for (;;) {
    const match = ARGUMENT.exec(rest);
    if (!match) return undefined;
    const [all, name, literal, separator] = match;
    result.push({ name, value: literalOf(literal!.trim()) });
    if (separator === '') return result;
    rest = rest.slice(all.length);
  }
}

/** Enumerations may stand behind their type: `Namespace.RobotType'Unattended'`. */
const ARGUMENT =
  /^\s*(?:([A-Za-z_]\w*)\s*=\s*)?([A-Za-z_][\w.]*'[^']*'|'(?:[^']|'')*'|\[[^\]]*\]|[^,'[\]]*)\s*(,|$)/s;

function literalOf(literal: string): string | string[] | null {
  if (literal === 'null') return null;
  if (literal.startsWith('[')) {
    const inner = literal.slice(1, -1).trim();
    return inner === '' ? [] : inner.split(',').map((item) => unquote(item.trim()));
  }
  return unquote(literal);
}

const unquote = (text: string): string =>
  text.endsWith("'") && text.length > 1 ? text.slice(text.indexOf("'") + 1, -1).replaceAll("''", "'") : text;

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

/** The router's form of a declared path: `/odata/Jobs({key})/X` -> `/odata/Jobs/$/:arguments0/X`. */
export function routeOf({ method, path, query = {} }: Pick<Operation, 'method' | 'path' | 'query'>): {
  readonly url: string;
  /**
   * Of a function that takes what stands behind the question mark only: OData lets its callers write that
   * between parentheses too.
   */
  readonly urlWithArguments: string | undefined;
  readonly argumentNames: readonly string[][];
  readonly segmentNames: readonly string[];
} {
  const argumentNames: string[][] = [];
  const segmentNames: string[] = [];
  const segments = path
    .split('/')
    .filter(Boolean)
    .map((segment) => {
      const call = /^(.*?)\((.*)\)$/.exec(segment);
      if (call) {
        const names = [...call[2]!.matchAll(/\{(\w+)\}/g)].map((match) => match[1]!);
        if (names.length === 0) return call[1]!;
        argumentNames.push(names);
        return `${call[1]}/$/:arguments${argumentNames.length - 1}`;
      }
      const name = /^\{(\w+)\}$/.exec(segment)?.[1];
      if (!name) return segment;
      segmentNames.push(name);
      return `:${name}`;
    });
  const url = `/${segments.join('/')}`;
  const more = method === 'GET' && FUNCTION.test(path) ? Object.keys(query) : [];
  if (more.length === 0) return { url, urlWithArguments: undefined, argumentNames, segmentNames };
  if (path.endsWith(')')) argumentNames.push([...argumentNames.pop()!, ...more]);
  else argumentNames.push(more);
  const urlWithArguments = path.endsWith(')') ? undefined : `${url}/$/:arguments${argumentNames.length - 1}`;
  return { url, urlWithArguments, argumentNames, segmentNames };
}

const FUNCTION = /^\/odata\/.*\.\w+(?:\([^/]*\))?$/;
