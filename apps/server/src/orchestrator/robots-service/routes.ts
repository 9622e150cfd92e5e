import { handle, type Route } from '../../kernel/http/mount.ts';
import * as contract from './contract.ts';
import { openEvents } from './events.ts';
import { disconnect, heartbeat } from './heartbeat.ts';
import { addFile, jobInput, takeScreenshot } from './job-files.ts';
import { processesOfRobot } from './processes-of-robot.ts';
import { machineOf, robotOfMachine } from './robots-of-machine.ts';
import { connect } from './start-service.ts';
import { submitReports } from './submit-job-state.ts';

export const robotsServiceRoutes: readonly Route[] = [
  handle(contract.startService, connect),
  handle(contract.stopService, disconnect),
  handle(contract.heartbeatV1, heartbeat),
  handle(contract.heartbeatV2, heartbeat),
  handle(contract.submitJobState, submitReports),
  handle(contract.beginSession, (ctx, { body }) => robotOfMachine(ctx.db, machineOf(ctx), body)),
  handle(contract.endSession, async (ctx, { body }) => {
    await robotOfMachine(ctx.db, machineOf(ctx), body);
  }),
  handle(contract.getProcesses, processesOfRobot),
  handle(contract.addJobFile, addFile),
  handle(contract.getJobInput, jobInput),
  handle(contract.uploadScreenshot, takeScreenshot),
  handle(contract.streamEvents, openEvents),
];
