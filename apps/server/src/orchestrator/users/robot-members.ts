import type { InputOf } from '../../kernel/contract/fields.ts';
import type { Sealer } from '../../kernel/secrets/seal.ts';
import type { User } from './entities.ts';

type Body = InputOf<typeof User>;

const PURPOSE = 'unattended robot';

/** The account alone is enough: clients send it with the flag or without it, or send the flag alone. */
export const wantsUnattended = ({ MayHaveUnattendedSession, UnattendedRobot }: Body): boolean =>
  MayHaveUnattendedSession ?? UnattendedRobot != null;

/** Null if the body has no password, so that the stored one stays. */
export function sealPassword(sealer: Sealer, { UnattendedRobot }: Body): Buffer | null {
  const password = UnattendedRobot?.Password;
  return password ? sealer.seal(Buffer.from(password), PURPOSE) : null;
}

type Details = Readonly<Record<string, unknown>>;

/** The members of a body that have no columns. What the body does not name keeps its stored value. */
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
