import { parse, TomlError } from 'smol-toml';
import { InvalidPackage } from './invalid-package.ts';
import type { JsonObject } from './json.ts';

/** Deeper than any real project. The limit is needed because the result is walked by recursion. */
const MOST_DEPTH = 100;

/**
 * Parses a TOML text.
 * @throws InvalidPackage (`PackageMetadataExtract`) that names the line with the error
 */
export function parseToml(text: string, file: string): JsonObject {
  try {
    return parse(text.replace(/^\uFEFF/, '').replaceAll('\r\n', '\n'), {
      maxDepth: MOST_DEPTH,
    }) as JsonObject;
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const [reason] = error.message.replace(/^Invalid TOML document: /, '').split('\n');
    throw new InvalidPackage('PackageMetadataExtract', `${file} line ${error.line}`, reason!);
  }
}
