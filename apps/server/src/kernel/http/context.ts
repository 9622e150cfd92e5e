import type { QueryOptions } from '@baton/odata/options';
import type { FastifyBaseLogger } from 'fastify';
import type { Access } from '../auth/access.ts';
import type { Principal } from '../auth/principal.ts';
import type { Tokens } from '../auth/tokens.ts';
import type { Clock } from '../clock.ts';
import type { Database, Queryable, Transaction } from '../db/sql.ts';
import { folderRequired } from '../errors.ts';
import type { Event } from '../events/event.ts';
import type { LiveEvents } from '../events/live.ts';
import type { FileStore } from '../files/store.ts';
import type { StorageWatch } from '../files/watch-storage.ts';
import type { FolderContents } from '../folder-contents.ts';
import type { Sealer } from '../secrets/seal.ts';
import type { Setting } from '../settings.ts';

export interface Folder {
  readonly id: number;
  readonly key: string;
  readonly path: string;
  readonly displayName: string;
  /** Ids from the root down to the parent. */
  readonly ancestors: readonly number[];
}

/** What every handler may use besides its own statements; made once at start. */
export interface Services {
  readonly files: FileStore;
  readonly storage: StorageWatch;
  readonly sealer: Sealer;
  readonly live: LiveEvents;
  readonly log: FastifyBaseLogger;
  readonly clock: Clock;
  /** Of the clock: milliseconds since 1970. */
  readonly now: () => number;
  readonly tokens: Tokens;
  /** What the operator has set. */
  readonly setting: <T>(setting: Setting<T>) => T;
  /** What the calls of this server share. */
  readonly part: <T>(part: Part<T>) => T;
  /** Every event that there is, of all areas. */
  readonly events: readonly Event[];
  /** What keeps a folder from being deleted, of all areas. */
  readonly folderContents: readonly FolderContents[];
}

/**
 * What the calls of one server share: what they gather for one statement, what they remember. Made at its
 * first use, and gone with the server; several servers in one process have one each.
 */
export interface Part<T> {
  readonly make: (services: Services, db: Database) => T;
}

/**
 * One call of an operation: who, where, and what it may touch. Frozen; nothing is handed on by writing into
 * it.
 */
export interface Context extends Services {
  /** `https://host/Acme/Prod/orchestrator_`: the base of every URL that is answered. */
  readonly baseUrl: string;
  /** The whole address of the call, as its client wrote it. */
  readonly url: string;
  /** `https://host`, for what lies outside a tenant. */
  readonly origin: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly ip: string;
  readonly principal: Principal;
  readonly access: Access;
  readonly organization: { readonly id: string; readonly name: string };
  /** Operations of Identity have no use for it: they belong to the organization. */
  readonly tenant: { readonly id: number; readonly key: string; readonly name: string };
  /** The folder that a header names; see `folderOf` where the operation needs one. */
  readonly folder: Folder | undefined;
  /** Query options of OData, already checked against the operation's entity. */
  readonly options: QueryOptions;
  /** Rows in a page: as many come without `$top`, and at most with one. */
  readonly pageRows: number;
  /** Whether `pageRows` is what the client wants with `Prefer: odata.maxpagesize`. */
  readonly isPreferredSize: boolean;
  /** Whether it wants an estimate where a list has no count; see `estimate`. */
  readonly wantsEstimate: boolean;
  readonly db: Queryable;
  /** Beside the transaction of the call: what is written here stays when that rolls back. */
  readonly outside: Queryable;
  /**
   * For work that calls share; absent where the call has a transaction of its own, which nobody may share.
   */
  readonly shared: Database | undefined;
  /**
   * Where the answer is kept for its Idempotency-Key: says whose content it holds, so that
   * it is forgotten with that.
   */
  readonly answerHolds?: (what: string) => void;
  /** Joins the call's own transaction when it has one (a POST with Idempotency-Key). */
  transaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T>;
}

/** The folder of an operation that is declared `folder: 'required'`. */
export function folderOf(ctx: Context): Folder {
  if (!ctx.folder) throw folderRequired();
  return ctx.folder;
}
