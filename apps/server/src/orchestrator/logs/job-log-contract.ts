import {
  Bool,
  Complex,
  DateTime,
  dto,
  Enum,
  Guid,
  Int32,
  Int64,
  List,
  Text,
} from '../../kernel/contract/fields.ts';
import { operation, plain } from '../../kernel/contract/operation.ts';
import { LogLevel } from './contract.ts';

/**
 * The log of one job, to be looked at by windows: however long it is, a call reads some hundred lines of it.
 * Lines are numbered from 1 in the order of their times. Baton's own operations.
 */
const Line = dto('JobLogLineDto', {
  line: Int64({ description: 'Its number. Null where the lines were not counted yet.' }),
  id: Int64({ notNull: true }),
  time: DateTime({ notNull: true }),
  level: Enum(LogLevel, { notNull: true }),
  message: Text({ notNull: true }),
  raw: Text({ notNull: true, description: 'As it was sent, with all its fields.' }),
  processName: Text(),
  robotName: Text(),
  hostMachineName: Text(),
});

const count = Int64({ notNull: true });
const Levels = dto('JobLogLevelsDto', {
  trace: count,
  debug: count,
  info: count,
  warn: count,
  error: count,
  fatal: count,
});

export const Lines = dto('JobLogLinesDto', {
  lines: List(Complex(Line), { notNull: true }),
  isStart: Bool({ notNull: true, description: 'Whether none comes before them.' }),
  isEnd: Bool({ notNull: true, description: 'Whether none comes after them so far.' }),
});
export const Overview = dto('JobLogOverviewDto', {
  lines: Int64({ notNull: true }),
  levels: Complex(Levels, { notNull: true }),
  from: DateTime({ description: 'The time of the first line.' }),
  until: DateTime({ description: 'The time of the last line.' }),
  buckets: List(
    Complex(
      dto('JobLogBucketDto', {
        line: Int64({ notNull: true, description: 'The number of its first line.' }),
        lines: Int64({ notNull: true }),
        time: DateTime({ notNull: true, description: 'The time of its first line.' }),
        levels: Complex(Levels, { notNull: true }),
      }),
    ),
    { notNull: true, description: 'Parts of the log with about as many lines each, in order.' },
  ),
});
export const Hits = dto('JobLogHitsDto', {
  count: Int64({ notNull: true, description: 'Lines that were found.' }),
  isComplete: Bool({
    notNull: true,
    description:
      'False: the time of a call was not enough for all lines. The same call again goes on from there.',
  }),
  searchedLines: Int64({ notNull: true }),
  first: Int64({ description: 'The place of the first of `hits` among all that were found, from 1.' }),
  hits: List(Complex(Line), { notNull: true, description: 'In the order of the log.' }),
});

const shared = {
  tag: 'JobLogs',
  method: 'GET',
  scope: 'OR.Monitoring',
  permission: 'Logs.View',
  folder: 'none',
  heldAnywhere: true,
  params: { jobKey: Guid({ description: 'Key of the job.' }) },
} as const;
const levels = Text({
  maxLength: 60,
  description: 'Levels, separated by commas: `Error,Fatal`. Default: all.',
  example: 'Error,Fatal',
});
const isBackward = Bool({ description: 'Goes to earlier lines. They are answered in the order of the log.' });

export const getLines = operation({
  ...shared,
  id: 'JobLogs_GetLines',
  path: '/api/JobLogs/{jobKey}/Lines',
  summary: 'A window of a job’s log, from a line on or, without one, its end.',
  query: {
    line: Int64({ min: 1, description: 'The number of the line to begin with.', example: 1 }),
    isBackward,
    levels,
    take: Int32({ min: 1, max: 1000, description: 'Most lines, default 200.' }),
  },
  answer: plain(Lines),
});

export const getOverview = operation({
  ...shared,
  id: 'JobLogs_GetOverview',
  path: '/api/JobLogs/{jobKey}/Overview',
  summary: 'How long a job’s log is, and how its levels are spread.',
  query: { buckets: Int32({ min: 1, max: 1000, description: 'Most parts, default 200.' }) },
  answer: plain(Overview),
});

export const searchLog = operation({
  ...shared,
  id: 'JobLogs_Search',
  path: '/api/JobLogs/{jobKey}/Search',
  summary: 'Counts the lines of a job’s whole log that contain a text, and shows those next to a line.',
  query: {
    text: Text({
      required: true,
      minLength: 1,
      maxLength: 200,
      description: 'What a message contains; letter case does not count.',
      example: 'refused',
    }),
    line: Int64({ min: 1, description: 'Shows what is found from this line on; default 1.' }),
    isBackward,
    levels,
    take: Int32({ min: 1, max: 100, description: 'Most lines to show, default 20.' }),
  },
  answer: plain(Hits),
});
