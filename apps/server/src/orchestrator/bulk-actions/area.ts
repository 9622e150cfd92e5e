import { area } from '../../kernel/area.ts';
import { handle } from '../../kernel/http/mount.ts';
import * as contract from './contract.ts';
import {
  abort,
  findAction,
  listActions,
  listRows,
  repeatAction,
  requestItems,
  requestJobs,
} from './request-action.ts';
import { startBulkActions } from './run-actions.ts';

export const bulkActionsArea = area({
  name: 'bulk-actions',
  routes: [
    handle(contract.changeJobs, requestJobs),
    handle(contract.changeItemsByFilter, requestItems),
    handle(contract.getBulkActions, listActions),
    handle(contract.getBulkAction, findAction),
    handle(contract.getBulkActionRows, listRows),
    handle(contract.abortBulkAction, abort),
    handle(contract.repeatBulkAction, repeatAction),
  ],
  background: ({ services, db }) => [startBulkActions(services, db)],
});
