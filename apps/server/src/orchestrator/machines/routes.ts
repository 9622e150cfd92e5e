import sql from 'sql-template-tag';
import { findByKey, list } from '../../kernel/contract/read-rows.ts';
import { handle, type Route } from '../../kernel/http/mount.ts';
import { serverVersion } from '../../kernel/version.ts';
import { addSecret, listSecrets, removeSecret } from './client-secrets.ts';
import * as contract from './contract.ts';
import { createMachine } from './create-machine.ts';
import { deleteMachines } from './delete-machines.ts';
import { folderInReach } from './folder-in-reach.ts';
import { createJoinCode, join, listJoinCodes, removeJoinCode } from './join-codes.ts';
import { updateMachine } from './update-machine.ts';

const { ExtendedMachine, Machine, MachineRuntime } = contract;

export const machineRoutes: readonly Route[] = [
  handle(contract.getMachines, (ctx) => list(ctx, ExtendedMachine)),
  handle(contract.getMachine, (ctx, { key }) => findByKey(ctx, Machine, key)),
  handle(contract.postMachine, createMachine),
  handle(contract.putMachine, updateMachine({ whole: true })),
  handle(contract.patchMachine, updateMachine({ whole: false })),
  handle(contract.deleteMachine, (ctx, { key }) => deleteMachines(ctx, [key])),
  handle(contract.deleteMachines, (ctx, { body }) => deleteMachines(ctx, body.machineIds)),
  handle(contract.getAssignedMachines, async (ctx, { folderId, robotId }) => {
    await folderInReach(ctx, folderId, contract.getAssignedMachines.permission!);
    return list(ctx, ExtendedMachine, {
      where: (row) => sql`${row}.id in (select machine_id from machine_folders where folder_id = ${folderId})
        and (${robotId ?? null}::bigint is null or not exists (select from machine_robots o where o.machine_id = ${row}.id)
             or exists (select from machine_robots o where o.machine_id = ${row}.id and o.robot_id = ${robotId ?? null}::bigint))`,
    });
  }),
  handle(contract.getRuntimesForFolder, async (ctx, { folderId }) => {
    await folderInReach(ctx, folderId, contract.getRuntimesForFolder.permission!);
    return list(ctx, MachineRuntime, { folder: folderId });
  }),
  handle(contract.getClientSecrets, listSecrets),
  handle(contract.postClientSecret, addSecret),
  handle(contract.deleteClientSecret, removeSecret),
  handle(contract.getJoinCodes, listJoinCodes),
  handle(contract.postJoinCode, createJoinCode),
  handle(contract.deleteJoinCode, removeJoinCode),
  handle(contract.joinMachine, join),
  handle(contract.getAvailableVersions, () => ({ availableVersions: [serverVersion()] })),
];
