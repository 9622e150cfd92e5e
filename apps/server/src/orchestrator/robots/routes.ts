import sql, { type Sql } from 'sql-template-tag';
import { findByKey, list, Page } from '../../kernel/contract/read-rows.ts';
import { handle, type Route } from '../../kernel/http/mount.ts';
import { folderInReach } from '../machines/folder-in-reach.ts';
import {
  checkFloating,
  deleteRobots,
  refuseClassicRobot,
  toggleEnabled,
  updateRobot,
} from './change-robots.ts';
import * as contract from './contract.ts';

const { ExtendedRobot, KeyValuePair, Robot, RobotFromFolder } = contract;

/** Selects the robots whose accounts a machine accepts. Without a machine, selects all. */
const mayUse = (row: Sql, machineId: number | null | undefined): Sql =>
  sql`(${machineId ?? null}::bigint is null
       or not exists (select from machine_robots o where o.machine_id = ${machineId ?? null}::bigint)
       or exists (select from machine_robots o where o.machine_id = ${machineId ?? null}::bigint and o.robot_id = ${row}.id))`;

export const robotRoutes: readonly Route[] = [
  handle(contract.getRobots, (ctx) => list(ctx, Robot, { folder: 'all' })),
  handle(contract.postRobot, refuseClassicRobot),
  handle(contract.getRobot, (ctx, { key }) => findByKey(ctx, Robot, key, { folder: 'all' })),
  handle(contract.putRobot, updateRobot({ whole: true })),
  handle(contract.patchRobot, updateRobot({ whole: false })),
  handle(contract.deleteRobot, (ctx, { key }) => deleteRobots(ctx, [key])),
  handle(contract.deleteRobots, (ctx, { body }) => deleteRobots(ctx, body.robotIds)),
  handle(contract.convertToFloating, checkFloating),
  handle(contract.toggleEnabledStatus, toggleEnabled),
  handle(contract.findAllAcrossFolders, (ctx) => list(ctx, ExtendedRobot, { folder: 'all' })),
  handle(contract.getConfiguredRobots, (ctx) =>
    list(ctx, ExtendedRobot, {
      folder: 'all',
      where: (row) => sql`exists (select from folder_robots fr where fr.robot_id = ${row}.id)`,
    }),
  ),
  handle(contract.getFolderRobots, async (ctx, { folderId, machineId }) => {
    await folderInReach(ctx, folderId, contract.getFolderRobots.permission!);
    return list(ctx, ExtendedRobot, { folder: folderId, where: (row) => mayUse(row, machineId) });
  }),
  handle(contract.getRobotsFromFolder, async (ctx, { folderId, machineId }) => {
    await folderInReach(ctx, folderId, contract.getRobotsFromFolder.permission!);
    return list(ctx, RobotFromFolder, { folder: folderId, where: (row) => mayUse(row, machineId) });
  }),
  handle(contract.getRobotsForProcess, async (ctx, { processId }) => {
    const release = /^\d{1,15}$/.test(processId)
      ? await ctx.db.first<{ folder_id: number }>(sql`
          select folder_id from releases where id = ${Number(processId)} and tenant_id = ${ctx.tenant.id}`)
      : undefined;
    if (!release) return new Page([], 0);
    await folderInReach(ctx, release.folder_id, contract.getRobotsForProcess.permission!);
    return list(ctx, Robot, { folder: release.folder_id });
  }),
  handle(contract.getRobotUsernames, async (ctx) =>
    (await list(ctx, Robot, { folder: 'all' })).map((row) => row.Username ?? null),
  ),
  handle(contract.getLicenseKeyMappings, (ctx) => list(ctx, KeyValuePair)),
];
