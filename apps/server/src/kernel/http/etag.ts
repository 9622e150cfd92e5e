/** Whether a client has what a tag stands for already (If-None-Match, compared weakly as RFC 9110 wants). */
export function isKnown(header: string | string[] | undefined, tag: string): boolean {
  if (header === undefined) return false;
  return [header]
    .flat()
    .join(',')
    .split(',')
    .some((given) => plain(given) === plain(tag) || given.trim() === '*');
}

const plain = (tag: string): string => tag.trim().replace(/^W\//, '');
