import { changing } from '../../kernel/db/changing.ts';
import { nameUsed } from '../../kernel/errors.ts';
import { type Context, folderOf } from '../../kernel/http/context.ts';
import { refuseManaged } from './change-version.ts';
import type { ReleaseInput } from './release-input.ts';
import { lockRelease, type ReleaseRef, type ReleaseRow } from './release-row.ts';
import { resolveRelease } from './resolve-release.ts';
import { saveRetention } from './retention.ts';
import { retentionOf } from './retention-setting.ts';
import { limitsOfProcess } from './run-limits.ts';
import { saveRelease } from './save-release.ts';
import { tellOfUpdates } from './tell-of-updates.ts';

/**
 * PUT resets what the body leaves out to its default. Environment variables and Baton's own members stay,
 * because many clients do not know them.
 */
export const replaceRelease = (ctx: Context, id: number, body: ReleaseInput): Promise<void> =>
  changeRelease(ctx, { id }, (current) => ({
    ...body,
    EnvironmentVariables: body.EnvironmentVariables || current.settings.EnvironmentVariables,
    ...unknownToMost(body, current.settings),
  }));

const OURS = ['Requires', ...(Object.keys(limitsOfProcess) as (keyof typeof limitsOfProcess)[])] as const;
const unknownToMost = (body: ReleaseInput, current: ReleaseInput): ReleaseInput =>
  Object.fromEntries(OURS.map((name) => [name, body[name] === undefined ? current[name] : body[name]]));

/** PATCH changes what the body names. Null is a value too. */
export const patchRelease = (ctx: Context, id: number, body: ReleaseInput): Promise<void> =>
  changeRelease(ctx, { id }, (current) => withChanges(current, body));

/** `inputArgs: ''` removes the input. Without `inputArgs`, or with null, the input stays. */
export function updateReleaseByKey(
  ctx: Context,
  body: {
    readonly releaseKey: string;
    readonly processVersion?: string | null;
    readonly entryPointPath?: string | null;
    readonly inputArgs?: string | null;
  },
): Promise<void> {
  const { releaseKey: key, processVersion, entryPointPath, inputArgs } = body;
  return changeRelease(ctx, { key }, (current) => {
    if (processVersion) refuseManaged(current, processVersion);
    return withChanges(current, {
      ...(processVersion ? { ProcessVersion: processVersion } : {}),
      ...(entryPointPath ? { EntryPointPath: entryPointPath } : {}),
      ...(inputArgs === null || inputArgs === undefined ? {} : { InputArguments: inputArgs }),
    });
  });
}

function withChanges({ settings }: ReleaseRow, body: ReleaseInput): ReleaseInput {
  // A priority given by name must replace the stored number.
  const namesPriority =
    typeof body.JobPriority === 'number' && typeof body.SpecificPriorityValue !== 'number';
  return { ...settings, ...(namesPriority ? { SpecificPriorityValue: null } : {}), ...body };
}

async function changeRelease(
  ctx: Context,
  ref: ReleaseRef,
  wanted: (current: ReleaseRow) => ReleaseInput,
): Promise<void> {
  let name = '';
  await changing(ctx, { releases_name: () => nameUsed(name) }, async (tx) => {
    const current = await lockRelease(tx, ctx.tenant.id, [folderOf(ctx).id], ref);
    const input = wanted(current);
    name = input.Name ?? '';
    const resolved = await resolveRelease(tx, ctx, input, current);
    await saveRelease(tx, ctx, current, resolved);
    for (const setting of retentionOf(input)) await saveRetention(tx, ctx, current.id, setting);
    await tellOfUpdates(tx, ctx, [
      { ...current, name: resolved.name, processVersion: resolved.package.version },
    ]);
  });
}
