import { spawn } from 'node:child_process';

type Environment = Readonly<Record<string, string | undefined>>;

/** The program that opens a page for the person at this machine; undefined if nobody could see it. */
export function browserOf(env: Environment, platform = process.platform): readonly string[] | undefined {
  if (env['BROWSER']) return [env['BROWSER']];
  if (platform === 'darwin') return ['open'];
  if (platform === 'win32') return ['rundll32', 'url.dll,FileProtocolHandler'];
  // A server, or a session over SSH, has no screen, and a text browser cannot run the pages.
  return env['DISPLAY'] || env['WAYLAND_DISPLAY'] ? ['xdg-open'] : undefined;
}

/** Nobody knows whether the page opens, so the person is told the address as well. */
export function openBrowser([program, ...args]: readonly string[], url: string): void {
  const child = spawn(program!, [...args, url], { stdio: 'ignore', detached: true, windowsHide: true });
  child.on('error', () => undefined);
  child.unref();
}
