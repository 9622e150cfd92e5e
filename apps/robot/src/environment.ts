import { join } from 'node:path';
import type { RobotJobDto } from '@baton/contract/robots-service';
import { files } from './journal.ts';

/**
 * The variables that a job inherits from the robot: those for programs, home, language, proxies and a
 * display. It inherits no others, because the robot's environment may hold secrets of the machine and of
 * its operator.
 */
const INHERITED = new Set(
  (
    'PATH HOME USER LOGNAME SHELL LANG LANGUAGE TZ TMPDIR TEMP TMP ' +
    'SSL_CERT_FILE SSL_CERT_DIR REQUESTS_CA_BUNDLE NODE_EXTRA_CA_CERTS NODE_USE_ENV_PROXY ' +
    'HTTP_PROXY HTTPS_PROXY NO_PROXY ALL_PROXY ' +
    'DISPLAY WAYLAND_DISPLAY XAUTHORITY XDG_RUNTIME_DIR DBUS_SESSION_BUS_ADDRESS ' +
    'SYSTEMROOT SYSTEMDRIVE WINDIR COMSPEC PATHEXT USERPROFILE USERNAME USERDOMAIN ' +
    'HOMEDRIVE HOMEPATH APPDATA ' +
    'LOCALAPPDATA PROGRAMDATA PROGRAMFILES PROGRAMFILES(X86) COMMONPROGRAMFILES PUBLIC ' +
    'NUMBER_OF_PROCESSORS PROCESSOR_ARCHITECTURE'
  ).split(' '),
);

export function inherited(environment: NodeJS.ProcessEnv): Record<string, string> {
  const kept = Object.entries(environment).filter(
    (pair): pair is [string, string] =>
      pair[1] !== undefined && (INHERITED.has(pair[0].toUpperCase()) || pair[0].startsWith('LC_')),
  );
  return Object.fromEntries(kept);
}

/** The mark that all processes of a job carry, even after their parents have ended. */
export function markOf(executionId: string): { name: string; value: string } {
  return { name: 'BATON_EXECUTION_ID', value: executionId };
}

/** See PROTOCOL.md, "What the process finds". The robot's own variables win over the process's. */
export function jobEnvironment(
  order: RobotJobDto,
  executionId: string,
  folder: string,
): Record<string, string> {
  const mark = markOf(executionId);
  const own: Record<string, string | null | undefined> = {
    UIPATH_URL: order.url,
    UIPATH_ACCESS_TOKEN: order.accessToken,
    UIPATH_FOLDER_KEY: order.folderKey,
    UIPATH_FOLDER_PATH: order.folderPath,
    UIPATH_JOB_KEY: order.key,
    UIPATH_ROBOT_KEY: order.robotKey,
    UIPATH_PROCESS_KEY: order.releaseKey,
    UIPATH_PROCESS_UUID: order.releaseKey,
    UIPATH_TENANT_ID: order.tenantId,
    UIPATH_TENANT_NAME: order.tenantName,
    UIPATH_ORGANIZATION_ID: order.organizationId,
    UIPATH_ORGANIZATION_NAME: order.organizationName,
    UIPATH_TRACE_ID: order.traceId,
    BATON_INPUT: join(folder, files.input),
    BATON_OUTPUT: join(folder, files.output),
    BATON_LOG: join(folder, files.records),
    BATON_STOP: join(folder, files.stop),
    [mark.name]: mark.value,
  };
  const said = Object.entries(own).filter((pair): pair is [string, string] => typeof pair[1] === 'string');
  return { ...order.environmentVariables, ...Object.fromEntries(said) };
}
