import { Int64, List, Text } from '../../kernel/contract/fields.ts';
import { event, subject } from '../../kernel/events/event.ts';

const ROLE = subject({
  entity: 'Role',
  key: 'id',
  reading: { scope: 'OR.Users', inTenant: 'Roles.View' },
});

const name = Text({ required: true });

/** Wakes nobody, because nobody holds a new role yet. */
export const roleCreated = event({
  type: 'role.created',
  of: ROLE,
  payload: { name, permissions: List(Text()) },
});
export const roleUpdated = event({
  type: 'role.updated',
  of: ROLE,
  payload: { name },
  wakes: ['access'],
});
export const roleDeleted = event({
  type: 'role.deleted',
  of: ROLE,
  payload: { name },
  wakes: ['access'],
});
export const usersSet = event({
  type: 'role.usersSet',
  of: ROLE,
  payload: { addedUserIds: List(Int64()), removedUserIds: List(Int64()) },
  wakes: ['access'],
});

export const roleEvents = [roleCreated, roleUpdated, roleDeleted, usersSet] as const;
