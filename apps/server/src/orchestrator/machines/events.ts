import { DateTime, Int32, Int64, Text } from '../../kernel/contract/fields.ts';
import { event, subject } from '../../kernel/events/event.ts';

const MACHINE = subject({
  entity: 'Machine',
  key: 'key',
  reading: { scope: 'OR.Machines', inTenant: 'Machines.View' },
});

const id = Int64({ required: true });
const named = { id, name: Text({ required: true }) };
const ofSecret = { id, secretId: Text({ required: true }) };
const ofCode = { id, codeId: Int64({ required: true }) };

export const machineCreated = event({ type: 'machine.created', of: MACHINE, payload: named });
/** More slots may let waiting jobs start at once. Only this machine is woken. */
export const machineUpdated = event({
  type: 'machine.updated',
  of: MACHINE,
  payload: { id },
  wakes: ['jobs'],
});
export const machineDeleted = event({ type: 'machine.deleted', of: MACHINE, payload: named });
export const secretAdded = event({ type: 'machine.secretAdded', of: MACHINE, payload: ofSecret });
export const secretDeleted = event({ type: 'machine.secretDeleted', of: MACHINE, payload: ofSecret });
export const joinCodeCreated = event({
  type: 'machine.joinCodeCreated',
  of: MACHINE,
  payload: { ...ofCode, hosts: Int32({ required: true }), expirationTime: DateTime({ required: true }) },
});
export const joinCodeDeleted = event({ type: 'machine.joinCodeDeleted', of: MACHINE, payload: ofCode });
export const hostJoined = event({
  type: 'machine.hostJoined',
  of: MACHINE,
  payload: { ...ofCode, ...ofSecret, hostMachineName: Text({ required: true }) },
});

export const machineEvents = [
  machineCreated,
  machineUpdated,
  machineDeleted,
  secretAdded,
  secretDeleted,
  joinCodeCreated,
  joinCodeDeleted,
  hostJoined,
] as const;
