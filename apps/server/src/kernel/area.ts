import type { Database, Transaction } from './db/sql.ts';
import type { Event } from './events/event.ts';
import type { FolderContents } from './folder-contents.ts';
import type { Services } from './http/context.ts';
import type { MountedArea } from './http/mount.ts';
import type { Metric } from './metrics/metric.ts';
import type { Setting } from './settings.ts';

/**
 * A part of the product as one value. A folder's `area.ts` tells the server everything about it, and
 * `areas.ts` lists all areas. From that list derives what the server mounts, describes, sets, seeds and does
 * by itself, and what the tests sweep over.
 */
export interface Area extends MountedArea {
  /** The area's folder. */
  readonly name: string;
  /** The events of the area: what can be seen to change. */
  readonly events?: readonly Event[];
  /** The setting without which the area is absent. By default it is always there. */
  readonly isOn?: Setting<boolean>;
  readonly settings?: Readonly<Record<string, Setting<unknown>>>;
  /** Starts the area's background work (kernel/background). Answers how to stop each piece. */
  readonly background?: (server: Running) => readonly Stop[];
  /** What operators may watch of it, at GET /metrics. */
  readonly metrics?: readonly Metric[];
  /** What keeps a folder from being deleted, in the order in which it is looked for. */
  readonly folderContents?: readonly FolderContents[];
  /**
   * Makes what a tenant begins with. It runs again for tenants that have it, and then does nothing or adds
   * what a newer version brings.
   */
  readonly seed?: (tx: Transaction, tenant: NewTenant) => Promise<void>;
}

export interface Running {
  readonly db: Database;
  readonly services: Services;
}

/** Waits for work that is under way. */
export type Stop = () => Promise<void>;

export interface NewTenant {
  readonly tenantId: number;
  /** identity_users.id of the first administrator. */
  readonly adminSubject: string;
  readonly adminUserName: string;
  readonly adminEmail?: string | null;
}

export const area = (declaration: Area): Area => Object.freeze(declaration);
