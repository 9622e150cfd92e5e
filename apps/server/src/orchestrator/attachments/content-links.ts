import { actorOf } from '../../kernel/auth/principal.ts';
import type { OutputOf } from '../../kernel/contract/fields.ts';
import { ApiError } from '../../kernel/errors.ts';
import type { Context } from '../../kernel/http/context.ts';
import { readLink, sealLink } from '../../kernel/http/sealed-link.ts';
import type { BlobFileAccess } from '../exports/contract.ts';

const PURPOSE = 'attachment link';
const MINUTES = 30;

/** What an address allows: one verb on one attachment, until a time. */
interface ContentLink {
  readonly verb: 'GET' | 'PUT';
  readonly attachmentId: string;
  /** Who asked for the address, in the form that events use. */
  readonly actor: string | null;
  readonly userId: number | null;
  /** Milliseconds since 1970. */
  readonly until: number;
}

export function linkTo(
  ctx: Context,
  verb: ContentLink['verb'],
  attachmentId: string,
): OutputOf<typeof BlobFileAccess> {
  const link: ContentLink = {
    verb,
    attachmentId,
    actor: actorOf(ctx.principal),
    userId: ctx.access.user?.id ?? null,
    until: ctx.now() + MINUTES * 60_000,
  };
  return {
    Uri: `${ctx.baseUrl}/api/Attachments/Content?token=${sealLink(ctx, PURPOSE, link)}`,
    Verb: verb,
    RequiresAuth: false,
    Headers: { Keys: [], Values: [] },
  };
}

/** A row as the database answers it carries its id where its address is to stand. */
export function withLink<Row extends object>(ctx: Context, verb: ContentLink['verb'], row: Row): Row {
  const { BlobFileAccess: place } = row as { BlobFileAccess?: { Uri: string } | null };
  return place ? { ...row, BlobFileAccess: linkTo(ctx, verb, place.Uri) } : row;
}

export function openLink(ctx: Context, token: string, verb: ContentLink['verb']): ContentLink {
  const link = readLink<ContentLink>(ctx, PURPOSE, token);
  if (link?.verb !== verb || link.until < ctx.now())
    throw new ApiError(403, 0, 'The address has expired or is not valid.');
  return link;
}
