/** The errors of the API's catalogue that a package can cause before any rule of the server applies. */
export type InvalidPackageCode =
  | 'InvalidExtension'
  | 'InvalidPackageDetails'
  | 'InvalidPackageVersion'
  | 'PathTooLong'
  | 'PackageMetadataExtract'
  | 'PackageMetadataValidation';

/**
 * The only error that a broken package or project raises. `InvalidExtension`: the bytes are not a zip
 * archive. `InvalidPackageDetails`: the archive is refused as a whole. `PackageMetadataExtract`: a
 * metadata file cannot be read. `PackageMetadataValidation`: a metadata file can be read, but its
 * content is not valid.
 */
export class InvalidPackage extends Error {
  override readonly name = 'InvalidPackage';
  readonly code: InvalidPackageCode;
  /**
   * What is wrong: the name of the entry, or a file and its property such as `content/operate.json: main`.
   */
  readonly field: string;

  constructor(code: InvalidPackageCode, field: string, problem: string, options?: ErrorOptions) {
    super(`${shown(field)}: ${shown(problem)}`, options);
    this.code = code;
    this.field = shown(field);
  }
}

/**
 * Names come from strangers and end up in logs and terminals. Control characters are replaced, and
 * long names are cut.
 */
function shown(text: string): string {
  const plain = text.slice(0, 201).replace(/\p{C}/gu, '\u{fffd}');
  return plain.length > 200 ? `${plain.slice(0, 200)}…` : plain;
}
