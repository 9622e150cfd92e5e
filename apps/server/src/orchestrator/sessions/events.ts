import { Bool, DateTime, Int64, Text } from '../../kernel/contract/fields.ts';
import { event, subject } from '../../kernel/events/event.ts';

const SESSION = subject({
  entity: 'Session',
  key: 'key',
  reading: { scope: 'OR.Robots', inTenant: 'Robots.View' },
});

const id = Int64({ required: true });

/** Told when a host connects, signs off, falls silent, or has other trouble; not at each heartbeat. */
export const robotStatus = event({
  type: 'robot.status',
  of: SESSION,
  payload: {
    id,
    machineId: Int64({ required: true }),
    hostMachineName: Text({ required: true }),
    state: Text({ required: true }),
    isUnresponsive: Bool(),
    /** The trouble of the host. Null: it is over. */
    info: Text(),
    /** The version that the host changes to now. */
    wantedVersion: Text(),
    /** The version that it was told to change to, and has not come back with. */
    missingVersion: Text(),
  },
  isPublic: true,
});
/** Wakes only the machine of the session. */
export const maintenanceChanged = event({
  type: 'session.maintenance',
  of: SESSION,
  payload: { id, mode: Text() },
  wakes: ['jobs'],
});
/** `until` is the time until which its host logs more than usual. Null: no longer. */
export const debugModeChanged = event({
  type: 'session.debugMode',
  of: SESSION,
  payload: { id, until: DateTime() },
});
export const sessionDeleted = event({ type: 'session.deleted', of: SESSION, payload: { id } });

export const sessionEvents = [robotStatus, maintenanceChanged, debugModeChanged, sessionDeleted] as const;
