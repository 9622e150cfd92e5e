import type { Readable } from 'node:stream';
import { crc32, inflateRawSync } from 'node:zlib';
import * as yauzl from 'yauzl';
import { entryPath, pathKey } from './entry-name.ts';
import { type BytesAt, openFileReader } from './file-reader.ts';
import { InvalidPackage } from './invalid-package.ts';
import { TAIL_BYTES, zipEnd } from './zip-end.ts';

/** The most that reading a package may cost. Sizes are bytes after decompression. */
export type Limits = {
  /** The number of entries, folders included. Default 10,000. */
  readonly entries: number;
  /** The size of all entries together. Default 1 GiB. */
  readonly totalBytes: number;
  /** How many times its packed size an entry or the whole archive may unpack to. Default 200. */
  readonly ratio: number;
  /** Below this size `ratio` is not checked: short files of blanks are no attack. Default 10 MB. */
  readonly ratioFromBytes: number;
  /** The size of one metadata file (nuspec, JSON), which is read into memory. Default 8 MiB. */
  readonly metadataBytes: number;
};

export const defaultLimits: Limits = Object.freeze({
  entries: 10_000,
  totalBytes: 1024 ** 3,
  ratio: 200,
  ratioFromBytes: 10_000_000,
  metadataBytes: 8 * 1024 ** 2,
});

export type ArchiveFile = {
  readonly path: string;
  readonly size: number;
  readonly executable: boolean;
  /** The content, piece by piece; the last step checks size and checksum. Throws InvalidPackage. */
  chunks(): AsyncGenerator<Buffer>;
  /**
   * The whole content, read at once on this thread: for a small file that is much quicker than its chunks.
   * Null for a file that is larger than `maxBytes`, packed or not. Throws InvalidPackage.
   */
  readNow(maxBytes: number): Buffer | null;
};

export type Archive = {
  /** Files only, in the archive's order; folders are implied by their paths. */
  readonly files: readonly ArchiveFile[];
  /** Finds a file by its path. Case is ignored, as on Windows, where most packages are made. */
  find(path: string): ArchiveFile | null;
  close(): void;
};

/**
 * Opens a zip archive. The whole archive is refused if any entry is not a harmless file or folder. This reads
 * only the central directory; contents are checked when they are read.
 * @throws InvalidPackage for anything wrong with the archive, and the file system's error for a
 *   path without a file
 */
export async function openArchive(source: Buffer | string, limits: Partial<Limits> = {}): Promise<Archive> {
  const { zip, bytesAt } = await openZip(source);
  try {
    const files = await harmlessFiles(zip, bytesAt, { ...defaultLimits, ...limits });
    const byKey = new Map(files.map((file) => [pathKey(file.path), file]));
    return { files, find: (path) => byKey.get(pathKey(path)) ?? null, close: () => zip.close() };
  } catch (error) {
    zip.close();
    throw asInvalid(error, 'InvalidPackageDetails');
  }
}

/** Reads a whole file into memory. */
export async function readAll(file: ArchiveFile, maxBytes: number): Promise<Buffer> {
  if (file.size > maxBytes) {
    throw new InvalidPackage('InvalidPackageDetails', file.path, `is larger than ${maxBytes} bytes`);
  }
  const chunks: Buffer[] = [];
  for await (const chunk of file.chunks()) chunks.push(chunk);
  return Buffer.concat(chunks);
}

async function openZip(source: Buffer | string): Promise<{ zip: yauzl.ZipFile; bytesAt: BytesAt }> {
  // yauzl does not decode names here, because it would replace what is not UTF-8 instead of refusing it.
  const options = { autoClose: false, decodeStrings: false, validateEntrySizes: true };
  try {
    if (typeof source !== 'string') {
      const end = zipEnd(source.subarray(-TAIL_BYTES), source.length);
      const bytesAt: BytesAt = (position, length) => source.subarray(position, position + length);
      return { zip: await yauzl.fromBufferPromise(source.subarray(0, end), options), bytesAt };
    }
    const { reader, size, bytesAt } = openFileReader(source);
    try {
      return { zip: await yauzl.fromRandomAccessReaderPromise(reader, size, options), bytesAt };
    } catch (error) {
      reader.close(() => {});
      throw error;
    }
  } catch (error) {
    throw asInvalid(error, 'InvalidExtension');
  }
}

async function harmlessFiles(zip: yauzl.ZipFile, bytesAt: BytesAt, limits: Limits): Promise<ArchiveFile[]> {
  if (zip.entryCount > limits.entries) throw refusedWhole(`has more than ${limits.entries} entries`);

  const files: ArchiveFile[] = [];
  const kinds = new Map<string, 'file' | 'folder' | 'implied'>();
  let total = 0;
  for await (const entry of zip.eachEntry()) {
    const path = entryPath(entry.fileNameRaw);
    const kind = /[/\\]$/.test(entry.fileNameRaw.toString('latin1')) ? 'folder' : 'file';
    refuseEntry(entry, path, limits);
    claim(kinds, path, kind);
    total += entry.uncompressedSize;
    if (total > limits.totalBytes) throw refusedWhole(`unpacks to more than ${limits.totalBytes} bytes`);
    // The total is compared with the archive's size, not with the sum of the packed sizes, because entries
    // can share their packed bytes.
    if (total > limits.ratioFromBytes && total > limits.ratio * zip.fileSize) {
      throw refusedWhole(`unpacks to more than ${limits.ratio} times its size`);
    }
    if (kind === 'file') files.push(archiveFile(zip, bytesAt, entry, path));
  }
  return files;
}

function refusedWhole(problem: string): InvalidPackage {
  return new InvalidPackage('InvalidPackageDetails', 'package', problem);
}

/** Claims a path. Each path may be claimed once, and no path can be a file and a folder. */
function claim(kinds: Map<string, 'file' | 'folder' | 'implied'>, path: string, kind: 'file' | 'folder') {
  const key = pathKey(path);
  const before = kinds.get(key);
  if (before === kind || (before !== undefined && (kind === 'file' || before === 'file'))) {
    throw new InvalidPackage(
      'InvalidPackageDetails',
      path,
      'is there twice (upper and lower case are the same)',
    );
  }
  kinds.set(key, kind);
  for (let slash = key.lastIndexOf('/'); slash > 0; slash = key.lastIndexOf('/', slash - 1)) {
    const parent = key.slice(0, slash);
    const known = kinds.get(parent);
    if (known === 'file') throw new InvalidPackage('InvalidPackageDetails', path, 'lies inside a file');
    if (known !== undefined) break;
    kinds.set(parent, 'implied');
  }
}

const ENCRYPTED = 0x1 | 0x40 | 0x2000;
const FILE_TYPE = 0o170000;
const PLAIN_TYPES = new Set([0, 0o100000, 0o040000]); // none given, regular file, folder
const REPARSE_POINT = 0x400; // how Windows marks a link

function refuseEntry(entry: yauzl.Entry, path: string, limits: Limits): void {
  const refuse = (problem: string) => new InvalidPackage('InvalidPackageDetails', path, problem);
  const mode = entry.externalFileAttributes >>> 16;
  if ((entry.generalPurposeBitFlag & ENCRYPTED) !== 0) throw refuse('is encrypted');
  if (!PLAIN_TYPES.has(mode & FILE_TYPE)) throw refuse('is a link or a device');
  if ((entry.externalFileAttributes & REPARSE_POINT) !== 0) throw refuse('is a link');
  if (entry.compressionMethod !== 0 && entry.compressionMethod !== 8)
    throw refuse('is packed in an unknown way');
  if (
    entry.uncompressedSize > limits.ratioFromBytes &&
    entry.uncompressedSize > limits.ratio * entry.compressedSize
  ) {
    throw refuse(`unpacks to more than ${limits.ratio} times its size`);
  }
}

function archiveFile(zip: yauzl.ZipFile, bytesAt: BytesAt, entry: yauzl.Entry, path: string): ArchiveFile {
  const mode = entry.externalFileAttributes >>> 16;
  const requireSum = (sum: number) => {
    if (sum !== entry.crc32) throw new InvalidPackage('InvalidPackageDetails', path, 'has a wrong checksum');
  };
  async function* chunks(): AsyncGenerator<Buffer> {
    let sum = 0;
    try {
      const stream: Readable = await zip.openReadStreamPromise(entry);
      for await (const chunk of stream as AsyncIterable<Buffer>) {
        sum = crc32(chunk, sum);
        yield chunk;
      }
    } catch (error) {
      throw asInvalid(error, 'InvalidPackageDetails', path);
    }
    // yauzl checks sizes, but not checksums.
    requireSum(sum);
  }
  const readNow = (maxBytes: number): Buffer | null => {
    if (Math.max(entry.uncompressedSize, entry.compressedSize) > maxBytes) return null;
    try {
      const content = contentOf(entry, bytesAt);
      requireSum(crc32(content));
      return content;
    } catch (error) {
      throw asInvalid(error, 'InvalidPackageDetails', path);
    }
  };
  return { path, size: entry.uncompressedSize, executable: (mode & 0o111) !== 0, chunks, readNow };
}

const LOCAL_HEADER_BYTES = 30;

/** Its content without a stream. The header before it may be longer than the directory says. */
function contentOf(entry: yauzl.Entry, bytesAt: BytesAt): Buffer {
  const { relativeOffsetOfLocalHeader: at, compressedSize, uncompressedSize, compressionMethod } = entry;
  const header = bytesAt(at, LOCAL_HEADER_BYTES);
  if (header.length < LOCAL_HEADER_BYTES || header.readUInt32LE(0) !== 0x04034b50)
    throw new Error('has no header of its own');
  const start = at + LOCAL_HEADER_BYTES + header.readUInt16LE(26) + header.readUInt16LE(28);
  const packed = bytesAt(start, compressedSize);
  if (packed.length < compressedSize) throw new Error('unexpected end of file');
  const content =
    compressionMethod === 0
      ? packed
      : inflateRawSync(packed, { maxOutputLength: Math.max(1, uncompressedSize) });
  if (content.length !== uncompressedSize) throw new Error('has another size than the archive says');
  return content;
}

/** Complaints of yauzl and zlib are about the package. Those of the file system are not. */
function asInvalid(
  error: unknown,
  code: 'InvalidExtension' | 'InvalidPackageDetails',
  field = 'package',
): unknown {
  if (!(error instanceof Error) || error instanceof InvalidPackage || 'syscall' in error) return error;
  const problem = code === 'InvalidExtension' ? 'is not a zip archive' : error.message;
  return new InvalidPackage(code, field, problem, { cause: error });
}
