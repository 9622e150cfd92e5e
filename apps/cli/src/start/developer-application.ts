import { ApiFailure } from '@baton/client/api-failure';
import { tokenSource } from '@baton/client/token';
import { addSecret, createApplication, listApplications } from '@baton/server/identity/clients/applications';
import { API_SCOPES } from '@baton/server/identity/clients/scopes';
import type { RunningServer } from '@baton/server/main';
import { type DeveloperFile, developerFile, readSecretFile, writeSecretFile } from '../developer-file.ts';

const NAME = 'Baton command';
/** Explicit scopes cover every folder. `OR.Default` would require roles instead. */
const SCOPES = API_SCOPES.filter((scope) => /^OR\.\w+$/.test(scope) && scope !== 'OR.Default');

/**
 * The application as which the commands on this machine call the server. It alone is not created through the
 * public API, because something must make the first call. Only the file holds its secret. If the file is
 * lost, a new secret replaces the old one.
 */
export async function developerApplication(
  server: RunningServer,
  dataFolder: string,
): Promise<DeveloperFile> {
  const file = developerFile(dataFolder);
  const known = await readSecretFile<DeveloperFile>(file);
  const current = known && { ...known, url: server.url };
  if (current && (await isTaken(current))) {
    if (known.url !== server.url) await writeSecretFile(file, current);
    return current;
  }
  const made = { url: server.url, ...(await makeCredentials(server)) };
  await writeSecretFile(file, made);
  return made;
}

async function isTaken(credentials: DeveloperFile): Promise<boolean> {
  try {
    await tokenSource(credentials).get();
    return true;
  } catch (error) {
    if (error instanceof ApiFailure) return false;
    throw error;
  }
}

function makeCredentials({ db, organization }: RunningServer): Promise<Omit<DeveloperFile, 'url'>> {
  return db.transaction(async (tx) => {
    const found = (await listApplications(tx, organization.id)).find(({ name }) => name === NAME);
    if (found) {
      const { secret } = await addSecret(tx, found.clientId);
      return { clientId: found.clientId, clientSecret: secret };
    }
    const { clientId, secret } = await createApplication(tx, {
      organizationId: organization.id,
      name: NAME,
      isConfidential: true,
      appScopes: SCOPES,
      userScopes: [],
      redirectUris: [],
    });
    return { clientId, clientSecret: secret! };
  });
}
