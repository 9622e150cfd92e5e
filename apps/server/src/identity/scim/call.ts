import type { FastifyBaseLogger } from 'fastify';
import type { Database, Transaction } from '../../kernel/db/sql.ts';
import type { Actor } from '../platform/audit/record-audit.ts';
import type { Choice } from './chosen-attributes.ts';
import { badValue } from './scim-error.ts';

/** One call of a directory. */
export interface ScimCall {
  readonly db: Database;
  readonly log: FastifyBaseLogger;
  readonly organizationId: string;
  /** The base of `location` in answers. */
  readonly base: string;
  /** The token that signs the call. */
  readonly actor: Actor;
  /** To be called where rights may have changed: after the commit nobody remembers the former ones. */
  changed(tx: Transaction): void;
}

/** The answer. */
export interface Resource extends Readonly<Record<string, unknown>> {
  readonly id: string;
}

export interface ListQuery extends Choice {
  readonly filter: string | undefined;
  /** From 1. */
  readonly startIndex: number;
  readonly count: number;
}

/** The size of the largest page. A request for a larger one gets this size. */
export const MOST_RESOURCES = 200;

/**
 * The query of an address, or the body of a `.search` (RFC 7644, 3.4.3). A value out of range counts as the
 * nearest one in range (3.4.2.4).
 */
export function readQuery(given: unknown): ListQuery {
  if (typeof given !== 'object' || given === null || Array.isArray(given))
    throw badValue('A search is expected.');
  const query = given as Readonly<Record<string, unknown>>;
  const { filter } = query;
  if (filter !== undefined && filter !== null && typeof filter !== 'string')
    throw badValue('filter must be one text.');
  return {
    filter: filter ?? undefined,
    startIndex: Math.max(wholeNumber(query.startIndex) ?? 1, 1),
    count: Math.min(Math.max(wholeNumber(query.count) ?? 100, 0), MOST_RESOURCES),
    attributes: namesIn(query.attributes, 'attributes'),
    excludedAttributes: namesIn(query.excludedAttributes, 'excludedAttributes'),
  };
}

/** Larger numbers count as the largest that is exact: no page begins there anyway. */
function wholeNumber(value: unknown): number | undefined {
  const number = Number.parseInt(String(value), 10);
  return Number.isNaN(number) ? undefined : Math.min(number, Number.MAX_SAFE_INTEGER);
}

/** Separated by commas in an address, a list in a body. */
function namesIn(value: unknown, name: string): string[] {
  if (value === undefined || value === null) return [];
  return (Array.isArray(value) ? value : [value]).flatMap((each) => {
    if (typeof each !== 'string') throw badValue(`${name} must be names of attributes.`);
    return each.split(/[\s,]+/).filter(Boolean);
  });
}

export const listAnswer = (total: number, startIndex: number, resources: readonly unknown[]) => ({
  schemas: ['urn:ietf:params:scim:api:messages:2.0:ListResponse'],
  totalResults: total,
  startIndex,
  itemsPerPage: resources.length,
  Resources: resources,
});
