import { win32 } from 'node:path';
import { type Service, type ServiceRequest, xml } from './service.ts';

/**
 * A service of Windows has to answer the service manager, which a script of Node cannot. A scheduled task
 * needs no further program: it starts with the machine or the sign-in, and looks each minute whether the
 * robot still runs.
 */
export function scheduledTask(request: ServiceRequest): Service {
  const { name, command, dataFolder, isOfSystem, user } = request;
  const log = win32.join(dataFolder, 'robot.log');
  // The command processor writes the log. It takes off the first and the last quote of what follows /c.
  const line = `/d /s /c "${command.map(quoted).join(' ')} >> ${quoted(log)} 2>&1"`;
  const file = win32.join(dataFolder, `${name}.task.xml`);
  const trigger = isOfSystem ? 'BootTrigger' : 'LogonTrigger';
  const whose = isOfSystem
    ? '<UserId>S-1-5-18</UserId>'
    : `<UserId>${xml(user)}</UserId><LogonType>InteractiveToken</LogonType>`;
  const content = [
    '<?xml version="1.0"?>',
    '<Task version="1.2" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">',
    '  <Triggers>',
    `    <${trigger}>`,
    '      <Repetition><Interval>PT1M</Interval></Repetition>',
    ...(isOfSystem ? [] : [`      <UserId>${xml(user)}</UserId>`]),
    `    </${trigger}>`,
    '  </Triggers>',
    `  <Principals><Principal id="Robot">${whose}</Principal></Principals>`,
    '  <Settings>',
    '    <MultipleInstancesPolicy>IgnoreNew</MultipleInstancesPolicy>',
    '    <DisallowStartIfOnBatteries>false</DisallowStartIfOnBatteries>',
    '    <StopIfGoingOnBatteries>false</StopIfGoingOnBatteries>',
    '    <ExecutionTimeLimit>PT0S</ExecutionTimeLimit>',
    '  </Settings>',
    '  <Actions Context="Robot">',
    '    <Exec>',
    '      <Command>cmd.exe</Command>',
    `      <Arguments>${xml(line)}</Arguments>`,
    `      <WorkingDirectory>${xml(dataFolder)}</WorkingDirectory>`,
    '    </Exec>',
    '  </Actions>',
    '</Task>',
    '',
  ];
  return {
    file,
    content: content.join('\r\n'),
    start: [
      ['schtasks', '/Create', '/TN', name, '/XML', file, '/F'],
      ['schtasks', '/Run', '/TN', name],
    ],
    stop: [
      ['schtasks', '/End', '/TN', name],
      ['schtasks', '/Delete', '/TN', name, '/F'],
    ],
    forget: [],
    log,
    notes: [
      'Windows ends the robot without asking it: jobs go on, and its next start reports them.',
      `Nothing shortens ${log}.`,
    ],
  };
}

const quoted = (word: string): string => (/^[\w:\\/.=-]+$/.test(word) ? word : `"${word}"`);
