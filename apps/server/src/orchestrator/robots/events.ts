import { Int64, Text } from '../../kernel/contract/fields.ts';
import { event, subject } from '../../kernel/events/event.ts';

const ROBOT = subject({
  entity: 'Robot',
  key: 'key',
  reading: { scope: 'OR.Robots', inTenant: 'Robots.View' },
});

const of = {
  of: ROBOT,
  payload: { id: Int64({ required: true }), name: Text({ required: true }) },
  isPublic: true,
} as const;

/** Told when a user first gets unattended rights. A user who gets them again keeps the robot. */
export const robotCreated = event({ type: 'robot.created', ...of, wakes: ['jobs'] });
export const robotUpdated = event({ type: 'robot.updated', ...of, wakes: ['jobs'] });
/** Queues remember robots by their keys, so this event wakes them. */
export const robotDeleted = event({ type: 'robot.deleted', ...of, wakes: ['robots'] });

export const robotEvents = [robotCreated, robotUpdated, robotDeleted] as const;
