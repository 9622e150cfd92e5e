import * as http from 'node:http';

/** The variables of a proxy, in the case in which most programs look for them first. */
const NAMES = ['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY'] as const;

/** What the environment says of proxies. Null: nothing. */
function proxiesOf(environment: NodeJS.ProcessEnv): Record<string, string> | null {
  const found: Record<string, string> = {};
  for (const name of NAMES) {
    const value = environment[name.toLowerCase()] || environment[name];
    if (value) found[name] = value;
  }
  return found['HTTP_PROXY'] || found['HTTPS_PROXY'] ? found : null;
}

/**
 * Lets `fetch` of this process go through the proxies that the environment names. Node does so by itself
 * only if NODE_USE_ENV_PROXY was set when the process started.
 * @returns the variable that lets Node's `fetch` in jobs do the same, or nothing without a proxy
 */
export function useProxies(environment: NodeJS.ProcessEnv): Record<string, string> {
  const proxies = proxiesOf(environment);
  if (!proxies) return {};
  // The Node that comes with Baton for Apple's processors is older than this function.
  if ('setGlobalProxyFromEnv' in http) (http.setGlobalProxyFromEnv as (env: object) => void)(proxies);
  else if (environment['NODE_USE_ENV_PROXY'] !== '1')
    throw new Error('this Node uses proxies only if it is started with NODE_USE_ENV_PROXY=1');
  return { NODE_USE_ENV_PROXY: '1' };
}
