// Made from the server's declarations by `npm run contract`.
import type { ExportModelStatus, ExportModelType } from './enumerations.ts';
import type { Many, NoInput, One, Operation } from './operation.ts';
import type { ResponseDictionaryDto } from './settings.ts';

export interface ExportModel {
  readonly Name: string | null;
  readonly Type: ExportModelType | null;
  readonly Status: ExportModelStatus | null;
  readonly RequestedAt: string | null;
  readonly ExecutedAt: string | null;
  readonly Size: number | null;
  readonly Id: number;
}

export interface BlobFileAccessDto {
  readonly Uri: string | null;
  readonly Verb: string | null;
  readonly RequiresAuth: boolean | null;
  readonly Headers: ResponseDictionaryDto | null;
}

/** The exports that the caller asked for. */
export const getExports: Operation<NoInput, Many<ExportModel>> = {
  id: 'Exports_Get',
  method: 'GET',
  path: '/odata/Exports',
  answer: 'many',
};

/** How far an export is that the caller asked for. */
export const getExport: Operation<{ readonly key: number }, One<ExportModel>> = {
  id: 'Exports_GetById',
  method: 'GET',
  path: '/odata/Exports({key})',
  answer: 'one',
};

/** Where the file of a completed export can be fetched from, without a token, for the next ten minutes. */
export const getDownloadLink: Operation<{ readonly key: number }, One<BlobFileAccessDto>> = {
  id: 'Exports_GetDownloadLinkById',
  method: 'GET',
  path: '/odata/Exports({key})/UiPath.Server.Configuration.OData.GetDownloadLink',
  answer: 'one',
};

/** The file of an export, for whoever holds a link to it. */
export const downloadExport: Operation<{ readonly token: string }, Response> = {
  id: 'Exports_Download',
  method: 'GET',
  path: '/api/Exports/Download',
  query: ['token'],
  answer: 'file',
};
