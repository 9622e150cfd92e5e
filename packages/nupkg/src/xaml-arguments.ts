import { schemaOfDotnetType } from './dotnet-types.ts';
import { InvalidPackage } from './invalid-package.ts';
import { isObject, type JsonObject, optionalBoolean, optionalString } from './json.ts';

/**
 * Turns the arguments of a Windows project, `[{ name, type: '.NET type', required, hasDefault }]`, into a
 * schema. The schema keeps the .NET names and, as `x-has-default`, the fact that there is a default. The
 * default value itself is in the workflow.
 * @returns null for an empty list
 */
export function schemaOfXamlArguments(list: readonly unknown[], field: string): JsonObject | null {
  if (list.length === 0) return null;
  const properties: [string, JsonObject][] = [];
  const required: string[] = [];
  for (const [index, argument] of list.entries()) {
    const at = `${field}[${index}]`;
    if (!isObject(argument)) throw new InvalidPackage('PackageMetadataValidation', at, 'has to be an object');
    const name = optionalString(argument, 'name', at);
    if (!name) throw new InvalidPackage('PackageMetadataValidation', `${at}.name`, 'is missing');
    const schema = schemaOfDotnetType(optionalString(argument, 'type', at) ?? 'System.Object');
    if (optionalBoolean(argument, 'hasDefault', at)) schema[HAS_DEFAULT] = true;
    if (optionalBoolean(argument, 'required', at)) required.push(name);
    properties.push([name, schema]);
  }
  return {
    type: 'object',
    properties: Object.fromEntries(properties),
    ...(required.length > 0 && { required }),
  };
}

/** An annotation like `DOTNET_TYPE`: the workflow has a default of its own. */
export const HAS_DEFAULT = 'x-has-default';
