import { Reply } from '../../kernel/http/answer.ts';
import { handle, type Route } from '../../kernel/http/mount.ts';
import { authenticate } from './contract.ts';

export const accountRoutes: readonly Route[] = [
  handle(authenticate, async (ctx, { body }) => {
    const { status, body: answer } = await ctx.tokens.byPassword({
      ...body,
      tenancyName: body.tenancyName ?? null,
      source: ctx.ip,
    });
    return new Reply(status, JSON.stringify(answer), { 'content-type': 'application/json; charset=utf-8' });
  }),
];
