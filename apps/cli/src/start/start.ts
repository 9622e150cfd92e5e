import { mkdir } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { createClient } from '@baton/client/client';
import { type RunningServer, type Started, startServer } from '@baton/server/main';
import { unexpectedErrors } from '@baton/server/unexpected-errors';
import type { Execute, Invocation } from '../command.ts';
import { EXIT } from '../failure.ts';
import { dataFolder, isRepository, sampleFolder } from '../folders.ts';
import { DEFAULT_PROFILE, LOCAL_PROFILE, readProfile } from '../profiles/profile-file.ts';
import { configOf, startOn } from '../server.ts';
import { aborted, stopSignal } from '../stop-signals.ts';
import type { Terminal } from '../terminal.ts';
import { version } from '../version.ts';
import { developerApplication } from './developer-application.ts';
import { openFileLog } from './file-log.ts';
import { provisionMachine } from './provision-machine.ts';
import { provisionSample } from './provision-sample.ts';
import { isConnected, keepRobot } from './robot-process.ts';

/** How long a robot may take to connect before people are told that it has not connected. */
const ROBOT_MS = 30_000;

export const execute: Execute = async (call) => {
  const { terminal, flag, whole } = call;
  const asked = stopSignal();
  const slots = whole('slots', 1, 1000) ?? 2;
  const folder = dataFolder(call);
  // There is only one process, so its log is a plain file.
  const config = configOf({
    BATON_PASSWORD_SIGN_IN: 'true',
    ...call.env,
    BATON_DATA: folder,
    BATON_PROCESSES: '1',
  });
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const log = openFileLog(join(folder, 'logs', 'server.log'), config.logLevel);
  const failed = unexpectedErrors(log);
  terminal.progress('Starting the server …');
  const server = await startOn(config, asked, () =>
    startServer(config, log, (started) => tellAddress(call, started, folder), asked),
  );
  const stops: (() => Promise<unknown>)[] = [() => server.stop()];
  try {
    const application = await developerApplication(server, folder);
    const client = createClient(application);
    terminal.progress('Preparing …');
    // Both at once: the robot needs nothing of the sample.
    const [robot] = await Promise.all([
      provisionMachine(client, folder, slots).then((machine) => {
        if (flag('no-robot')) return undefined;
        const kept = keepRobot({ url: server.url, folder, slots, machine, log });
        stops.push(kept.stop);
        return { machine, connected: kept.connected };
      }),
      provisionSample(client, sampleFolder()),
    ]);
    if (robot) {
      terminal.progress('Waiting for the robot …');
      const isThere = await isConnected(
        client,
        robot,
        AbortSignal.any([asked, AbortSignal.timeout(ROBOT_MS)]),
      );
      tellRobot(terminal, isThere, slots, folder);
    }
    tellNext(terminal, server);
    await tellProfile(call);
    await aborted(AbortSignal.any([asked, failed]));
    if (!terminal.json)
      terminal.note(failed.aborted ? `${failed.reason}: stopping, see the log in ${folder}` : 'Stopping …');
    return failed.aborted ? EXIT.failed : EXIT.success;
  } finally {
    for (const stop of stops.toReversed()) await stop();
    log.flush();
  }
};

function tellAddress({ terminal }: Invocation, { url, firstAdministrator }: Started, folder: string): void {
  const row = (name: string, value: string): void =>
    terminal.say(`  ${terminal.paint('dim', name.padEnd(15))}${value}`);
  terminal.say(`${terminal.paint('bold', 'Baton')} ${version()}`);
  terminal.say();
  row('Address', terminal.paint('cyan', url));
  row('API', terminal.paint('cyan', `${url}/swagger`));
  if (firstAdministrator) {
    const { userName, password } = firstAdministrator;
    row(
      'Administrator',
      `${terminal.paint('bold', userName)}, password ${terminal.paint('bold', password)} (shown this once)`,
    );
  }
  row('Data folder', folder);
  terminal.data({
    event: 'listening',
    url,
    dataFolder: folder,
    ...(firstAdministrator && { firstAdministrator }),
  });
}

function tellRobot(terminal: Terminal, isThere: boolean, slots: number, folder: string): void {
  const log = join(folder, 'logs', 'robot.log');
  const said = isThere
    ? `${terminal.paint('green', 'connected')} on ${hostname()}, ${slots} job${slots === 1 ? '' : 's'} at once`
    : `${terminal.paint('red', 'not connected yet')}, see ${log}`;
  terminal.say(`  ${terminal.paint('dim', 'Robot'.padEnd(15))}${said}`);
  terminal.data({ event: 'robot', connected: isThere, slots });
}

function tellNext(terminal: Terminal, { url }: RunningServer): void {
  const command = isRepository() ? 'npm run demo' : 'baton demo';
  terminal.say();
  terminal.say(
    `Next, in another terminal: ${terminal.paint('bold', command)} runs the sample. Ctrl-C stops everything.`,
  );
  terminal.data({ event: 'ready', url });
}

/** Warns people who have signed in elsewhere: the commands use that sign-in, and not this server. */
async function tellProfile(call: Invocation): Promise<void> {
  const profile = await readProfile(call, DEFAULT_PROFILE);
  if (profile)
    call.terminal.note(
      `The other commands go to ${profile.url}, where ${profile.userName} is signed in; --profile ${LOCAL_PROFILE} names this server.`,
    );
}
