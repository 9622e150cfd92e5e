import { InvalidPackage } from './invalid-package.ts';

/** Names of devices on Windows. They apply in every folder and with any extension. */
const DEVICE = /^(con|prn|aux|nul|com[0-9]|lpt[0-9])(\.|$)/i;

/**
 * The path that an entry's raw name stands for: `/` between segments, none of them empty or `.`, a folder's
 * path without its last slash. A package is extracted on any robot, so a name has to be harmless on every
 * platform.
 *
 * The official Python packer writes `./package/...`, packers on old .NET write `\`, and NuGet's own writer
 * escapes like a URI (`My%20Flow.xaml`), which every NuGet reader undoes; so do we, before the rules are
 * applied.
 * @throws InvalidPackage where the path would leave its folder, or no file system could hold it
 */
export function entryPath(raw: Uint8Array): string {
  const name = unescape(decode(raw)).replaceAll('\\', '/');
  const refuse = (problem: string) => new InvalidPackage('InvalidPackageDetails', name, problem);

  if (name.startsWith('/')) throw refuse('the path is absolute');
  if (/^[a-z]:/i.test(name)) throw refuse('the path names a drive');
  if (/\p{Cc}/u.test(name)) throw refuse('the path contains a control character');
  if (/[<>:"|?*]/.test(name)) throw refuse('the path contains one of < > : " | ? *');

  const segments = name.split('/').filter((segment) => segment !== '' && segment !== '.');
  if (segments.length === 0) throw refuse('the path is empty');
  if (segments.includes('..')) throw refuse('the path leaves its folder with ..');
  // Windows drops trailing dots and blanks, which would make `.. ` a way out and `a.` a second `a`.
  if (segments.some((segment) => /[. ]$/.test(segment)))
    throw refuse('the path has a part ending in . or blank');
  if (segments.some((segment) => DEVICE.test(segment)))
    throw refuse('the path has a part that is a Windows device');

  const path = segments.join('/');
  if (path.length > 1024 || segments.some((segment) => Buffer.byteLength(segment) > 255)) {
    throw new InvalidPackage('PathTooLong', name, 'the path is longer than file systems allow');
  }
  return path;
}

/** Two paths with the same key are one file on a file system that ignores case or Unicode form. */
export function pathKey(path: string): string {
  return path.normalize('NFC').toLowerCase();
}

/** How `write.ts` spells a path, so that `entryPath` and NuGet's readers give it back. */
export function escapeEntryName(path: string): string {
  return path.replaceAll('%', '%25');
}

function decode(raw: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(raw);
  } catch (cause) {
    const readable = Buffer.from(raw).toString('latin1');
    throw new InvalidPackage('InvalidPackageDetails', readable, 'the path is not UTF-8', { cause });
  }
}

function unescape(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name; // a lone % that escapes nothing: the name means itself
  }
}
