// Made from the server's declarations by `npm run contract`.
import type { LogLevel } from './logs-shared.ts';
import type { Operation } from './operation.ts';

export interface JobLogLinesDto {
  readonly lines: readonly JobLogLineDto[];
  /** Whether none comes before them. */
  readonly isStart: boolean;
  /** Whether none comes after them so far. */
  readonly isEnd: boolean;
}

export interface JobLogLineDto {
  /** Its number. Null where the lines were not counted yet. */
  readonly line: number | null;
  readonly id: number;
  readonly time: string;
  readonly level: LogLevel;
  readonly message: string;
  /** As it was sent, with all its fields. */
  readonly raw: string;
  readonly processName: string | null;
  readonly robotName: string | null;
  readonly hostMachineName: string | null;
}

export interface JobLogOverviewDto {
  readonly lines: number;
  readonly levels: JobLogLevelsDto;
  /** The time of the first line. */
  readonly from: string | null;
  /** The time of the last line. */
  readonly until: string | null;
  /** Parts of the log with about as many lines each, in order. */
  readonly buckets: readonly JobLogBucketDto[];
}

export interface JobLogLevelsDto {
  readonly trace: number;
  readonly debug: number;
  readonly info: number;
  readonly warn: number;
  readonly error: number;
  readonly fatal: number;
}

export interface JobLogBucketDto {
  /** The number of its first line. */
  readonly line: number;
  readonly lines: number;
  /** The time of its first line. */
  readonly time: string;
  readonly levels: JobLogLevelsDto;
}

export interface JobLogHitsDto {
  /** Lines that were found. */
  readonly count: number;
  /** False: the time of a call was not enough for all lines. The same call again goes on from there. */
  readonly isComplete: boolean;
  readonly searchedLines: number;
  /** The place of the first of `hits` among all that were found, from 1. */
  readonly first: number | null;
  /** In the order of the log. */
  readonly hits: readonly JobLogLineDto[];
}

/** A window of a job’s log, from a line on or, without one, its end. */
export const getLines: Operation<
  {
    readonly jobKey: string;
    readonly line?: number | null;
    readonly isBackward?: boolean | null;
    readonly levels?: string | null;
    readonly take?: number | null;
  },
  JobLogLinesDto
> = {
  id: 'JobLogs_GetLines',
  method: 'GET',
  path: '/api/JobLogs/{jobKey}/Lines',
  query: ['line', 'isBackward', 'levels', 'take'],
  answer: 'plain',
};

/** How long a job’s log is, and how its levels are spread. */
export const getOverview: Operation<
  { readonly jobKey: string; readonly buckets?: number | null },
  JobLogOverviewDto
> = {
  id: 'JobLogs_GetOverview',
  method: 'GET',
  path: '/api/JobLogs/{jobKey}/Overview',
  query: ['buckets'],
  answer: 'plain',
};

/** Counts the lines of a job’s whole log that contain a text, and shows those next to a line. */
export const searchLog: Operation<
  {
    readonly jobKey: string;
    readonly text: string;
    readonly line?: number | null;
    readonly isBackward?: boolean | null;
    readonly levels?: string | null;
    readonly take?: number | null;
  },
  JobLogHitsDto
> = {
  id: 'JobLogs_Search',
  method: 'GET',
  path: '/api/JobLogs/{jobKey}/Search',
  query: ['text', 'line', 'isBackward', 'levels', 'take'],
  answer: 'plain',
};
