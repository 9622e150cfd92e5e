import { enumeration } from '../../kernel/contract/enumeration.ts';
import { Bool, dto, Enum, Text } from '../../kernel/contract/fields.ts';
import { serverVersion } from '../../kernel/version.ts';

const UpdateStatus = enumeration('UpdateStatus', {
  None: 0,
  InProgress: 1,
  Failed: 2,
  NonCompliant: 3,
  Compliant: 4,
  NotApplicable: 5,
  Scheduled: 6,
  FailedRescheduled: 7,
});
const UpdateReason = enumeration('UpdateReason', {
  NonCompliantWithDifferentVersion: 0,
  NonCompliantWithoutTargetVersion: 1,
  NotApplicableForOlderSessions: 2,
  NotApplicableForMachineType: 3,
  NotApplicableTemplateWithoutRobotSessions: 4,
  NotApplicableForPlatform: 5,
  NotApplicableForTargetFramework: 6,
});

/** What version a host should be, and how far it has come. */
export const UpdateInfo = dto('UpdateInfoDto', {
  updateStatus: Enum(UpdateStatus),
  reason: Enum(UpdateReason),
  targetUpdateVersion: Text(),
  isCommunity: Bool({ constant: false }),
  statusInfo: Text(),
});

/** The version that the machine of a session wants; `s` is the session's row in SQL. Null: it names none. */
export const wantedVersion = (s: string): string =>
  `(select wanted_version(m.details->'UpdatePolicy', ${s}.version, '${serverVersion()}') from machines m where m.id = ${s}.machine_id)`;

const { None, InProgress, Failed, NonCompliant, Compliant } = UpdateStatus;

/** `UpdateInfoDto` of a session, as JSON of the database. */
export const UPDATE_INFO = `(
  select jsonb_build_object(
    'updateStatus', case when w.wanted is null then ${None} when w.wanted = $.version then ${Compliant}
                         when $.update_version is distinct from w.wanted then ${NonCompliant}
                         when $.update_since is not null and not $.update_missing then ${InProgress} else ${Failed} end,
    'reason', case when w.wanted <> $.version then ${UpdateReason.NonCompliantWithDifferentVersion} end,
    'targetUpdateVersion', w.wanted,
    'statusInfo', case when w.wanted = $.version then null
                       when $.update_missing then 'The host has not come back since it was told to change to ' || $.update_version || '.'
                       when w.wanted is not null and not $.updates
                       then 'The host brings no new versions by itself: it was started without --update-command.' end)
    from (select ${wantedVersion('$')} as wanted) w)`;
