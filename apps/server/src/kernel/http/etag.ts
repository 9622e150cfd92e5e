/**
 * Whether a client already has what a tag stands for (If-None-Match, compared weakly as RFC 9110 requires).
 */
export function isKnown(header: string | string[] | undefined, tag: string): boolean {
  if (header === undefined) return false;
  return [header]
    .flat()
    .join(',')
    .split(',')
    .some((given) => plain(given) === plain(tag) || given.trim() === '*');
}

const plain = (tag: string): string => tag.trim().replace(/^W\//, '');
