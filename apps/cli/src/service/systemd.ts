import { join } from 'node:path';
import { RESTART_CODE, type Service, type ServiceRequest } from './service.ts';

const RESTART_SECONDS = 10;

/** `folder`: where the units of this kind lie. */
export function systemdUnit(request: ServiceRequest, folder: string): Service {
  const { name, command, dataFolder, isOfSystem, user, stopSeconds } = request;
  const own = isOfSystem ? [] : ['--user'];
  // The manager of a person knows no unit of the network.
  const network = isOfSystem ? ['Wants=network-online.target', 'After=network-online.target'] : [];
  const lines = [
    '[Unit]',
    'Description=Baton robot: runs the jobs of a Baton server on this host',
    ...network,
    'StartLimitIntervalSec=0',
    '',
    '[Service]',
    'Type=exec',
    `WorkingDirectory=${path(dataFolder)}`,
    `ExecStart=${command.map(word).join(' ')}`,
    ...(isOfSystem ? [`User=${user}`] : []),
    'Restart=on-failure',
    `RestartSec=${RESTART_SECONDS}`,
    `RestartForceExitStatus=${RESTART_CODE}`,
    `SuccessExitStatus=${RESTART_CODE}`,
    '# Jobs are processes of their own: they outlive a robot that fails, and the next one reports them.',
    'KillMode=process',
    '# A control group of its own, in which the kernel holds the limits of each job.',
    'Delegate=yes',
    '# A stop waits for the jobs that run.',
    `TimeoutStopSec=${stopSeconds}`,
    '',
    '[Install]',
    `WantedBy=${isOfSystem ? 'multi-user.target' : 'default.target'}`,
    '',
  ];
  const systemctl = (...args: string[]) => ['systemctl', ...own, ...args];
  return {
    file: join(folder, `${name}.service`),
    content: lines.join('\n'),
    start: [systemctl('daemon-reload'), systemctl('enable', '--now', name)],
    stop: [systemctl('disable', '--now', name)],
    forget: [systemctl('daemon-reload')],
    log: `journalctl ${isOfSystem ? '' : '--user '}-u ${name}`,
    notes: isOfSystem
      ? []
      : [`It runs while you are signed in. To let it run without that: loginctl enable-linger ${user}`],
  };
}

/** A word of a command line: `%` and `$` mean something there, too. */
function word(text: string): string {
  const safe = text
    .replaceAll('\\', '\\\\')
    .replaceAll('"', '\\"')
    .replaceAll('%', '%%')
    .replaceAll('$', '$$$$');
  return /^[\w@:/.,=+%-]+$/.test(safe) ? safe : `"${safe}"`;
}

/** A path is the rest of its line, so that only `%` means something. */
const path = (text: string): string => text.replaceAll('%', '%%');
