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

/** What every handler may use besides its own statements. Made once, at the start. */
export interface Services {
  readonly files: FileStore;
  readonly storage: StorageWatch;
  readonly sealer: Sealer;
  readonly live: LiveEvents;
  readonly log: FastifyBaseLogger;
  readonly clock: Clock;
  /** By the server's clock, in milliseconds since 1970. */
  readonly now: () => number;
  readonly tokens: Tokens;
  /** The value that the operator has set. */
  readonly setting: <T>(setting: Setting<T>) => T;
  /** What the calls of this server share. */
  readonly part: <T>(part: Part<T>) => T;
  /** All events of all areas. */
  readonly events: readonly Event[];
  /** Everything that keeps a folder from being deleted, in all areas. */
  readonly folderContents: readonly FolderContents[];
}

/**
 * What the calls of one server share: what they gather for one statement, and what they remember. It is made
 * at its first use and goes with the server. Several servers in one process have one each.
 */
export interface Part<T> {
  readonly make: (services: Services, db: Database) => T;
}

/**
 * One call of an operation: who, where, and what it may touch. It is frozen; nothing is passed on by
 * writing into it.
 */
export interface Context extends Services {
  /** `https://host/Acme/Prod/orchestrator_`: the base of all URLs in answers. */
  readonly baseUrl: string;
  /** The whole address of the call, as its client wrote it. */
  readonly url: string;
  /** `https://host`, for what is outside of a tenant. */
  readonly origin: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly ip: string;
  readonly principal: Principal;
  readonly access: Access;
  readonly organization: { readonly id: string; readonly name: string };
  /** Operations of Identity do not use it, because they belong to the organization. */
  readonly tenant: { readonly id: number; readonly key: string; readonly name: string };
  /** The folder that a header names. See `folderOf` if the operation requires one. */
  readonly folder: Folder | undefined;
  /** Query options of OData, already checked against the operation's entity. */
  readonly options: QueryOptions;
  /** The rows of a page: this many come without `$top`, and it is the largest `$top`. */
  readonly pageRows: number;
  /** Whether `pageRows` is the client's wish, from `Prefer: odata.maxpagesize`. */
  readonly isPreferredSize: boolean;
  /** Whether the client wants an estimate if a list has no count; see `estimate`. */
  readonly wantsEstimate: boolean;
  readonly db: Queryable;
  /** Outside of the call's transaction: what is written here stays after a rollback. */
  readonly outside: Queryable;
  /** For work that calls share. Absent if the call has a transaction of its own, which nobody may share. */
  readonly shared: Database | undefined;
  /**
   * If the answer is kept for its Idempotency-Key: names the owner of its content, so that it is forgotten
   * together with that.
   */
  readonly answerHolds?: (what: string) => void;
  /** Joins the call's own transaction if it has one (a POST with Idempotency-Key). */
  transaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T>;
}

/** The folder of an operation that is declared with `folder: 'required'`. */
export function folderOf(ctx: Context): Folder {
  if (!ctx.folder) throw folderRequired();
  return ctx.folder;
}
