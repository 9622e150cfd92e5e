// Made from the server's declarations by `npm run contract`.
import type { NoInput, Operation } from './operation.ts';

export interface StatusVersionDto {
  readonly version: string | null;
  readonly timestamp: string | null;
  readonly deployment: string | null;
  readonly configsVersion: string | null;
}

export interface HealthDto {
  /** ok, or unavailable. */
  readonly status: string | null;
  /** Why it is unavailable. */
  readonly reasons: readonly string[] | null;
}

export interface HostAvailabilityDto {
  readonly canConnect: boolean | null;
  readonly hasBadSsl: boolean | null;
  readonly connectionError: string | null;
}

/** Answers when the server does: 507 while there is no room to store anything. */
export const getStatus: Operation<NoInput, undefined> = {
  id: 'Status_Get',
  method: 'GET',
  path: '/api/Status/Get',
  answer: 'nothing',
};

/** The version of the server. */
export const getVersion: Operation<NoInput, StatusVersionDto> = {
  id: 'Status_Version',
  method: 'GET',
  path: '/api/Status/Version',
  answer: 'plain',
};

/** Whether the process answers: where it does not, start it anew. */
export const getLive: Operation<NoInput, HealthDto> = {
  id: 'Health_Live',
  method: 'GET',
  path: '/health/live',
  answer: 'plain',
};

/** Whether calls can be served: 503 with the reasons while database or files cannot be used. */
export const getReady: Operation<NoInput, HealthDto> = {
  id: 'Health_Ready',
  method: 'GET',
  path: '/health/ready',
  answer: 'plain',
};

/** Whether the server reaches an address, as webhooks will have to. */
export const verifyHostAvailability: Operation<{ readonly url: string }, HostAvailabilityDto> = {
  id: 'Status_VerifyHostAvailibility',
  method: 'GET',
  path: '/api/Status/VerifyHostAvailibility',
  query: ['url'],
  answer: 'plain',
};
