import { InvalidPackage } from './invalid-package.ts';

/**
 * Decodes a file by its byte order mark, else by its XML declaration, else as UTF-8. Tools on Windows write
 * UTF-16 and, in XML, 8-bit encodings. Anything else is refused.
 */
export function decodeFile(bytes: Uint8Array, file: string): string {
  const encoding = encodingOf(bytes);
  let decoder: InstanceType<typeof TextDecoder>;
  try {
    decoder = new TextDecoder(encoding, { fatal: true });
  } catch (cause) {
    throw new InvalidPackage('PackageMetadataExtract', file, `is in an unknown encoding, '${encoding}'`, {
      cause,
    });
  }
  try {
    return decoder.decode(bytes);
  } catch (cause) {
    throw new InvalidPackage('PackageMetadataExtract', file, `is not ${encoding.toUpperCase()} text`, {
      cause,
    });
  }
}

function encodingOf(bytes: Uint8Array): string {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  if (first === 0xfe && second === 0xff) return 'utf-16be';
  // XML and JSON begin with an ASCII character.
  if (bytes.length > 1 && first !== 0 && second === 0) return 'utf-16le';
  if (bytes.length > 1 && first === 0 && second !== 0) return 'utf-16be';
  const head = Buffer.from(bytes.subarray(0, 200)).toString('latin1');
  const declared = /^<\?xml[^>]*\sencoding\s*=\s*["']([\w.:-]{1,40})["']/.exec(head)?.[1] ?? 'utf-8';
  // A declaration that could be read byte by byte is not in UTF-16, whatever it says.
  return /^(utf-?16|unicode|ucs-2)/i.test(declared) ? 'utf-8' : declared.toLowerCase();
}
