import type { JobDto } from '@baton/contract/jobs';
import type { LogLine } from './api/job-log.ts';
import type { Follower } from './follow-job.ts';
import type { Style, Terminal } from './terminal.ts';

const STATE_STYLE: Readonly<Record<string, Style>> = {
  Successful: 'green',
  Faulted: 'red',
  Stopped: 'yellow',
};
const LEVEL_STYLE: Readonly<Record<string, Style>> = {
  Trace: 'dim',
  Debug: 'dim',
  Warn: 'yellow',
  Error: 'red',
  Fatal: 'red',
};

const LEVEL_WIDTH = 5;

export const paintState = (terminal: Terminal, state: string): string =>
  terminal.paint(STATE_STYLE[state] ?? 'cyan', state);

/** `14:03:07  Info   text`, in the local time zone. */
export function lineOf(terminal: Terminal, { TimeStamp, Level, Message }: LogLine): string {
  const level = terminal.paint(LEVEL_STYLE[Level] ?? 'reset', Level.padEnd(LEVEL_WIDTH));
  // A message of several lines must not look like several messages.
  const text = Message.replaceAll('\n', `\n${' '.repeat('14:03:07'.length + LEVEL_WIDTH + 4)}`);
  return `${terminal.paint('dim', clock(TimeStamp))}  ${level}  ${text}`;
}

/** `14:03:07` */
export const clock = (time: string | Date): string => new Date(time).toLocaleTimeString('sv');

/** Prints events as they happen, as JSON or as lines. */
export function printer(terminal: Terminal): Follower {
  return {
    onState(job) {
      terminal.say(
        `${terminal.paint('dim', clock(new Date()))}  ${paintState(terminal, job.State)}${about(job)}`,
      );
      terminal.data({
        event: 'state',
        key: job.Key,
        state: job.State,
        info: job.Info,
        host: job.HostMachineName,
      });
    },
    onLine(line) {
      terminal.say(lineOf(terminal, line));
      terminal.data({ event: 'log', time: line.TimeStamp, level: line.Level, message: line.Message });
    },
  };
}

function about({ State, Info, HostMachineName }: JobDto): string {
  if (State === 'Running') return HostMachineName ? ` on ${HostMachineName}` : '';
  // Only the first line: the log usually had the rest.
  return Info ? `: ${Info.split('\n', 1)[0]}` : '';
}
