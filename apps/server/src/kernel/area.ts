import type { Database, Transaction } from './db/sql.ts';
import type { Event } from './events/event.ts';
import type { FolderContents } from './folder-contents.ts';
import type { Services } from './http/context.ts';
import type { MountedArea } from './http/mount.ts';
import type { Metric } from './metrics/metric.ts';
import type { Setting } from './settings.ts';

/**
 * A part of the product as one value: a folder's `area.ts` says all that the server has to know of it, and
 * `areas.ts` lists them. What the server mounts, describes, sets, seeds and does by itself derives from that
 * list, and so do the sweeps of the tests.
 */
export interface Area extends MountedArea {
  /** Its folder. */
  readonly name: string;
  /** What can be seen to change in it. */
  readonly events?: readonly Event[];
  /** It is there only where this is set; default: always. */
  readonly isOn?: Setting<boolean>;
  readonly settings?: Readonly<Record<string, Setting<unknown>>>;
  /** Starts what it does by itself (kernel/background). Answers how to stop each. */
  readonly background?: (server: Running) => readonly Stop[];
  /** What operators may watch of it, at GET /metrics. */
  readonly metrics?: readonly Metric[];
  /** What keeps a folder from being deleted, in the order in which it is looked for. */
  readonly folderContents?: readonly FolderContents[];
  /**
   * What a tenant begins with. Done again for a tenant that has it: nothing, or what a newer version adds.
   */
  readonly seed?: (tx: Transaction, tenant: NewTenant) => Promise<void>;
}

export interface Running {
  readonly db: Database;
  readonly services: Services;
}

/** Waits for what is under way. */
export type Stop = () => Promise<void>;

export interface NewTenant {
  readonly tenantId: number;
  /** identity_users.id of the first administrator. */
  readonly adminSubject: string;
  readonly adminUserName: string;
  readonly adminEmail?: string | null;
}

export const area = (declaration: Area): Area => Object.freeze(declaration);
