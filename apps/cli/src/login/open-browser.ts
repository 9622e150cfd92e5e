import { spawn } from 'node:child_process';

type Environment = Readonly<Record<string, string | undefined>>;

/** The program that shows a page to whoever sits at this machine; undefined where nobody can see one. */
export function browserOf(env: Environment, platform = process.platform): readonly string[] | undefined {
  if (env['BROWSER']) return [env['BROWSER']];
  if (platform === 'darwin') return ['open'];
  if (platform === 'win32') return ['rundll32', 'url.dll,FileProtocolHandler'];
  // On a server, and over SSH, there is no screen: a browser of the terminal cannot run the pages.
  return env['DISPLAY'] || env['WAYLAND_DISPLAY'] ? ['xdg-open'] : undefined;
}

/** Whether it shows is not known: the address is told to the person besides. */
export function openBrowser([program, ...args]: readonly string[], url: string): void {
  const child = spawn(program!, [...args, url], { stdio: 'ignore', detached: true, windowsHide: true });
  child.on('error', () => undefined);
  child.unref();
}
