// Made from the server's declarations by `npm run contract`.
import type { Many, NoInput, One, Operation } from './operation.ts';

export interface ExecutionMediaDto {
  /** The id of the attachment that holds it. */
  readonly StorageLocation: string | null;
  readonly Name: string | null;
  readonly JobId: number | null;
  readonly ReleaseName: string | null;
  readonly Id: number;
}

export interface ExecutionMediaDeleteMediaByJobIdRequest {
  readonly jobId: number;
}

/** Screenshots and other recordings of the jobs of a folder. */
export const getExecutionMedia: Operation<NoInput, Many<ExecutionMediaDto>> = {
  id: 'ExecutionMedia_Get',
  method: 'GET',
  path: '/odata/ExecutionMedia',
  answer: 'many',
};

/** What is known of a recording, without its content. */
export const getExecutionMediaById: Operation<{ readonly key: number }, One<ExecutionMediaDto>> = {
  id: 'ExecutionMedia_GetById',
  method: 'GET',
  path: '/odata/ExecutionMedia({key})',
  answer: 'one',
};

/** The recording of a job; where it has several, a zip file of them. */
export const downloadMediaByJobId: Operation<{ readonly jobId: number }, Response> = {
  id: 'ExecutionMedia_DownloadMediaByJobId',
  method: 'GET',
  path: '/odata/ExecutionMedia/UiPath.Server.Configuration.OData.DownloadMediaByJobId(jobId={jobId})',
  answer: 'file',
};

/** Deletes all recordings of a job. */
export const deleteMediaByJobId: Operation<
  { readonly body: ExecutionMediaDeleteMediaByJobIdRequest },
  undefined
> = {
  id: 'ExecutionMedia_DeleteMediaByJobId',
  method: 'POST',
  path: '/odata/ExecutionMedia/UiPath.Server.Configuration.OData.DeleteMediaByJobId',
  answer: 'nothing',
};
