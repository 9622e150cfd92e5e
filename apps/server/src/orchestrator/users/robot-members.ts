import type { InputOf } from '../../kernel/contract/fields.ts';
import type { Sealer } from '../../kernel/secrets/seal.ts';
import type { User } from './entities.ts';

type Body = InputOf<typeof User>;

const PURPOSE = 'unattended robot';

/** Naming the account is enough: clients send it with the flag, without it, or the flag alone. */
export const wantsUnattended = ({ MayHaveUnattendedSession, UnattendedRobot }: Body): boolean =>
  MayHaveUnattendedSession ?? UnattendedRobot != null;

/** Null where the body names none, so that the stored one stays. */
export function sealPassword(sealer: Sealer, { UnattendedRobot }: Body): Buffer | null {
  const password = UnattendedRobot?.Password;
  return password ? sealer.seal(Buffer.from(password), PURPOSE) : null;
}

type Details = Readonly<Record<string, unknown>>;

/** What is kept of a body beside the columns; what it does not name stays as it was stored. */
export function detailsOf(body: Body, unattended: boolean, stored: Details = {}): Details {
  const {
    RobotProvision,
    UnattendedRobot,
    NotificationSubscription,
    UpdatePolicy,
    RestrictToPersonalWorkspace,
  } = body;
  const { Password: _, ...account } = UnattendedRobot ?? {};
  const known = stored.UnattendedRobot as Details | undefined;
  return {
    ...stored,
    ...(RobotProvision && { RobotProvision }),
    ...((UnattendedRobot || unattended) && {
      UnattendedRobot: { LimitConcurrentExecution: false, ...known, ...account },
    }),
    ...(NotificationSubscription && { NotificationSubscription }),
    ...(UpdatePolicy && { UpdatePolicy }),
    ...(RestrictToPersonalWorkspace != null && { RestrictToPersonalWorkspace }),
  };
}
