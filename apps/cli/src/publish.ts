import { readFile, stat } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { readPackage } from '@baton/nupkg/read';
import { upload } from './api/packages.ts';
import { saveRelease } from './api/releases.ts';
import type { Execute, Invocation } from './command.ts';
import { PACK_OPTIONS } from './common-options.ts';
import { connect } from './connect.ts';
import { EXIT, Failure, UsageError } from './failure.ts';
import { sizeOf } from './pack.ts';
import { packProject } from './pack-project.ts';

interface Package {
  readonly id: string;
  readonly version: string;
  readonly fileName: string;
  readonly bytes: Buffer<ArrayBuffer>;
}

export const execute: Execute = async (call) => {
  const { terminal, cwd, argument, text } = call;
  const { client, url, folder } = await connect(call);
  const { id, version, fileName, bytes } = await packageAt(call, resolve(cwd, argument!));
  terminal.progress(`Uploading ${id} ${version}, ${sizeOf(bytes.length)} …`);
  const isNew = await upload(client, { fileName, bytes }, text('feed'));
  const name = text('process');
  if (!isNew && name === undefined) {
    throw new Failure(
      `${id} ${version} is on the server already, and versions do not change: raise the version.`,
    );
  }
  terminal.say(`${id} ${version} ${isNew ? 'is uploaded to' : 'was already on'} ${url}.`);
  const process =
    name === undefined ? undefined : await saveRelease(client, { name, packageId: id, version });
  if (process) terminal.say(`The process '${name}' in ${folder} ${SAID[process]} ${version}.`);
  terminal.data({
    id,
    version,
    size: bytes.length,
    uploaded: isNew,
    ...(process && { process: { name, folder, result: process } }),
  });
  return EXIT.success;
};

const SAID = {
  created: 'is made; it runs',
  updated: 'now runs',
  unchanged: 'ran this version already:',
} as const;

const FOR_FOLDERS = ['version', ...PACK_OPTIONS.map(({ name }) => name)];

async function packageAt(call: Invocation, path: string): Promise<Package> {
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
    const isMissing = error.code === 'ENOENT' || error.code === 'ENOTDIR';
    throw new Failure(isMissing ? `${path} does not exist.` : error.message);
  });
  if (found.isDirectory()) {
    const packed = await packProject(call, path);
    return { ...packed, bytes: Buffer.from(packed.bytes) };
  }
  for (const option of FOR_FOLDERS) {
    if (call.flag(option) || call.text(option) !== undefined)
      throw new UsageError(`--${option} is for folders: a package is packed already.`);
  }
  const bytes = await readFile(path);
  const { id, version: own } = await readPackage(bytes);
  return { id, version: own, fileName: basename(path), bytes };
}
