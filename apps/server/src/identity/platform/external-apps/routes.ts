import { handle, type Route } from '../../../kernel/http/mount.ts';
import {
  changeClient,
  findClient,
  makeClient,
  makeSecret,
  removeClient,
  removeSecret,
} from './change-client.ts';
import {
  createClient,
  deleteClient,
  deleteSecret,
  generateSecret,
  generateSecretByGet,
  getApiResources,
  getClient,
  getClients,
  updateClient,
} from './contract.ts';
import { catalogue, readClients } from './sql.ts';

export const externalAppsRoutes: readonly Route[] = [
  handle(getApiResources, catalogue),
  handle(getClients, (ctx) => readClients(ctx.db, ctx.organization.id)),
  handle(getClient, (ctx, { clientId }) => findClient(ctx, clientId)),
  handle(createClient, makeClient),
  handle(updateClient, changeClient),
  handle(deleteClient, (ctx, { clientId }) => removeClient(ctx, clientId)),
  handle(generateSecret, (ctx, { body }) =>
    makeSecret(ctx, body.clientId, body.description, body.expiryTime),
  ),
  handle(generateSecretByGet, (ctx, { clientId }) => makeSecret(ctx, clientId)),
  handle(deleteSecret, (ctx, { secretId }) => removeSecret(ctx, secretId)),
];
