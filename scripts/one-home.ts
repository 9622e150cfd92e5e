import { glob, readFile } from 'node:fs/promises';
import { join } from 'node:path';

interface Rule {
  /** Matches a copy of the rule. */
  readonly copy: RegExp;
  readonly cure: string;
  /** The files that hold the rule; where there are several, each with its reason. */
  readonly homes: Readonly<Record<string, string>>;
}

/** Rules that once stood in many places, and differed. */
const RULES: readonly Rule[] = [
  {
    copy: /\[\\{2,}%_\]|\[%_\\{2,}\]/,
    cure: 'take escapeLike of @baton/odata/like',
    homes: { 'packages/odata/src/like.ts': '' },
  },
  {
    copy: /\[0-9a-f(?:A-F)?\]\{8\}/i,
    cure: 'take isGuid or readGuid of @baton/odata/guid',
    homes: {
      'packages/odata/src/guid.ts': '',
      'packages/nupkg/src/stable-id.ts': 'knows no other room',
    },
  },
  {
    copy: /\b(?:state|status)(?:\s*(?:=|<>)\s*|\s+(?:not\s+)?in\s*\(\s*)\d(?!\d)/,
    cure: 'name the state: transitions.ts of jobs and of queues, or constant(JobState.Running)',
    homes: {},
  },
  {
    copy: /'2350[35]'/,
    cure: 'say by changing() or naming() of kernel/db/changing.ts what a used name is refused with',
    homes: { 'apps/server/src/kernel/db/violations.ts': '' },
  },
  {
    copy: /\.keys\(\)\.next\(\)\.value/,
    cure: 'take a BoundedMap',
    homes: { 'apps/server/src/kernel/bounded-map.ts': '' },
  },
  {
    copy: /randomBytes\(32\)\.toString\('base64url'\)/,
    cure: 'take newSecret of kernel/secrets/secret.ts, and hashOfSecret of it',
    homes: {
      'apps/server/src/kernel/secrets/secret.ts': '',
      'apps/robot/src/join.ts': 'the robot does not know the server',
    },
  },
  {
    copy: /afterCommit\(\(\) => (?:\w+\.)?live\.notify/,
    cure: 'take wake of kernel/events/live.ts',
    homes: {},
  },
  {
    copy: /\bconsole\.\w+\(|\bprocess\.std(?:out|err)\b/,
    cure: 'print by the Terminal of apps/cli/src/terminal.ts, which lets no control character through',
    homes: { 'apps/cli/src/main.ts': 'gives it the two streams' },
  },
];

const PLACES = ['apps/*/src/**/*.ts', 'packages/*/src/**/*.ts'];
const IS_TEST = /\.(test|fixture)\.ts$|\.test-server\.ts$|\/testing(-\w+)?\.ts$/;

/** One line for each fault: its place, and what to do. */
export async function findCopies(root: string): Promise<string[]> {
  const faults: string[] = [];
  const empty = new Set(RULES.flatMap(({ homes }) => Object.keys(homes)));
  for await (const path of glob(PLACES, { cwd: root })) {
    const file = path.replaceAll('\\', '/');
    if (IS_TEST.test(file)) continue;
    const text = await readFile(join(root, file), 'utf8');
    for (const { line, rule } of copiesIn(text)) {
      if (file in rule.homes) empty.delete(file);
      else faults.push(`${file}:${line} has a rule that stands elsewhere: ${rule.cure}`);
    }
  }
  for (const file of empty) faults.push(`${file} has no rule any more: take it off the homes`);
  return faults.sort();
}

export const copiesIn = (text: string): { readonly line: number; readonly rule: Rule }[] =>
  text
    .split('\n')
    .flatMap((code, index) =>
      RULES.filter(({ copy }) => copy.test(code)).map((rule) => ({ line: index + 1, rule })),
    );
