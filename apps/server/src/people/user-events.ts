import { Int64, Text } from '../kernel/contract/fields.ts';
import { event, subject } from '../kernel/events/event.ts';

const USER = subject({
  entity: 'User',
  key: 'key',
  reading: { scope: 'OR.Users', inTenant: 'Users.View' },
});

const of = {
  of: USER,
  payload: { id: Int64({ required: true }), userName: Text({ required: true }) },
} as const;

export const userCreated = event({ type: 'user.created', ...of, wakes: ['access'] });
export const userUpdated = event({ type: 'user.updated', ...of, wakes: ['access', 'jobs'] });
/** The user's robot is deleted with the user. */
export const userDeleted = event({ type: 'user.deleted', ...of, wakes: ['access', 'jobs', 'robots'] });

export const userEvents = [userCreated, userUpdated, userDeleted] as const;
