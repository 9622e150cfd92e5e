import { changing } from '../../kernel/db/changing.ts';
import { tell } from '../../kernel/events/tell.ts';
import { type Context, folderOf } from '../../kernel/http/context.ts';
import { processCreated } from './events.ts';
import type { ReleaseInput } from './release-input.ts';
import { resolveRelease } from './resolve-release.ts';
import { saveRetention } from './retention.ts';
import { retentionOf } from './retention-setting.ts';
import { insertRelease } from './save-release.ts';

/** Makes a process in the folder of the call. Answers its id. */
export function createRelease(ctx: Context, body: ReleaseInput): Promise<number> {
  return changing(ctx, { releases_name: body.Name ?? '' }, async (tx) => {
    const resolved = await resolveRelease(tx, ctx, body);
    const { id, key } = await insertRelease(tx, ctx, resolved);
    for (const setting of retentionOf(body)) await saveRetention(tx, ctx, id, setting);
    const { packageId: processKey, version: processVersion } = resolved.package;
    await tell(tx, ctx, processCreated, [
      {
        key,
        folderId: folderOf(ctx).id,
        payload: { id, name: resolved.name, processKey, processVersion },
      },
    ]);
    return id;
  });
}
