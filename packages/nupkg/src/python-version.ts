/**
 * Whether a version of Python meets a `requires-python` such as `>=3.10,<4`. Null for a specifier that is not
 * understood; pip and uv then decide.
 */
export function meetsRequirement(version: string, specifier: string): boolean | null {
  const own = numbers(version);
  if (!own) return null;
  let all = true;
  for (const clause of specifier.split(',').map((part) => part.trim())) {
    if (clause === '') continue;
    const [, operator = '', wanted = '', star] =
      /^(~=|===?|!=|<=|>=|<|>)\s*([\d.]+?)(\.\*)?$/.exec(clause) ?? [];
    const target = numbers(wanted);
    if (!target) return null;
    if (!meets(own, operator, target, star !== undefined)) all = false;
  }
  return all;
}

function meets(own: number[], operator: string, wanted: number[], isPrefix: boolean): boolean {
  const order = compare(own, wanted);
  const begins = wanted.every((part, index) => (own[index] ?? 0) === part);
  switch (operator) {
    case '>=':
      return order >= 0;
    case '<=':
      return order <= 0;
    case '>':
      return order > 0;
    case '<':
      return order < 0;
    case '!=':
      return isPrefix ? !begins : order !== 0;
    case '~=':
      return order >= 0 && wanted.slice(0, -1).every((part, index) => (own[index] ?? 0) === part);
    default:
      return isPrefix ? begins : order === 0;
  }
}

function compare(a: number[], b: number[]): number {
  for (let index = 0; index < Math.max(a.length, b.length); index++) {
    const difference = (a[index] ?? 0) - (b[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** The release part: `3.13.0rc1` counts as 3.13.0. */
function numbers(version: string): number[] | null {
  const release = /^\d+(\.\d+)*/.exec(version)?.[0];
  return release ? release.split('.').map(Number) : null;
}
