/** Names of the API's error catalogue that a package can earn before any server rule looks at it. */
export type InvalidPackageCode =
  | 'InvalidExtension'
  | 'InvalidPackageDetails'
  | 'InvalidPackageVersion'
  | 'PathTooLong'
  | 'PackageMetadataExtract'
  | 'PackageMetadataValidation';

/**
 * The only error that a broken package or project raises. `InvalidExtension`: the bytes are no zip archive;
 * `InvalidPackageDetails`: an archive that is refused as a whole; `PackageMetadataExtract`: a metadata file
 * that cannot be read; `PackageMetadataValidation`: one that can, and says something impossible.
 */
export class InvalidPackage extends Error {
  override readonly name = 'InvalidPackage';
  readonly code: InvalidPackageCode;
  /** What is wrong: the entry's name, or file and property such as `content/operate.json: main`. */
  readonly field: string;

  constructor(code: InvalidPackageCode, field: string, problem: string, options?: ErrorOptions) {
    super(`${shown(field)}: ${shown(problem)}`, options);
    this.code = code;
    this.field = shown(field);
  }
}

/** Names come from strangers and end in logs and terminals: no control characters, no walls of text. */
function shown(text: string): string {
  const plain = text.slice(0, 201).replace(/\p{C}/gu, '\u{fffd}');
  return plain.length > 200 ? `${plain.slice(0, 200)}…` : plain;
}
