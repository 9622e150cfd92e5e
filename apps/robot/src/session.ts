import { certificateFault } from '@baton/client/certificate';
import { requestOf } from '@baton/client/request';
import {
  type HeartbeatDto,
  type HeartbeatPayload,
  type HostUseReport,
  heartbeatV2,
  type RobotServicePayload,
  type RobotServiceResponse,
  startService,
  stopService,
  streamEvents,
} from '@baton/contract/robots-service';
import { backoff, pause } from './backoff.ts';
import { followEvents } from './events.ts';
import { HostTrouble } from './host-trouble.ts';
import { isTransient, type Link, Refused } from './link.ts';
import { type Log, messageOf } from './log.ts';
import { type Command, isRecord, readCommand } from './wire.ts';

export type SessionOptions = {
  readonly link: Link;
  readonly log: Log;
  /** Makes the body of StartService. */
  introduction(): Promise<RobotServicePayload>;
  /** Whether the introduction would be another one now. Asked after each heartbeat. */
  isOutdated(): Promise<boolean>;
  readonly serviceUserName: string | null;
  /** Why this host cannot begin any job; null if it can. */
  trouble(): string | null;
  /** How busy this host is; undefined if it has been said lately. */
  use(): HostUseReport | undefined;
  /** One for each job that the robot has; see PROTOCOL.md, "The heartbeat". */
  heartbeats(): readonly HeartbeatDto[];
  obey(command: Command): void;
  onConnected(answer: RobotServiceResponse): void;
  /** A heartbeat was answered. */
  onHeard(answer: unknown): void;
  /** The server cannot be reached, or knows the session no longer. */
  onLost(): void;
  readonly signal: AbortSignal;
};

export type Session = {
  /**
   * Runs until the signal fires.
   * @throws Refused if the server rejects this robot at the first connection, HostTrouble if the server's
   *   certificate is not trusted
   */
  run(): Promise<void>;
  /** Asks for commands at once, because a slot has become free. */
  poke(): void;
  /** Tells the server that the robot leaves. It is tried once. */
  leave(): Promise<void>;
};

/** How often to poll while the stream is down. */
const WITHOUT_STREAM_MS = 10_000;
const DEFAULT_HEARTBEAT_SECONDS = 30;
const GOODBYE_MS = 2000;

/**
 * The session with the server: StartService, then heartbeats. When the server no longer knows the session, it
 * begins again with StartService. It waits for ever for a server that is away.
 */
export function openSession(options: SessionOptions): Session {
  const { link, log, signal } = options;
  let wake = new AbortController();
  let streaming = false;
  let current: RobotServiceResponse | null = null;
  let known = false;

  const payload = (sessionKey: string): HeartbeatPayload => {
    const jobs = options.heartbeats();
    const idle: HeartbeatDto = { robotKey: current?.robots[0]?.robotKey ?? null, robotState: 'Available' };
    return {
      sessionKey,
      commandState: 'All',
      serviceUserName: options.serviceUserName,
      heartbeats: jobs.length > 0 ? jobs : [idle],
      trouble: options.trouble(),
      use: options.use(),
    };
  };

  const start = async (): Promise<RobotServiceResponse> => {
    const wait = backoff(signal);
    for (;;) {
      try {
        const answer = await link.call(startService, { body: await options.introduction() }, signal);
        if (isAnswer(answer)) return answer;
        throw new Error('StartService answered without a session');
      } catch (error) {
        signal.throwIfAborted();
        const fault = certificateFault(link.url, error);
        const isFinal = fault || (error instanceof Refused && [400, 401, 403].includes(error.status));
        // A robot that was connected once waits until its server is repaired, because its jobs still need it.
        if (isFinal && !known) throw fault ? new HostTrouble(fault, { cause: error }) : error;
        log.warn({ error: fault ?? messageOf(error) }, 'cannot connect, trying again');
        await wait.next();
      }
    }
  };

  /** Runs until the server no longer knows the session, or until the robot has to introduce itself anew. */
  const live = async ({ sessionKey, heartbeatSeconds }: RobotServiceResponse, ended: AbortSignal) => {
    let outdated = false;
    const lookForChanges = oneAtATime(async () => {
      outdated ||= await options.isOutdated();
      if (outdated) wake.abort();
    });
    const beatMs = (heartbeatSeconds ?? DEFAULT_HEARTBEAT_SECONDS) * 1000;
    const wait = backoff(signal);
    while (!ended.aborted) {
      if (outdated) return log.info({}, 'this host has changed, connecting again');
      wake = new AbortController();
      try {
        const answer = await link.call(heartbeatV2, { body: payload(sessionKey) }, signal);
        wait.reset();
        options.onHeard(answer);
        for (const command of commandsOf(answer)) options.obey(command);
        lookForChanges();
      } catch (error) {
        signal.throwIfAborted();
        if (error instanceof Refused && error.status === 404)
          return log.info({}, 'the server does not know the session, connecting again');
        log.warn({ error: messageOf(error), transient: isTransient(error) }, 'heartbeat failed');
        await wait.next();
        continue;
      }
      await pause(
        streaming ? beatMs : Math.min(beatMs, WITHOUT_STREAM_MS),
        AbortSignal.any([ended, wake.signal]),
      );
    }
  };

  return {
    async run() {
      const wait = backoff(signal);
      while (!signal.aborted) {
        current = await start();
        known = true;
        log.info({ robots: current.robots.length }, 'connected');
        options.onConnected(current);
        const ended = new AbortController();
        const both = AbortSignal.any([signal, ended.signal]);
        const on = {
          open() {
            streaming = true;
            wake.abort();
          },
          closed: () => (streaming = false),
          commands: () => wake.abort(),
        };
        // No slash at the start: the path is relative to the address, which may include an organization and
        // a tenant.
        const path = requestOf(streamEvents, { sessionKey: current.sessionKey }).path.slice(1);
        const events = followEvents(link, path, on, log, both);
        try {
          await live(current, both);
        } finally {
          ended.abort();
          options.onLost();
          await events;
        }
        await wait.next();
      }
    },
    poke: () => wake.abort(),
    async leave() {
      if (!current) return;
      const timeout = AbortSignal.timeout(GOODBYE_MS);
      await link
        .call(stopService, { body: payload(current.sessionKey) }, timeout)
        .catch((error: unknown) => log.debug({ error: messageOf(error) }, 'goodbye was not heard'));
    },
  };
}

/** Leaves a call out while the last one is under way: a look at a disk may hang. */
function oneAtATime(act: () => Promise<void>): () => void {
  let running = false;
  return () => {
    if (running) return;
    running = true;
    act().finally(() => (running = false));
  };
}

function isAnswer(value: unknown): value is RobotServiceResponse {
  return isRecord(value) && typeof value['sessionKey'] === 'string' && Array.isArray(value['robots']);
}

function commandsOf(answer: unknown): Command[] {
  if (!isRecord(answer) || !Array.isArray(answer['commands'])) return [];
  return answer['commands'].flatMap((item: unknown) =>
    isRecord(item) ? (readCommand(item['data']) ?? []) : [],
  );
}
