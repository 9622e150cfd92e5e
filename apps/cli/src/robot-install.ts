import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { dirname, resolve } from 'node:path';
import { promisify } from 'node:util';
import { readConnection } from '@baton/robot/connection';
import { keepEnvironment, keptNames } from '@baton/robot/kept-environment';
import type { Execute, Invocation } from './command.ts';
import { EXIT, Failure, UsageError } from './failure.ts';
import type { ServiceRequest } from './service/service.ts';
import { serviceOf } from './service/service-of.ts';

const STOP_SECONDS = 3600;
const RUN_MS = 3_700_000;

export const execute: Execute = async (call) => {
  const { terminal, env, flag } = call;
  const request = requestOf(call);
  const service = serviceOf(request, process.platform, env);
  const { dataFolder } = request;
  if (flag('print')) {
    terminal.say(service.content.trimEnd());
    terminal.note(`This would be ${service.file}; then: ${service.start.map(lineOf).join('; ')}`);
    terminal.data({ ...service, keeps: keptNames(env) });
    return EXIT.success;
  }
  if (!readConnection(dataFolder))
    throw new Failure(`No host has joined in ${dataFolder}: 'baton robot join CODE' comes first.`);
  keepEnvironment(dataFolder, env);
  try {
    await mkdir(dirname(service.file), { recursive: true });
    await writeFile(service.file, service.content);
  } catch (error) {
    throw new Failure(
      `${(error as Error).message}. ${request.isOfSystem ? 'Is this the administrator?' : ''}`,
    );
  }
  for (const command of service.start) await runCommand(command, service.file);
  terminal.say(`The robot runs as the service '${request.name}' (${service.file}).`);
  terminal.say(`Its log: ${service.log}`);
  for (const note of service.notes) terminal.note(note);
  terminal.data({ name: request.name, file: service.file, log: service.log, notes: service.notes });
  return EXIT.success;
};

/** What the options say of a service; `uninstall` takes the same ones. */
export function requestOf({ cwd, text, flag, list, whole }: Invocation): ServiceRequest {
  const name = text('service') ?? 'baton-robot';
  if (!/^[\w-]{1,60}$/.test(name))
    throw new UsageError('--service: a name has letters, digits, - and _, and at most 60 of them.');
  const main = resolve(process.argv[1]!);
  if (/[\\/]_npx[\\/]/.test(main))
    throw new Failure(
      'npx keeps what it fetched only for a while: install it first, with npm install -g baton.',
    );
  const dataFolder = resolve(cwd, text('data') ?? 'robot');
  const slots = whole('slots', 1, 10_000);
  const update = text('update-command');
  const mark = whole('min-free-disk', 0, 1e9);
  const command = [
    process.execPath,
    ...process.execArgv,
    main,
    'robot',
    '--data',
    dataFolder,
    '--drain',
    ...(slots === undefined ? [] : ['--slots', String(slots)]),
    ...(list('label') ?? []).flatMap((label) => ['--label', label]),
    ...(mark === undefined ? [] : ['--min-free-disk', String(mark)]),
    ...(update === undefined ? [] : ['--update-command', update]),
  ];
  return {
    name,
    command,
    dataFolder,
    isOfSystem: flag('system'),
    user: text('user') ?? process.env['SUDO_USER'] ?? userInfo().username,
    stopSeconds: whole('stop-seconds', 1, 604_800) ?? STOP_SECONDS,
  };
}

const lineOf = (command: readonly string[]): string => command.join(' ');

export async function runCommand([program, ...args]: readonly string[], file: string): Promise<void> {
  try {
    await promisify(execFile)(program!, args, { timeout: RUN_MS });
  } catch (error) {
    const { code, stderr = '', message } = error as NodeJS.ErrnoException & { stderr?: string };
    if (code === 'ENOENT')
      throw new Failure(
        `There is no '${program}' here, so nothing runs ${file}: start 'baton robot' by other means.`,
      );
    throw new Failure(`'${lineOf([program!, ...args])}' failed: ${stderr.trim() || message}`);
  }
}
