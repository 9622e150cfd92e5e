import { stat } from 'node:fs/promises';
import { type Packed, packFolder } from '@baton/nupkg/pack';
import type { Invocation } from './command.ts';
import { lockMissing, vendor } from './pack-dependencies.ts';

/** Packs a project folder, and tells what was written, assumed or left out. */
export async function packProject(call: Invocation, folder: string): Promise<Packed> {
  const { terminal, env, flag, text, whole } = call;
  // If it is none, packFolder says what is wrong.
  const isFolder = (await stat(folder).catch(() => null))?.isDirectory() === true;
  const notes = !isFolder || flag('no-lock') ? [] : await lockMissing(folder, env, terminal);
  const carried = isFolder && flag('vendor') ? await vendor(folder, env, terminal) : { more: [], notes: [] };
  const packed = await packFolder(folder, {
    version: text('version'),
    more: carried.more,
    maxEntries: whole('max-entries', 10, 1_000_000),
  });
  const warnings = [...notes, ...carried.notes, ...packed.warnings];
  if (!terminal.json) for (const warning of warnings) terminal.note(`Note: ${warning}.`);
  return { ...packed, warnings };
}
