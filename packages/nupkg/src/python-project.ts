import { InvalidPackage } from './invalid-package.ts';
import { isObject, type JsonObject, optionalObject, optionalString } from './json.ts';
import { parseToml } from './toml.ts';

/** What the `[project]` table of a `pyproject.toml` says about the package. */
export type PythonProject = {
  readonly name: string | null;
  readonly version: string | null;
  readonly description: string | null;
  readonly authors: string | null;
  readonly requiresPython: string | null;
  /** Requirements as pip reads them: `uipath>=2.1`. */
  readonly dependencies: readonly string[];
};

export function parsePythonProject(toml: string, file = 'pyproject.toml'): PythonProject {
  const project = optionalObject(parseToml(toml, file), 'project', file) ?? {};
  return {
    name: optionalString(project, 'name', file),
    version: optionalString(project, 'version', file),
    description: optionalString(project, 'description', file),
    authors: authors(project),
    requiresPython: optionalString(project, 'requires-python', file),
    dependencies: strings(project['dependencies']),
  };
}

/** `authors = [{ name = "Ada" }, { email = "b@c.d" }]` as NuGet writes authors: `Ada, b@c.d`. */
function authors(project: JsonObject): string | null {
  if (!Array.isArray(project['authors'])) return null;
  const names = project['authors'].map((author) =>
    isObject(author) ? (author['name'] ?? author['email']) : author,
  );
  return strings(names).join(', ') || null;
}

function strings(values: unknown): string[] {
  return Array.isArray(values) ? values.filter((value) => typeof value === 'string') : [];
}

/**
 * The functions in the `uipath.json` of the official Python tool, by entry point name: `file.py:function`.
 */
export function parseFunctions(uipathJson: JsonObject, file: string): Map<string, PythonFunction> {
  const functions = optionalObject(uipathJson, 'functions', file) ?? {};
  return new Map(
    Object.entries(functions).map(([name, target]) => {
      const found = typeof target === 'string' ? parsePythonTarget(target) : null;
      if (found?.function) return [name, { path: found.path, function: found.function }];
      const field = `${file}: functions.${name}`;
      throw new InvalidPackage('PackageMetadataValidation', field, 'has to be "file.py:function"');
    }),
  );
}

export type PythonFunction = { readonly path: string; readonly function: string };

/** `main.py` is a script, and `main.py:run` is a function in it. Null for anything else. */
export function parsePythonTarget(target: string): { path: string; function?: string } | null {
  const match = /^([^:]+\.py)(?::([\p{L}_][\p{L}\p{N}_.]*))?$/u.exec(target.trim());
  if (!match?.[1]) return null;
  const path = match[1].replaceAll('\\', '/').replace(/^(\.\/)+/, '');
  return match[2] ? { path, function: match[2] } : { path };
}
