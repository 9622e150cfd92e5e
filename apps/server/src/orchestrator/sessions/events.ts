import { Bool, DateTime, Int64, Text } from '../../kernel/contract/fields.ts';
import { event, subject } from '../../kernel/events/event.ts';

const SESSION = subject({
  entity: 'Session',
  key: 'key',
  reading: { scope: 'OR.Robots', inTenant: 'Robots.View' },
});

const id = Int64({ required: true });

/** Where a host comes, goes, falls silent, or has other trouble than before; not at each heartbeat. */
export const robotStatus = event({
  type: 'robot.status',
  of: SESSION,
  payload: {
    id,
    machineId: Int64({ required: true }),
    hostMachineName: Text({ required: true }),
    state: Text({ required: true }),
    isUnresponsive: Bool(),
    /** The host's trouble; null: it is over. */
    info: Text(),
  },
  isPublic: true,
});
/** Narrowed to the machine. */
export const maintenanceChanged = event({
  type: 'session.maintenance',
  of: SESSION,
  payload: { id, mode: Text() },
  wakes: ['jobs'],
});
/** Until when its host notes more than usual; null: no longer. */
export const debugModeChanged = event({
  type: 'session.debugMode',
  of: SESSION,
  payload: { id, until: DateTime() },
});
export const sessionDeleted = event({ type: 'session.deleted', of: SESSION, payload: { id } });

export const sessionEvents = [robotStatus, maintenanceChanged, debugModeChanged, sessionDeleted] as const;
