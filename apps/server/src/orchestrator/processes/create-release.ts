import { recordEvents } from '../../kernel/events/record.ts';
import { type Context, folderOf } from '../../kernel/http/context.ts';
import type { ReleaseInput } from './release-input.ts';
import { resolveRelease } from './resolve-release.ts';
import { saveRetention } from './retention.ts';
import { retentionOf } from './retention-setting.ts';
import { insertRelease, nameTaken } from './save-release.ts';

/** Makes a process in the folder of the call. Answers its id. */
export function createRelease(ctx: Context, body: ReleaseInput): Promise<number> {
  return ctx
    .transaction(async (tx) => {
      const resolved = await resolveRelease(tx, ctx, body);
      const { id, key } = await insertRelease(tx, ctx, resolved);
      for (const setting of retentionOf(body)) await saveRetention(tx, ctx, id, setting);
      const { packageId: processKey, version: processVersion } = resolved.package;
      await recordEvents(tx, { principal: ctx.principal, tenantId: ctx.tenant.id }, [
        {
          type: 'process.created',
          entity: 'Release',
          key,
          folderId: folderOf(ctx).id,
          payload: { id, name: resolved.name, processKey, processVersion },
        },
      ]);
      return id;
    })
    .catch(nameTaken(body.Name));
}
