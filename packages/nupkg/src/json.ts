import { isExactNumber } from './exact-json.ts';
import { InvalidPackage } from './invalid-package.ts';
import { requireStorable } from './storable-json.ts';
import { parseTolerantly } from './tolerant-json.ts';

export type JsonObject = { [name: string]: unknown };

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !isExactNumber(value);
}

/** Parses a JSON file that must hold an object. */
export function parseObject(text: string, file: string): JsonObject {
  let value: unknown;
  try {
    value = parseTolerantly(text);
  } catch (cause) {
    throw new InvalidPackage('PackageMetadataExtract', file, 'is not valid JSON', { cause });
  }
  if (!isObject(value)) throw new InvalidPackage('PackageMetadataExtract', file, 'is not a JSON object');
  requireStorable(value, file);
  return value;
}

/** The readers below answer null for a value that is absent or null. They refuse a value of another type. */
export function optionalString(from: JsonObject, name: string, file: string): string | null {
  const value = from[name];
  if (value === undefined || value === null) return null;
  if (typeof value === 'string') return value;
  throw wrongType(file, name, 'text');
}

export function optionalBoolean(from: JsonObject, name: string, file: string): boolean | null {
  const value = from[name];
  if (value === undefined || value === null) return null;
  if (typeof value === 'boolean') return value;
  throw wrongType(file, name, 'true or false');
}

export function optionalObject(from: JsonObject, name: string, file: string): JsonObject | null {
  const value = from[name];
  if (value === undefined || value === null) return null;
  if (isObject(value)) return value;
  throw wrongType(file, name, 'an object');
}

export function optionalArray(from: JsonObject, name: string, file: string): unknown[] | null {
  const value = from[name];
  if (value === undefined || value === null) return null;
  if (Array.isArray(value)) return value;
  throw wrongType(file, name, 'an array');
}

export function optionalStrings(from: JsonObject, name: string, file: string): string[] {
  const values = optionalArray(from, name, file) ?? [];
  return values.map((value) => {
    if (typeof value === 'string') return value;
    throw wrongType(file, name, 'an array of texts');
  });
}

function wrongType(file: string, name: string, expected: string): InvalidPackage {
  return new InvalidPackage('PackageMetadataValidation', `${file}: ${name}`, `has to be ${expected}`);
}
