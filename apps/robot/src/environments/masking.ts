import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** Makes a text safe to show: credentials of package indexes become `***`. */
export type Mask = (text: string) => string;

/** Shorter values would blot out harmless words. */
const SHORTEST = 4;
/** Settings of pip, uv and npm that hold a credential by their name. */
const SECRET_NAME = /(token|password|passwd|secret|_auth|_key)$/i;

/**
 * Masks user and password in addresses, and every credential that the settings of pip, uv and npm hold: in
 * the variables, in `.npmrc`, `pip.conf`, `uv.toml` and `.netrc`.
 */
export async function maskFor(environment: Readonly<Record<string, string>>): Promise<Mask> {
  const secrets = new Set<string>();
  for (const [name, value] of Object.entries(environment)) {
    if (SECRET_NAME.test(name)) secrets.add(value);
    addUserInfo(value, secrets);
  }
  for (const file of settingFiles(environment)) {
    const text = await readFile(file, 'utf8').catch(() => '');
    addUserInfo(text, secrets);
    for (const [, value] of text.matchAll(/(?:_authToken|_auth|_password)\s*=\s*["']?([^\s"']+)/g))
      secrets.add(expanded(value ?? '', environment));
    for (const [, value] of text.matchAll(/(?:^|\s)(?:password|account)\s+(\S+)/g)) secrets.add(value ?? '');
  }
  const sorted = [...secrets].filter(({ length }) => length >= SHORTEST).sort((a, b) => b.length - a.length);
  return (text) => {
    const masked = sorted.reduce((left, secret) => left.replaceAll(secret, '***'), text);
    return masked.replace(/(:\/\/)[^\s/@'"]+@/g, '$1***@');
  };
}

/** `.npmrc` may name variables. They are passed to npm, because it fails without them. */
export async function variablesOfNpmrc(environment: NodeJS.ProcessEnv): Promise<Record<string, string>> {
  const named: Record<string, string> = {};
  for (const file of settingFiles(environment).filter((name) => name.endsWith('npmrc'))) {
    const text = await readFile(file, 'utf8').catch(() => '');
    for (const [, name = ''] of text.matchAll(/\$\{(\w+)\??\}/g)) {
      const value = environment[name];
      if (value !== undefined) named[name] = value;
    }
  }
  return named;
}

function settingFiles(environment: NodeJS.ProcessEnv): string[] {
  const home = environment['HOME'] ?? environment['USERPROFILE'] ?? homedir();
  const config = environment['XDG_CONFIG_HOME'] ?? join(home, '.config');
  const named = ['NPM_CONFIG_USERCONFIG', 'npm_config_userconfig', 'NPM_CONFIG_GLOBALCONFIG']
    .concat(['npm_config_globalconfig', 'PIP_CONFIG_FILE', 'UV_CONFIG_FILE', 'NETRC'])
    .flatMap((name) => environment[name] ?? []);
  const usual = [
    join(home, '.npmrc'),
    join(home, '.netrc'),
    join(home, '.pip', 'pip.conf'),
    join(config, 'pip', 'pip.conf'),
    join(config, 'uv', 'uv.toml'),
    '/etc/pip.conf',
    '/etc/npmrc',
    '/etc/uv/uv.toml',
  ];
  return [...named, ...usual];
}

function addUserInfo(text: string, secrets: Set<string>): void {
  for (const [, user = '', password] of text.matchAll(/:\/\/([^\s/:@'"]+)(?::([^\s/@'"]*))?@/g)) {
    // A user alone is a token; beside a password it is a name, and may be an ordinary word.
    const secret = password ?? user;
    secrets.add(secret);
    try {
      secrets.add(decodeURIComponent(secret));
    } catch {
      // not encoded
    }
  }
}

function expanded(value: string, environment: NodeJS.ProcessEnv): string {
  return value.replace(/\$\{(\w+)\??\}/g, (whole, name: string) => environment[name] ?? whole);
}
