import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packagesOf, resolve } from './import-rules.ts';

const PLACES = '{apps,packages,tests,bench,scripts,samples}/**/*.{ts,tsx,mjs}';
const IS_TEST = /\.(?:test|fixture)\.ts$|^(?:tests|bench)\//;
/**
 * Files whose exports are for use from outside: declarations of the API, and what the test kit consists of.
 */
const IS_OFFERED =
  /contract\.ts$|entities\.ts$|^packages\/(?:testing|contract)\/|kernel\/db\/test-database\.ts$|\.d\.ts$/;

/** Exports that only tests import, and why they may. */
const FOR_TESTS: Readonly<Record<string, string>> = {
  'apps/console/src/parts/state/states.ts TONES': 'the test of contrasts goes over all of them',
  'apps/server/src/areas.ts EVENTS': 'the sweep over all events goes over what is declared',
  'apps/server/src/orchestrator/jobs/needs.ts NEEDS': 'the tests of a need go over all of them',
};

const IMPORT = /^(?:import|export)\s+(?:type\s+)?(?:\{([^}]*)\}|\*(?:\s+as\s+(\w+))?)\s+from\s+'([^']+)'/gm;
const EXPORT = /^export (?:async )?(const|function\*?|class|interface|type) (\w+)/gm;

/** The exports of apps and packages that no other file needs, one sentence each. */
export function findUnused(root: string): string[] {
  const packages = new Map(packagesOf(root));
  const files = globSync(PLACES, { cwd: root, exclude: (name) => name === 'node_modules' });
  const texts = new Map(
    files.map((file) => [file.replaceAll('\\', '/'), readFileSync(join(root, file), 'utf8')]),
  );
  const importers = importersOf(texts, (file, name) => resolve(file, name, packages));
  const faults: string[] = [];
  for (const [file, text] of texts) {
    if (!/^(?:apps|packages)\/.*\.tsx?$/.test(file) || IS_TEST.test(file) || IS_OFFERED.test(file)) continue;
    for (const [, kind, name] of text.matchAll(EXPORT)) {
      const users = importers.get(`${file} ${name}`) ?? [];
      const isUsedHere = text.match(new RegExp(`(?<![\\w$])${name}(?![\\w$])`, 'g'))!.length > 1;
      if (users.length === 0 && !isUsedHere) faults.push(`${file} exports ${name}, which nobody uses`);
      // Types are exempt, because the types that an export uses are exported with it.
      else if (users.length === 0 && !['interface', 'type'].includes(kind!))
        faults.push(`${file} exports ${name}, which no other file imports`);
      else if (users.length > 0 && !isUsedHere && users.every((user) => IS_TEST.test(user)))
        if (!(`${file} ${name}` in FOR_TESTS)) faults.push(`${file} exports ${name}, which only tests use`);
    }
  }
  return faults.sort();
}

type Resolve = (file: string, name: string) => string | undefined;

/** For each export (`file name`), the files that import it. */
function importersOf(texts: ReadonlyMap<string, string>, find: Resolve): Map<string, string[]> {
  const found = new Map<string, string[]>();
  const note = (target: string, name: string, file: string): void => {
    const key = `${target} ${name}`;
    found.set(key, [...(found.get(key) ?? []), file]);
  };
  for (const [file, text] of texts) {
    for (const [, names, space, from] of text.matchAll(IMPORT)) {
      const target = find(file, from!);
      if (!target) continue;
      for (const each of names?.split(',') ?? []) {
        const [, name] = /^(?:type\s+)?(\w+)/.exec(each.trim()) ?? [];
        if (name) note(target, name, file);
      }
      if (names === undefined) {
        const exported = [...(texts.get(target) ?? '').matchAll(EXPORT)].map(([, , name]) => name!);
        // A namespace that is passed on may be read anywhere. Otherwise only the names after its dot count.
        const isWhole = !space || new RegExp(`[(,:\\[] *${space} *[,)}\\]]|\\.\\.\\.${space}\\b`).test(text);
        for (const name of exported)
          if (isWhole || new RegExp(`\\b${space}\\.${name}\\b`).test(text)) note(target, name, file);
      }
    }
    for (const [, from] of text.matchAll(/\bimport\(\s*'([^']+)'\s*\)/g)) {
      const target = find(file, from!);
      for (const [, , name] of (texts.get(target ?? '') ?? '').matchAll(EXPORT)) note(target!, name!, file);
    }
  }
  return found;
}
