import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { promisify } from 'node:util';
import { launchdAgent } from './launchd.ts';
import { scheduledTask } from './scheduled-task.ts';
import type { ServiceRequest } from './service.ts';
import { systemdUnit } from './systemd.ts';

const request: ServiceRequest = {
  name: 'baton-robot',
  command: [process.execPath, '/opt/b & $c %d "e"/main.js', 'robot', '--data', '/var/lib/ro bot', '--drain'],
  dataFolder: '/var/lib/ro bot',
  isOfSystem: true,
  user: 'root',
  stopSeconds: 90,
};

/** What systemd itself says of a unit; nothing where it is not installed. */
async function faults(unit: string, isOfSystem: boolean): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'baton-unit-'));
  try {
    const file = join(folder, 'baton-robot.service');
    await writeFile(file, unit);
    const args = [...(isOfSystem ? [] : ['--user']), 'verify', file];
    const { stdout, stderr } = await promisify(execFile)('systemd-analyze', args).catch(
      (error: NodeJS.ErrnoException & { stdout: string; stderr: string }) =>
        error.code === 'ENOENT' ? { stdout: '', stderr: '' } : error,
    );
    // It also tells of other units, and of the manager that does not run in a container.
    return `${stdout}${stderr}`
      .split('\n')
      .filter((line) => line.includes('baton-robot'))
      .join('\n');
  } finally {
    await rm(folder, { recursive: true });
  }
}

describe('a service', () => {
  test('of systemd: words are kept, jobs outlive it, a stop waits', async () => {
    const { content, file, start, stop } = systemdUnit(request, '/etc/systemd/system');
    assert.equal(file, '/etc/systemd/system/baton-robot.service');
    assert.ok(
      content.includes(
        `ExecStart=${process.execPath} "/opt/b & $$c %%d \\"e\\"/main.js" robot --data "/var/lib/ro bot" --drain`,
      ),
    );
    for (const line of [
      'WorkingDirectory=/var/lib/ro bot',
      'User=root',
      'KillMode=process',
      'Delegate=yes',
      'TimeoutStopSec=90',
      'Restart=on-failure',
      'RestartForceExitStatus=75',
      'WantedBy=multi-user.target',
    ])
      assert.ok(content.split('\n').includes(line), line);
    assert.deepEqual(start.at(-1), ['systemctl', 'enable', '--now', 'baton-robot']);
    assert.deepEqual(stop, [['systemctl', 'disable', '--now', 'baton-robot']]);
    assert.equal(await faults(content, true), '');
  });

  test('of systemd, of a person', async () => {
    const own = systemdUnit({ ...request, isOfSystem: false }, '/home/ada/.config/systemd/user');
    assert.ok(!/^User=|network-online/m.test(own.content));
    assert.match(own.content, /^WantedBy=default\.target$/m);
    assert.deepEqual(own.start[0], ['systemctl', '--user', 'daemon-reload']);
    assert.match(own.notes[0]!, /enable-linger root/);
    assert.equal(await faults(own.content, false), '');
    assert.match(await faults(own.content.replace('KillMode=', 'KillMoode='), false), /^|KillMoode/);
  });

  test('of launchd', () => {
    const { content, file, stop } = launchdAgent({ ...request, isOfSystem: false }, '/Users/ada/L', 501);
    assert.equal(file, '/Users/ada/L/dev.baton.baton-robot.plist');
    assert.ok(content.includes('<string>/opt/b &amp; $c %d &quot;e&quot;/main.js</string>'));
    assert.match(content, /<key>KeepAlive<\/key><dict><key>SuccessfulExit<\/key><false\/><\/dict>/);
    assert.match(content, /<key>ExitTimeOut<\/key><integer>90<\/integer>/);
    assert.match(content, /<key>AbandonProcessGroup<\/key><true\/>/);
    assert.ok(!content.includes('UserName'));
    assert.deepEqual(stop, [['launchctl', 'bootout', 'gui/501/dev.baton.baton-robot']]);
  });

  test('of Windows: a task that looks each minute', () => {
    const command = ['C:\\Program Files\\nodejs\\node.exe', 'C:\\b\\main.js', 'robot'];
    const task = scheduledTask({
      ...request,
      command,
      dataFolder: 'C:\\robot',
      isOfSystem: false,
      user: 'ada',
    });
    assert.ok(
      task.content.includes(
        '/d /s /c &quot;&quot;C:\\Program Files\\nodejs\\node.exe&quot; C:\\b\\main.js robot &gt;&gt; C:\\robot\\robot.log 2&gt;&amp;1&quot;',
      ),
      task.content,
    );
    assert.match(task.content, /<LogonTrigger>\s+<Repetition><Interval>PT1M/);
    assert.match(task.content, /<MultipleInstancesPolicy>IgnoreNew</);
    assert.match(task.content, /<ExecutionTimeLimit>PT0S</);
    assert.equal(task.start[0]![0], 'schtasks');
  });
});
