// Made from the server's declarations by `npm run contract`.
import type { Operation } from '../operation.ts';
import type { SortOrder } from './shared.ts';

export interface AuditQueryRecordDtoPagedResult {
  readonly totalCount: number | null;
  readonly results: readonly AuditQueryRecordDto[] | null;
}

export const AuditResult = { success: 0, failure: 1 } as const;
export type AuditResult = keyof typeof AuditResult;

export interface AuditQueryRecordDto {
  readonly createdOn: string | null;
  readonly category: string | null;
  readonly action: string | null;
  readonly auditLogDetails: string | null;
  readonly userName: string | null;
  readonly email: string | null;
  readonly message: string | null;
  readonly detailsVersion: string | null;
  readonly source: string | null;
  readonly userId: string | null;
  readonly result: AuditResult | null;
}

/** Who changed what in the organization, and who signed in or was refused, newest first. */
export const getAuditEvents: Operation<
  {
    readonly partitionGlobalId: string;
    readonly sortBy?: string | null;
    readonly sortOrder?: SortOrder | null;
    readonly userId?: string | null;
    readonly category?: string | null;
    readonly action?: string | null;
    readonly result?: AuditResult | null;
    readonly since?: string | null;
    readonly until?: string | null;
    readonly language?: string | null;
    readonly top?: number | null;
    readonly skip?: number | null;
  },
  AuditQueryRecordDtoPagedResult
> = {
  id: 'AuditQuery_GetAuditEvents',
  method: 'GET',
  path: '/identity/api/AuditQuery/{partitionGlobalId}',
  query: [
    'sortBy',
    'sortOrder',
    'userId',
    'category',
    'action',
    'result',
    'since',
    'until',
    'language',
    'top',
    'skip',
  ],
  answer: 'plain',
};

/** The newest of them as a CSV file. */
export const downloadAuditEvents: Operation<
  {
    readonly partitionGlobalId: string;
    readonly userId?: string | null;
    readonly category?: string | null;
    readonly action?: string | null;
    readonly result?: AuditResult | null;
    readonly since?: string | null;
    readonly until?: string | null;
    readonly language?: string | null;
    readonly size?: number | null;
  },
  Response
> = {
  id: 'AuditQuery_DownloadAuditEvents',
  method: 'GET',
  path: '/identity/api/AuditQuery/{partitionGlobalId}/download',
  query: ['userId', 'category', 'action', 'result', 'since', 'until', 'language', 'size'],
  answer: 'file',
};
