import { invalid } from '../../kernel/errors.ts';

const NAME = /^[A-Za-z_][A-Za-z0-9_.-]*$/;

/** Reads lines `NAME=value`. Blank lines, and blanks around a name, are ignored. */
export function readEnvironment(
  text: string | null | undefined,
  field = 'EnvironmentVariables',
): Record<string, string> {
  const variables: Record<string, string> = {};
  for (const [index, line] of (text ?? '').split(/\r?\n/).entries()) {
    if (line.trim() === '') continue;
    const equals = line.indexOf('=');
    const name = line.slice(0, Math.max(equals, 0)).trim();
    if (!NAME.test(name)) throw invalid(`${field}: line ${index + 1}`, 'must be NAME=value');
    variables[name] = line.slice(equals + 1);
  }
  return variables;
}
