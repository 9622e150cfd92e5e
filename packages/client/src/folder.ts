/** An id, or a path such as `Shared/Finance`. */
export type FolderRef = number | string;

/** Paths that are not plain ASCII are sent as base64 of UTF-16LE, which the API expects. */
export function folderHeader(folder: FolderRef): Readonly<Record<string, string>> {
  if (typeof folder === 'number') return { 'x-uipath-organizationunitid': String(folder) };
  return /^[ -~]*$/.test(folder)
    ? { 'x-uipath-folderpath': folder }
    : { 'x-uipath-folderpath-encoded': btoa(utf16(folder)) };
}

/** UTF-16LE with one character for each byte. */
const utf16 = (text: string): string =>
  Array.from({ length: text.length * 2 }, (_, i) =>
    String.fromCharCode((text.charCodeAt(i >> 1) >> (i % 2 === 0 ? 0 : 8)) & 0xff),
  ).join('');
