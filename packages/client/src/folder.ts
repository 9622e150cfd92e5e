/** An id, or a path such as `Shared/Finance`. */
export type FolderRef = number | string;

/** Paths that are not plain ASCII go as base64 of UTF-16LE, which is what the API reads. */
export function folderHeader(folder: FolderRef): Readonly<Record<string, string>> {
  if (typeof folder === 'number') return { 'x-uipath-organizationunitid': String(folder) };
  return /^[ -~]*$/.test(folder)
    ? { 'x-uipath-folderpath': folder }
    : { 'x-uipath-folderpath-encoded': btoa(utf16(folder)) };
}

/** A character for each byte, the lower one first. */
const utf16 = (text: string): string =>
  Array.from({ length: text.length * 2 }, (_, i) =>
    String.fromCharCode((text.charCodeAt(i >> 1) >> (i % 2 === 0 ? 0 : 8)) & 0xff),
  ).join('');
