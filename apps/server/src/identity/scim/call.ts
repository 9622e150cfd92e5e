import type { FastifyBaseLogger } from 'fastify';
import type { Database, Transaction } from '../../kernel/db/sql.ts';
import type { Actor } from '../platform/audit/record-audit.ts';

/** One call of a directory. */
export interface ScimCall {
  readonly db: Database;
  readonly log: FastifyBaseLogger;
  readonly organizationId: string;
  /** Of the answers' `location`s. */
  readonly base: string;
  /** The token that signs the call. */
  readonly actor: Actor;
  /** Rights may be others now: told to whoever remembers them. */
  changed(tx: Transaction): void;
}

export interface ListQuery {
  readonly filter?: string;
  /** From 1. */
  readonly startIndex?: string;
  readonly count?: string;
  readonly attributes?: string;
  readonly excludedAttributes?: string;
}

const MOST = 200;

/** RFC 7644, 3.4.2.4: what is out of range counts as the nearest that is not. */
export function pageOf({ startIndex, count }: ListQuery): {
  readonly offset: number;
  readonly limit: number;
} {
  const start = Number.parseInt(startIndex ?? '1', 10) || 1;
  const wanted = Number.parseInt(count ?? '100', 10);
  return {
    offset: Math.max(start, 1) - 1,
    limit: Math.min(Math.max(Number.isNaN(wanted) ? 100 : wanted, 0), MOST),
  };
}

export const listAnswer = (total: number, offset: number, resources: readonly unknown[]) => ({
  schemas: ['urn:ietf:params:scim:api:messages:2.0:ListResponse'],
  totalResults: total,
  startIndex: offset + 1,
  itemsPerPage: resources.length,
  Resources: resources,
});

const names = (text: string): string[] => text.toLowerCase().split(/[\s,]+/);

/** Members of groups can be thousands, and directories say when they do not want them. */
export const leavesOut = ({ attributes, excludedAttributes }: ListQuery, name: string): boolean => {
  if (excludedAttributes && names(excludedAttributes).includes(name)) return true;
  return (
    attributes !== undefined &&
    attributes !== '' &&
    !names(attributes).some((each) => each.split('.')[0] === name)
  );
};
