import type { Operation } from '../apps/server/src/kernel/contract/operation.ts';
import { type Entities, FILE } from './entities.fixture.ts';

/** The URL of an operation with the ids of given entities in its path and query. */
export function pathOf(operation: Operation, entities: Entities): string {
  const filled = operation.path.replace(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(valueOf(operation, name, entities) ?? '1'),
  );
  const query = Object.entries(operation.query ?? {}).flatMap(([name, field]) => {
    const value = valueOf(operation, name, entities);
    return value !== undefined && (field.options.required || name === 'key')
      ? [`${name}=${encodeURIComponent(value)}`]
      : [];
  });
  return query.length > 0 ? `${filled}?${query.join('&')}` : filled;
}

/** Whether the operation names a row by one of its parameters. */
export const namesRow = (operation: Operation, entities: Entities): boolean =>
  [
    ...Object.keys(operation.params ?? {}),
    ...Object.keys(operation.query ?? {}).filter((name) => operation.query![name]!.options.required),
  ].some((name) => valueOf(operation, name, entities) !== undefined);

/** What a parameter of that name means in that set; undefined where it names no row. */
export function valueOf(
  operation: Operation,
  name: string,
  { ids, keys, names }: Entities,
): string | undefined {
  const [, area = '', set = ''] = /^\/(odata|api)\/(\w+)/.exec(operation.path) ?? [];
  const id = ids[set];
  switch (name) {
    case 'key':
    case 'id':
      if (set === 'Processes') return names.package;
      if (set === 'Attachments') return keys.Attachments;
      if (area === 'api' && set !== 'Buckets') return keys[set];
      return operation.path.includes('GetUsersForFolder') || operation.path.includes('GetMachinesForFolder')
        ? String(ids.Folders)
        : id === undefined
          ? undefined
          : String(id);
    case 'identifier':
      return keys[set];
    case 'path':
      return FILE;
    case 'folderId':
    case 'rootFolderId':
      return String(ids.Folders);
    case 'includeInherited':
      return 'false';
    case 'machineId':
      return String(ids.Machines);
    case 'robotId':
      return operation.path.includes("'{robotId}'") ? keys.Robots : String(ids.Robots);
    case 'licenseKey':
      return names.licenseKey;
    case 'jobKey':
      return keys.Jobs;
    case 'jobId':
      return String(ids.Jobs);
    case 'processId':
      return operation.path.includes('GetProcessVersions') ? names.package.split(':')[0] : undefined;
    default:
      return undefined;
  }
}
