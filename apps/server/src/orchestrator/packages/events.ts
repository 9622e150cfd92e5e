import { Guid, Text } from '../../kernel/contract/fields.ts';
import { event, subject } from '../../kernel/events/event.ts';

/** Packages of the tenant's feed and of a folder's feed are read with different permissions. */
const PACKAGE = subject({
  entity: 'Package',
  key: 'name and version',
  reading: { scope: 'OR.Execution', inTenant: 'Packages.View', inFolder: 'FolderPackages.View' },
  isApart: true,
});
const LIBRARY = subject({
  entity: 'Library',
  key: 'name and version',
  reading: { scope: 'OR.Execution', inTenant: 'Libraries.View' },
});

const payload = {
  name: Text({ required: true }),
  version: Text({ required: true }),
  feedId: Guid({ required: true }),
  projectType: Text(),
};

export const packageUploaded = event({ type: 'package.uploaded', of: PACKAGE, payload });
export const packageUpdated = event({ type: 'package.updated', of: PACKAGE, payload });
export const packageDeleted = event({ type: 'package.deleted', of: PACKAGE, payload });
export const libraryUploaded = event({ type: 'library.uploaded', of: LIBRARY, payload });
export const libraryDeleted = event({ type: 'library.deleted', of: LIBRARY, payload });

export const packageEvents = [
  packageUploaded,
  packageUpdated,
  packageDeleted,
  libraryUploaded,
  libraryDeleted,
] as const;
