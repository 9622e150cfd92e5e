import { inherited } from '../environment.ts';
import { variablesOfNpmrc } from './masking.ts';

/** Settings of the installers: which index, whose credentials, which caches. Jobs do not see them. */
const SETTINGS = /^(PIP|UV|NPM_CONFIG)_/i;
/** What would lead an installer away from the environment that it is to fill. */
const LEADS_AWAY = new Set(
  'PIP_TARGET PIP_PREFIX PIP_ROOT PIP_USER PIP_PYTHON PIP_REQUIRE_VIRTUALENV PIP_REQUIREMENT'
    .split(' ')
    .concat(
      'UV_PROJECT_ENVIRONMENT UV_PYTHON UV_SYSTEM_PYTHON UV_PROJECT UV_WORKING_DIRECTORY'.split(' '),
      'NPM_CONFIG_PREFIX NPM_CONFIG_GLOBAL NPM_CONFIG_LOCAL_PREFIX NPM_CONFIG_DRY_RUN'.split(' '),
    ),
);

/** The variables for an installer. */
export async function buildEnvironment(environment: NodeJS.ProcessEnv): Promise<Record<string, string>> {
  const settings = Object.entries(environment).filter(
    (pair): pair is [string, string] =>
      pair[1] !== undefined && SETTINGS.test(pair[0]) && !LEADS_AWAY.has(pair[0].toUpperCase()),
  );
  return {
    ...inherited(environment),
    ...(await variablesOfNpmrc(environment)),
    NO_COLOR: '1',
    PYTHONIOENCODING: 'utf-8',
    PIP_NO_INPUT: '1',
    PIP_NO_COLOR: '1',
    PIP_PROGRESS_BAR: 'off',
    PIP_DISABLE_PIP_VERSION_CHECK: '1',
    PIP_NO_WARN_SCRIPT_LOCATION: '1',
    UV_NO_PROGRESS: '1',
    UV_PYTHON_DOWNLOADS: 'never',
    UV_COMPILE_BYTECODE: '1',
    // Links would share files with uv's cache, which the environment must not change.
    UV_LINK_MODE: 'copy',
    NPM_CONFIG_AUDIT: 'false',
    NPM_CONFIG_FUND: 'false',
    NPM_CONFIG_PROGRESS: 'false',
    NPM_CONFIG_UPDATE_NOTIFIER: 'false',
    ...Object.fromEntries(settings),
  };
}
