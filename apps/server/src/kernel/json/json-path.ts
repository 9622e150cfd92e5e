/** An object or an array that is being read: the current member or item. */
export interface Container {
  readonly isArray: boolean;
  name: string | undefined;
  index: number;
}

const SPECIAL = /[. '/"[\]()\t\n\r\f\b\\\u0085\u2028\u2029]/;

/** `users[0].name`, `['a b'].c`. Without `withInnermost`, the place of the innermost container. */
export function pathOf(containers: readonly Container[], withInnermost: boolean): string {
  let path = '';
  for (const [depth, { name, index }] of containers.entries()) {
    if (depth === containers.length - 1 && !withInnermost) break;
    if (name !== undefined) path += memberPath(name, path);
    else if (index >= 0) path += `[${index}]`;
  }
  return path;
}

function memberPath(name: string, before: string): string {
  if (SPECIAL.test(name)) return `['${name.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}']`;
  return before === '' ? name : `.${name}`;
}
