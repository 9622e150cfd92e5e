import { mkdirSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseExactly } from '@baton/nupkg/exact-json';
import { readJson, readText } from '../durable.ts';
import { followRecords } from '../records.ts';
import type { Level, Spool } from '../spool.ts';
import { isRecord } from '../wire.ts';

/*
 * A run of the official Python tool. Inside of a job it prints nothing: it logs to one file in its working
 * folder, and at its end it tells its status in another, whatever its exit code.
 */

export type ToolResult = {
  /** Why the job is faulted, in the tool's own words. */
  readonly fault?: string;
  /** Output arguments, as JSON. */
  readonly output?: string;
};

const LEVELS: Readonly<Record<string, Level>> = {
  CRITICAL: 'Critical',
  ERROR: 'Error',
  WARNING: 'Warning',
  INFO: 'Information',
  DEBUG: 'Trace',
};

/** Where the files are, unless `runtime` in uipath.json says otherwise. */
const USUAL = { dir: '__uipath', logsFile: 'execution.log', outputFile: 'output.json' };

/**
 * Sends what the tool logs to the job's log as it comes; `end` reads what is left, and the result.
 * @param before called before each line: see `pump` in runner.ts
 */
export function followTool(folder: string, spool: Spool, before: () => void): { end(): ToolResult } {
  const { dir, logsFile, outputFile } = { ...USUAL, ...configured(folder) };
  const log = join(folder, dir, logsFile);
  const result = join(folder, dir, outputFile);
  // A package may carry those of a run at its author's desk.
  for (const file of [log, result]) if (isFile(file)) rmSync(file);
  mkdirSync(dirname(log), { recursive: true });
  const read = logReader(spool);
  const records = followRecords(log, (line) => {
    before();
    read(line);
  });
  return {
    end() {
      records.end();
      return readResult(result);
    },
  };
}

function configured(folder: string): Partial<typeof USUAL> {
  const config = readJson(join(folder, 'uipath.json'));
  const runtime = isRecord(config) && isRecord(config['runtime']) ? config['runtime'] : {};
  const names = Object.keys(USUAL).filter(
    (name) => typeof runtime[name] === 'string' && runtime[name] !== '',
  );
  return Object.fromEntries(names.map((name) => [name, runtime[name]]));
}

/** `[2026-11-27 23:59:58,123][WARNING] text`, in the time zone of the host. */
const HEAD = /^\[(\d{4})-(\d\d)-(\d\d) (\d\d):(\d\d):(\d\d),(\d{3})\]\[([^\]]*)\] (.*)$/s;
/** The smallest difference between two time zones. A line that is this old was written in another zone. */
const ZONE_MS = 15 * 60_000;

function logReader(spool: Spool): (line: string) => void {
  let level: Level = 'Information';
  let timeStamp: string | undefined;
  return (line) => {
    const head = HEAD.exec(line);
    if (head) {
      const [year = 0, month = 0, day, hour, minute, second, ms] = head.slice(1, 8).map(Number);
      const written = new Date(year, month - 1, day, hour, minute, second, ms);
      level = LEVELS[head[8] ?? ''] ?? 'Information';
      timeStamp = Math.abs(Date.now() - written.getTime()) < ZONE_MS ? written.toISOString() : undefined;
    }
    // A line without a head, as of a traceback, goes on with the message before it.
    spool.add(head?.[9] ?? line, level, timeStamp === undefined ? {} : { timeStamp });
  };
}

function readResult(file: string): ToolResult {
  const result = parse(readText(file) ?? '');
  if (!isRecord(result)) return {};
  const { status, output, error } = result;
  const json = isRecord(output) && Object.keys(output).length > 0 ? { output: JSON.stringify(output) } : {};
  if (status === 'faulted') return { ...json, fault: faultOf(error) };
  if (status === 'suspended') return { ...json, fault: suspension(result) };
  return json;
}

function faultOf(error: unknown): string {
  const { title, detail } = isRecord(error) ? error : {};
  const said = [title, detail].filter((part) => typeof part === 'string' && part !== '');
  return said.join('\n') || 'The run reported that it is faulted, and no error';
}

function suspension({ resume, resumeTriggers }: Record<string, unknown>): string {
  const triggers = Array.isArray(resumeTriggers) ? resumeTriggers : [resume];
  const kinds = triggers.map((trigger) => (isRecord(trigger) ? trigger['triggerType'] : null));
  const named = [...new Set(kinds.filter((kind) => typeof kind === 'string'))];
  const what = named.length > 0 ? ` (${named.join(', ')})` : '';
  return `The run suspended itself to wait for something${what}. Baton cannot resume jobs yet, so it ends here`;
}

function parse(text: string): unknown {
  try {
    return parseExactly(text);
  } catch {
    return null;
  }
}

const isFile = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isFile() === true;
