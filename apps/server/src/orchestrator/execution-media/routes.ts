import { findByKey, list } from '../../kernel/contract/read-rows.ts';
import { handle, type Route } from '../../kernel/http/mount.ts';
import * as contract from './contract.ts';
import { download, remove } from './media-of-job.ts';

const { ExecutionMedia } = contract;

export const executionMediaRoutes: readonly Route[] = [
  handle(contract.getExecutionMedia, (ctx) => list(ctx, ExecutionMedia)),
  handle(contract.getExecutionMediaById, (ctx, { key }) => findByKey(ctx, ExecutionMedia, key)),
  handle(contract.downloadMediaByJobId, download),
  handle(contract.deleteMediaByJobId, remove),
];
