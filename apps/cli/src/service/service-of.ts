import { userInfo } from 'node:os';
import { join } from 'node:path';
import { Failure } from '../failure.ts';
import { launchdAgent } from './launchd.ts';
import { scheduledTask } from './scheduled-task.ts';
import type { Service, ServiceRequest } from './service.ts';
import { systemdUnit } from './systemd.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** The service as the system of this host wants it. */
export function serviceOf(request: ServiceRequest, platform: NodeJS.Platform, env: Env): Service {
  const home = env['HOME'] ?? userInfo().homedir;
  switch (platform) {
    case 'linux': {
      const own = join(env['XDG_CONFIG_HOME'] || join(home, '.config'), 'systemd', 'user');
      return systemdUnit(request, request.isOfSystem ? '/etc/systemd/system' : own);
    }
    case 'darwin': {
      const own = join(home, 'Library', 'LaunchAgents');
      return launchdAgent(request, request.isOfSystem ? '/Library/LaunchDaemons' : own, userInfo().uid);
    }
    case 'win32':
      return scheduledTask(request);
    default:
      throw new Failure(`There is no service for ${platform}: let its own manager run 'baton robot'.`);
  }
}
