import { Int64, Text } from '../../kernel/contract/fields.ts';
import { event, subject } from '../../kernel/events/event.ts';

const MACHINE = subject({
  entity: 'Machine',
  key: 'key',
  reading: { scope: 'OR.Machines', inTenant: 'Machines.View' },
});

const id = Int64({ required: true });
const named = { id, name: Text({ required: true }) };
const ofSecret = { id, secretId: Text({ required: true }) };

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

export const machineEvents = [
  machineCreated,
  machineUpdated,
  machineDeleted,
  secretAdded,
  secretDeleted,
] as const;
