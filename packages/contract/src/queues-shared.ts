// Made from the server's declarations by `npm run contract`.
import type { QueueItemPriority, RobotProvisionType, RobotType, UserType } from './enumerations.ts';
import type { SimpleRobotDto } from './robots.ts';
import type { TagDto, UpdatePolicyDto } from './shared.ts';
import type { AttendedRobotDto, UnattendedRobotDto, UserNotificationSubscription } from './users.ts';

export interface QueueDefinitionDto {
  readonly Key: string | null;
  readonly Name: string;
  readonly Description: string | null;
  readonly MaxNumberOfRetries: number | null;
  readonly AcceptAutomaticallyRetry: boolean | null;
  readonly RetryAbandonedItems: boolean | null;
  readonly EnforceUniqueReference: boolean | null;
  readonly Encrypted: boolean | null;
  readonly SpecificDataJsonSchema: string | null;
  readonly OutputDataJsonSchema: string | null;
  readonly AnalyticsDataJsonSchema: string | null;
  readonly CreationTime: string | null;
  /** Taken, and of no effect: there are no triggers yet. */
  readonly ProcessScheduleId: number | null;
  readonly SlaInMinutes: number | null;
  readonly RiskSlaInMinutes: number | null;
  readonly ReleaseId: number | null;
  readonly IsProcessInCurrentFolder: boolean | null;
  readonly FoldersCount: number | null;
  readonly OrganizationUnitId: number | null;
  readonly OrganizationUnitFullyQualifiedName: string | null;
  readonly Tags: readonly TagDto[] | null;
  readonly Id: number;
}

export interface QueueItemDto {
  readonly QueueDefinitionId: number | null;
  readonly QueueDefinitionName: string | null;
  readonly ProcessingException: ProcessingExceptionDto | null;
  readonly Error: QueueItemErrorDto | null;
  readonly Encrypted: boolean | null;
  readonly SpecificContent: unknown;
  readonly Output: unknown;
  readonly OutputData: string | null;
  readonly Analytics: unknown;
  readonly AnalyticsData: string | null;
  readonly Status: QueueItemStatus;
  readonly ReviewStatus: ReviewStatus | null;
  readonly ReviewerUserId: number | null;
  readonly Key: string | null;
  readonly UniqueKey: string | null;
  readonly Reference: string | null;
  readonly ProcessingExceptionType: ProcessingExceptionType | null;
  readonly DueDate: string | null;
  readonly RiskSlaDate: string | null;
  readonly Priority: QueueItemPriority;
  readonly DeferDate: string | null;
  readonly StartProcessing: string | null;
  readonly EndProcessing: string | null;
  readonly SecondsInPreviousAttempts: number | null;
  readonly AncestorId: number | null;
  readonly AncestorUniqueKey: string | null;
  readonly RetryNumber: number;
  readonly ManualAncestorId: number | null;
  readonly ManualAncestorUniqueKey: string | null;
  readonly ManualRetryNumber: number | null;
  readonly SpecificData: string | null;
  readonly CreationTime: string;
  readonly Progress: string | null;
  readonly RowVersion: string | null;
  readonly OrganizationUnitId: number | null;
  readonly OrganizationUnitFullyQualifiedName: string | null;
  readonly RobotId: number | null;
  readonly CreatorJobKey: string | null;
  readonly ExecutorJobKey: string | null;
  readonly CreatorUserId: number | null;
  readonly Source: string | null;
  readonly ParentOperationId: string | null;
  readonly OperationId: string | null;
  readonly HasVideoRecorded: boolean;
  readonly Id: number;
  /** With `$expand`. */
  readonly QueueDefinition?: QueueDefinitionDto | null;
  /** With `$expand`. */
  readonly Robot?: SimpleRobotDto | null;
  /** With `$expand`. */
  readonly ReviewerUser?: SimpleUserDto | null;
}

export interface ProcessingExceptionDto {
  readonly Reason: string | null;
  readonly Details: string | null;
  readonly Type: ProcessingExceptionType | null;
  readonly AssociatedImageFilePath: string | null;
  readonly CreationTime: string | null;
}

export interface QueueItemErrorDto {
  readonly Code: string | null;
  readonly Title: string | null;
  readonly Detail: string | null;
  readonly Category: string | null;
  readonly Status: number | null;
  readonly Timestamp: string | null;
}

export const QueueItemStatus = {
  New: 0,
  InProgress: 1,
  Failed: 2,
  Successful: 3,
  Abandoned: 4,
  Retried: 5,
  Deleted: 6,
} as const;
export type QueueItemStatus = keyof typeof QueueItemStatus;

export const ReviewStatus = { None: 0, InReview: 1, Verified: 2, Retried: 3 } as const;
export type ReviewStatus = keyof typeof ReviewStatus;

export const ProcessingExceptionType = { ApplicationException: 0, BusinessException: 1 } as const;
export type ProcessingExceptionType = keyof typeof ProcessingExceptionType;

export interface SimpleUserDto {
  readonly Name: string | null;
  readonly Surname: string | null;
  readonly UserName: string | null;
  readonly Domain: string | null;
  readonly DirectoryIdentifier: string | null;
  readonly FullName: string | null;
  readonly EmailAddress: string | null;
  readonly LastLoginTime: string | null;
  readonly IsActive: boolean | null;
  readonly CreationTime: string | null;
  readonly AuthenticationSource: string | null;
  readonly Password: string | null;
  readonly IsExternalLicensed: boolean;
  readonly RolesList: readonly string[] | null;
  readonly LoginProviders: readonly string[] | null;
  readonly TenantId: number | null;
  readonly TenancyName: string | null;
  readonly TenantDisplayName: string | null;
  readonly TenantKey: string | null;
  readonly Type: UserType | null;
  readonly ProvisionType: RobotProvisionType;
  readonly LicenseType: RobotType | null;
  /** Kept and given back, and not carried out: there are no attended robots. */
  readonly RobotProvision: AttendedRobotDto | null;
  readonly UnattendedRobot: UnattendedRobotDto | null;
  /** Kept and given back, and not carried out: there are no alerts yet. */
  readonly NotificationSubscription: UserNotificationSubscription | null;
  readonly Key: string | null;
  /** Kept and given back, and not carried out: whoever is active may sign in. */
  readonly MayHaveUserSession: boolean;
  /** Kept and given back, and not carried out: there are no attended robots. */
  readonly MayHaveRobotSession: boolean | null;
  readonly MayHaveUnattendedSession: boolean | null;
  /** Kept and given back, and not carried out: personal workspaces are not made yet. */
  readonly MayHavePersonalWorkspace: boolean | null;
  /** Kept and given back, and not carried out: personal workspaces are not made yet. */
  readonly RestrictToPersonalWorkspace: boolean | null;
  /** Kept and given back, and not carried out: hosts are not updated by the server. */
  readonly UpdatePolicy: UpdatePolicyDto | null;
  readonly AccountId: string | null;
  readonly HasOnlyInheritedPrivileges: boolean;
  readonly ExplicitMayHaveUserSession: boolean | null;
  readonly ExplicitMayHaveRobotSession: boolean | null;
  readonly ExplicitMayHavePersonalWorkspace: boolean | null;
  readonly ExplicitRestrictToPersonalWorkspace: boolean;
  readonly LastModificationTime: string | null;
  readonly LastModifierUserId: number | null;
  readonly CreatorUserId: number | null;
  readonly Id: number;
}

export interface QueueItemDataDto {
  readonly Name?: string | null;
  readonly Priority?: QueueItemPriority | null;
  readonly SpecificContent?: unknown;
  readonly DeferDate?: string | null;
  readonly DueDate?: string | null;
  readonly RiskSlaDate?: string | null;
  readonly Reference?: string | null;
  readonly Progress?: string | null;
  readonly Source?: string | null;
  readonly ParentOperationId?: string | null;
}

export type Empty = Readonly<Record<string, never>>;

export interface SetTransactionResultRequest {
  readonly transactionResult: TransactionResultDto;
}

export interface TransactionResultDto {
  readonly IsSuccessful: boolean;
  readonly ProcessingException?: ProcessingExceptionDtoInput | null;
  readonly DeferDate?: string | null;
  readonly DueDate?: string | null;
  readonly Output?: unknown;
  readonly Analytics?: unknown;
  readonly Progress?: string | null;
  readonly OperationId?: string | null;
}

export interface ProcessingExceptionDtoInput {
  readonly Reason?: string | null;
  readonly Details?: string | null;
  readonly Type?: ProcessingExceptionType | null;
  readonly AssociatedImageFilePath?: string | null;
  readonly CreationTime?: string | null;
}
