const QUEUES = 'orchestrator/queues';
const RETENTION = 'orchestrator/processes/retention-setting.ts';
const PAGING = 'identity/platform/paging.ts';
const SHARING = 'orchestrator/folders/sharing.ts';
const KEPT_WHOLE = 'orchestrator/processes/save-release.ts tags';
const RETRIES = 'orchestrator/jobs/retry-faulted.ts';
const TO_ROBOTS = 'orchestrator/robots-service/commands.ts';
const HOST_USE = 'orchestrator/sessions/host-use.ts';
const SIGN_IN_POLICY = '../migrations/0175_age_of_passwords.sql';

/**
 * Which file acts on a member that is not named where its operation is answered, or on a setting that
 * is kept, and the word for it there where that is neither the member's nor its column's. `*`: of
 * whatever shape.
 */
export const ACTED_ON: Readonly<Record<string, string>> = {
  // Shared by areas.
  '*.top': PAGING,
  '*.skip': PAGING,
  '*.sortBy': PAGING,
  '*.sortOrder': PAGING,
  '*.searchTerm': PAGING,
  '*.partitionGlobalId': 'kernel/http/mount.ts',
  '*.ToAddFolderIds': SHARING,
  '*.ToRemoveFolderIds': SHARING,
  // Words for people: they are kept as they are.
  'TagDto.DisplayName': KEPT_WHOLE,
  'TagDto.Value': KEPT_WHOLE,
  'TagDto.DisplayValue': KEPT_WHOLE,
  'AssetDto.ValueScope': 'orchestrator/assets/held-values.ts',
  'AssetDto.ValueType': 'orchestrator/assets/asset-value.ts value_type',
  'AssetDto.BoolValue': 'orchestrator/assets/robot-asset.ts',
  'AssetDto.IntValue': 'orchestrator/assets/robot-asset.ts',
  'AssetDto.HasDefaultValue': 'orchestrator/assets/held-values.ts',
  'AssetUserValueDto.ValueType': 'orchestrator/assets/asset-value.ts value_type',
  'UserAssetDto.ValueType': 'orchestrator/assets/asset-value.ts value_type',
  'StartProcessDto.Source': 'orchestrator/jobs/plan-start.ts',
  'StartProcessDto.JobPriority': 'orchestrator/processes/priority.ts',
  'StartProcessDto.SpecificPriorityValue': 'orchestrator/processes/priority.ts',
  'StartProcessDto.RuntimeType': 'orchestrator/jobs/dispatch.ts',
  'StartProcessDto.StopStrategy': 'orchestrator/jobs/reap.ts',
  'StartProcessDto.StopProcessExpression': 'orchestrator/jobs/reap.ts stop_after_seconds',
  'StartProcessDto.KillProcessExpression': 'orchestrator/jobs/reap.ts kill_after_seconds',
  'ReleaseWithRetentionDto.StopStrategy': 'orchestrator/jobs/reap.ts',
  'StartProcessDto.MaxNumberOfRetries': `${RETRIES} max_retries`,
  'StartProcessDto.RetryDelaySeconds': RETRIES,
  'StartProcessDto.RetryDelayFactor': RETRIES,
  'StartProcessDto.MemoryLimitMegabytes': TO_ROBOTS,
  'StartProcessDto.ProcessorLimit': TO_ROBOTS,
  'ReleaseWithRetentionDto.MaxNumberOfRetries': `${RETRIES} max_retries`,
  'ReleaseWithRetentionDto.RetryDelaySeconds': RETRIES,
  'ReleaseWithRetentionDto.RetryDelayFactor': RETRIES,
  'ReleaseWithRetentionDto.MemoryLimitMegabytes': TO_ROBOTS,
  'ReleaseWithRetentionDto.ProcessorLimit': TO_ROBOTS,
  'UpdatePolicyDto.Type': '../migrations/0276_wanted_versions.sql Type',
  'JoinCodeRequest.hosts': 'orchestrator/machines/join-codes.ts',
  'MachineDto.NonProductionSlots': '../migrations/0007_jobs.sql',
  'MachineDto.UnattendedSlots': '../migrations/0007_jobs.sql',
  'MachineDto.HeadlessSlots': '../migrations/0007_jobs.sql',
  'MachineDto.TestAutomationSlots': '../migrations/0007_jobs.sql',
  'RobotDto.Enabled': '../migrations/0040_folder_robots_by_group.sql is_enabled',
  'ReleaseWithRetentionDto.AutoUpdate': 'orchestrator/processes/update-automatically.ts',
  'ReleaseWithRetentionDto.JobPriority': 'orchestrator/processes/priority.ts',
  'ReleaseWithRetentionDto.SpecificPriorityValue': 'orchestrator/processes/find-release.ts',
  // Says how of what the action, which is not carried out, says whether.
  'ReleaseWithRetentionDto.RetentionPeriod': RETENTION,
  'ReleaseWithRetentionDto.StaleRetentionPeriod': RETENTION,
  'ReleaseRetentionSettingDto.Period': 'orchestrator/processes/retention.ts',
  'ReleaseRetentionSettingDto.Type': 'orchestrator/processes/retention.ts',
  'QueueDefinitionWithRetentionDto.MaxNumberOfRetries': `${QUEUES}/hot/end-batch.ts`,
  'QueueDefinitionWithRetentionDto.AcceptAutomaticallyRetry': `${QUEUES}/hot/end-batch.ts`,
  'QueueDefinitionWithRetentionDto.RetryAbandonedItems': `${QUEUES}/hot/end-batch.ts`,
  'QueueDefinitionWithRetentionDto.EnforceUniqueReference': `${QUEUES}/items/item-data.ts`,
  'QueueDefinitionWithRetentionDto.Encrypted': `${QUEUES}/items/sealed-data.ts`,
  'QueueDefinitionWithRetentionDto.SlaInMinutes': `${QUEUES}/hot/add-batch.ts`,
  'QueueDefinitionWithRetentionDto.RiskSlaInMinutes': `${QUEUES}/hot/add-batch.ts`,
  'QueueDefinitionWithRetentionDto.RetentionAction': RETENTION,
  'QueueDefinitionWithRetentionDto.RetentionPeriod': RETENTION,
  'QueueDefinitionWithRetentionDto.RetentionBucketId': RETENTION,
  'QueueDefinitionWithRetentionDto.StaleRetentionAction': RETENTION,
  'QueueDefinitionWithRetentionDto.StaleRetentionPeriod': RETENTION,
  'QueueDefinitionWithRetentionDto.StaleRetentionBucketId': RETENTION,
  'QueueRetentionSettingDto.Action': `${QUEUES}/retention/expire-items.ts`,
  'QueueRetentionSettingDto.Period': `${QUEUES}/retention/expire-items.ts`,
  'QueueRetentionSettingDto.Type': `${QUEUES}/retention/expire-items.ts`,
  // Anything but the one kind of folder there is, is refused.
  'FolderDto.ProvisionType': 'orchestrator/folders/create-folder.ts',
  'FolderDto.PermissionModel': 'orchestrator/folders/create-folder.ts',
  'FolderDto.FeedType': 'orchestrator/packages/feeds.ts',
  'RoleDto.Type': 'orchestrator/folders/assign-users.ts',
  'UserDto.IsActive': 'kernel/auth/access.ts',
  'UserDto.Type': 'orchestrator/users/identity-link.ts',
  'UserDto.MayHaveUnattendedSession': '../migrations/0040_folder_robots_by_group.sql',
  'CreateExternalClientCommand.isConfidential': 'identity/clients/clients.ts',
  'ExternalClientScope.type': 'identity/platform/external-apps/change-client.ts',
  'CreateAuthenticationSettingCommand.externalIdentityProviderDto':
    'identity/platform/organization/authentication-settings.ts',
  'PasswordPolicyDto.minPasswordLength': 'identity/sign-in/set-password.ts',
  'PasswordPolicyDto.rememberedPasswords': 'identity/sign-in/set-password.ts',
  'PasswordPolicyDto.requiresSecondFactor': SIGN_IN_POLICY,
  'PasswordPolicyDto.requiresSecondFactorOfAdministrators': SIGN_IN_POLICY,
  'PasswordPolicyDto.passwordExpirationDays': SIGN_IN_POLICY,
  'PasswordPolicyDto.allowsDirectoryPasswords': 'identity/sign-in/set-password.ts',
  'CreateExternalIdentityProviderCommand.isActive': 'identity/sign-in/outside-provider.ts',
  'CreateExternalIdentityProviderCommand.settings': 'identity/platform/sign-in-providers/read-provider.ts',
  'CreateUserCommand.type': 'identity/platform/users/create-users.ts',
  'UpdateUserCommand.isActive': 'identity/users/users.ts',
  'UpdateUserCommand.invitationAccepted': 'identity/platform/users/update-user.ts',
  'CreateUserCommand.invitationAccepted': 'identity/platform/users/create-users.ts',
  'AuditQuery_GetAuditEvents?result': 'identity/platform/audit/routes.ts',
  // Reports of hosts.
  'HeartbeatDto.jobState': 'orchestrator/jobs/report.ts',
  'JobStateReport.jobState': 'orchestrator/jobs/report.ts',
  'HeartbeatDto.outputArguments': 'orchestrator/jobs/report.ts',
  'JobStateReport.outputArguments': 'orchestrator/jobs/report.ts',
  'JobStateReport.exitCode': 'orchestrator/jobs/report.ts',
  'JobStateReport.endTime': 'orchestrator/jobs/report.ts',
  'JobStateReport.processorSeconds': 'orchestrator/jobs/report.ts',
  'JobStateReport.peakMemoryBytes': 'orchestrator/jobs/report.ts',
  'JobLogs_GetOverview?buckets': 'orchestrator/logs/read-job-log.ts',
  'Jobs_GetCountsOverTime?parts': 'orchestrator/jobs/counts-over-time.ts',
  'BulkActions_GetRows?outcome': 'orchestrator/bulk-actions/request-action.ts',
  'HostUseReport.load': HOST_USE,
  'HostUseReport.processors': HOST_USE,
  'HostUseReport.memoryBytes': HOST_USE,
  'HostUseReport.freeMemoryBytes': HOST_USE,
  'HostUseReport.diskBytes': HOST_USE,
  'HostUseReport.freeDiskBytes': HOST_USE,
};

/**
 * Taken, and not said to be of no effect with each call: hosts send them all the time, as the API
 * describes it.
 */
export const NOT_NEEDED: Readonly<Record<string, string>> = {
  'HeartbeatDto.robotState': 'whether a robot is busy follows from its jobs',
  'JobStateReport.robotState': 'whether a robot is busy follows from its jobs',
  'HeartbeatPayload.commandState': 'all commands that stand are answered, whichever are asked for',
};
