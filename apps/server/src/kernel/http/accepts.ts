/** Whether a client names a media type among those it takes (RFC 9110, 12.5.1). */
export function names(accept: string | string[] | undefined, type: string): boolean {
  const ranges = String(accept ?? '')
    .toLowerCase()
    .split(',');
  return ranges.some((range) => {
    const [name = '', ...parameters] = range.split(';').map((each) => each.trim());
    return name === type && !parameters.some((each) => /^q\s*=\s*0(\.0*)?$/.test(each));
  });
}
