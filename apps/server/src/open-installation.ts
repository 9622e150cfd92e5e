import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Config } from './config.ts';
import { openDatabase } from './kernel/db/database.ts';
import { AlreadyRunning } from './kernel/db/embedded/folder-lock.ts';
import { hasCluster, runningUrl } from './kernel/db/embedded/running-url.ts';
import { DATABASE, startEmbedded } from './kernel/db/embedded.ts';
import { MIGRATIONS, requireSchema } from './kernel/db/migrate.ts';
import type { Database } from './kernel/db/sql.ts';

export interface Installation {
  readonly db: Database;
  /** Stops whatever was started to open it. */
  close(): Promise<void>;
}

const LOOK_MS = 100;

/** The configuration names a place without an installation. */
class NoInstallation extends Error {
  override readonly name = 'NoInstallation';
}

/**
 * Opens the database of an installation for a command on its machine, whether or not a server is running.
 * Creates and migrates nothing.
 */
export async function openInstallation(config: Config, log: Logger): Promise<Installation> {
  const { url, stop } = config.databaseUrl
    ? { url: config.databaseUrl, stop: async () => undefined }
    : await embeddedOf(config, log);
  try {
    const { databaseWaitSeconds: waitSeconds, testClock } = config;
    const db = await openDatabase({ url, max: 2, waitSeconds, testClock, log });
    const close = async (): Promise<void> => {
      await db.close();
      await stop();
    };
    try {
      await requireSchema(db, MIGRATIONS);
    } catch (error) {
      await db.close();
      throw error;
    }
    return { db, close };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function embeddedOf(
  { dataFolder, databaseWaitSeconds }: Config,
  log: Logger,
): Promise<{ readonly url: string; stop(): Promise<unknown> }> {
  if (!hasCluster(dataFolder))
    throw new NoInstallation(
      `${dataFolder} holds no installation: name its folder with BATON_DATA, or its database with DATABASE_URL`,
    );
  const until = performance.now() + databaseWaitSeconds * 1000;
  for (;;) {
    try {
      return await startEmbedded({ dataFolder, log });
    } catch (error) {
      if (!(error instanceof AlreadyRunning)) throw error;
      // A server holds the folder. While it is starting or stopping, it has no address for a moment.
      const url = runningUrl(dataFolder, DATABASE);
      if (url !== undefined) return { url, stop: async () => undefined };
      if (performance.now() > until) throw error;
      await delay(LOOK_MS);
    }
  }
}
