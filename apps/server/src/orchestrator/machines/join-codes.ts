import { timingSafeEqual } from 'node:crypto';
import { foldText } from '@baton/odata/fold-text';
import sql from 'sql-template-tag';
import { countAttempt, forgiveAttempt } from '../../identity/sign-in/throttle.ts';
import type { AnswerFor, InputFor } from '../../kernel/contract/operation.ts';
import type { Database, Transaction } from '../../kernel/db/sql.ts';
import { ApiError, CODE, invalid, notFound } from '../../kernel/errors.ts';
import { tell } from '../../kernel/events/tell.ts';
import { readAddress } from '../../kernel/http/address.ts';
import type { Context } from '../../kernel/http/context.ts';
import { hashOfSecret, newSecret } from '../../kernel/secrets/secret.ts';
import { machineOf } from './client-secrets.ts';
import type { deleteJoinCode, getJoinCodes, joinMachine, postJoinCode } from './contract.ts';
import { hostJoined, joinCodeCreated, joinCodeDeleted } from './events.ts';

interface JoinCodeRow {
  readonly id: number;
  readonly hosts: number;
  readonly used: number;
  readonly creationTime: string;
  readonly expirationTime: string;
}

const DEFAULT_MINUTES = 60;

const COLUMNS = sql`id, hosts, used, created_at as "creationTime", expires_at as "expirationTime"`;

export async function listJoinCodes(
  ctx: Context,
  { licenseKey }: InputFor<typeof getJoinCodes>,
): Promise<JoinCodeRow[]> {
  const machine = await machineOf(ctx.db, ctx.tenant.id, licenseKey);
  return ctx.db.query<JoinCodeRow>(sql`
    select ${COLUMNS} from machine_join_codes where machine_id = ${machine.id} and expires_at > now() order by id`);
}

/** The code as people copy it begins with the address, so that nothing else need be copied. */
export async function createJoinCode(
  ctx: Context,
  { licenseKey, body }: InputFor<typeof postJoinCode>,
): Promise<AnswerFor<typeof postJoinCode>> {
  const secret = newSecret();
  const minutes = body.minutes ?? DEFAULT_MINUTES;
  const row = await ctx.transaction(async (tx) => {
    const machine = await machineOf(tx, ctx.tenant.id, licenseKey);
    const made = await tx.first<JoinCodeRow>(sql`
      insert into machine_join_codes (machine_id, hash, hosts, creator_user_id, expires_at)
      values (${machine.id}, ${hashOfSecret(secret)}, ${body.hosts ?? 1}, ${ctx.access.user?.id ?? null},
              now() + make_interval(mins => ${minutes}))
      returning ${COLUMNS}`);
    const { id: codeId, hosts, expirationTime } = made!;
    await tell(tx, ctx, joinCodeCreated, [
      { key: machine.key, payload: { id: machine.id, codeId, hosts, expirationTime } },
    ]);
    return made!;
  });
  return { ...row, code: `${Buffer.from(ctx.baseUrl).toString('base64url')}.${row.id}.${secret}` };
}

/** Nobody is told: they have been worth nothing since they expired, and nobody is shown them. */
export const removeExpiredJoinCodes = (db: Database): Promise<number> =>
  db.execute(sql`delete from machine_join_codes where expires_at <= now()`);

/** Hosts that have joined keep what they sign in with. */
export async function removeJoinCode(
  ctx: Context,
  { codeId }: InputFor<typeof deleteJoinCode>,
): Promise<void> {
  await ctx.transaction(async (tx) => {
    const machine = await tx.first<{ id: number; key: string }>(sql`
      delete from machine_join_codes c using machines m
       where c.id = ${codeId} and m.id = c.machine_id and m.tenant_id = ${ctx.tenant.id} returning m.id, m.key`);
    if (!machine) throw notFound('Join code');
    await tell(tx, ctx, joinCodeDeleted, [{ key: machine.key, payload: { id: machine.id, codeId } }]);
  });
}

/** Wrong, spent, expired, withdrawn and of another tenant: nobody learns which. */
const REFUSED = 'is wrong, used up or expired';

/**
 * A host joins. It has made its secret by itself and sends only the hash, so a host whose answer got lost
 * can ask again: the same hash uses the code once.
 */
export async function join(
  ctx: Context,
  { body }: InputFor<typeof joinMachine>,
): Promise<AnswerFor<typeof joinMachine>> {
  if (!/^[0-9a-f]{64}$/i.test(body.secretHash))
    throw invalid('secretHash', 'is not a SHA-256 hash of 64 hexadecimal digits');
  const hash = Buffer.from(body.secretHash, 'hex');
  // Each host is counted by itself, because many may come from one address. The address has a limit, too.
  const attempt = {
    organizationId: undefined,
    login: `join ${body.secretHash.toLowerCase()}`,
    source: ctx.ip,
    device: undefined,
    countsHereOnly: true,
  };
  const seconds = await countAttempt(ctx.outside, new Date(ctx.now()), attempt);
  if (seconds > 0) {
    const headers = { 'retry-after': String(seconds) };
    throw new ApiError(429, CODE.ForbiddenOperation, 'Too many wrong codes. Try again later.', { headers });
  }
  const joined = await ctx.transaction(async (tx) => {
    const code = await findCode(tx, ctx, body.code);
    if (!code) return undefined;
    const { id, machineId, licenseKey, machineName } = code;
    const again = await tx.first(sql`
      select from machine_secrets where machine_id = ${machineId} and join_code_id = ${id} and hash = ${hash}`);
    if (again) return { licenseKey, machineName };
    if (code.used >= code.hosts) return undefined;
    await tx.execute(sql`update machine_join_codes set used = used + 1 where id = ${id}`);
    const secret = await tx.first<{ id: string }>(sql`
      insert into machine_secrets (machine_id, hash, host_machine_name, join_code_id)
      values (${machineId}, ${hash}, ${body.hostMachineName}, ${id}) returning id::text`);
    await tell(
      tx,
      { principal: undefined, tenant: { id: code.tenantId }, actor: `joinCode:${id}` },
      hostJoined,
      [
        {
          key: code.machineKey,
          payload: { id: machineId, codeId: id, secretId: secret!.id, hostMachineName: body.hostMachineName },
        },
      ],
    );
    return { licenseKey, machineName };
  });
  if (!joined)
    throw new ApiError(400, CODE.ForbiddenOperation, `code: ${REFUSED}`, { errors: { code: [REFUSED] } });
  await forgiveAttempt(ctx.outside, attempt);
  return joined;
}

interface CodeRow {
  readonly id: number;
  readonly hash: Buffer;
  readonly hosts: number;
  readonly used: number;
  readonly machineId: number;
  readonly machineKey: string;
  readonly machineName: string;
  readonly licenseKey: string;
  readonly tenantId: number;
  readonly tenant: string;
  readonly tenantKey: string;
  readonly organization: string;
  readonly organizationId: string;
}

const CODE_FORM = /^(\d{1,15})\.([\w-]{43})$/;

/** Locks the code, so that two hosts do not both take its last place. */
async function findCode(tx: Transaction, ctx: Context, text: string): Promise<CodeRow | undefined> {
  const [, id, secret] = CODE_FORM.exec(text) ?? [];
  if (id === undefined || secret === undefined) return undefined;
  const code = await tx.first<CodeRow>(sql`
    select c.id, c.hash, c.hosts, c.used, m.id as "machineId", m.key as "machineKey", m.name as "machineName",
           m.license_key::text as "licenseKey", t.id as "tenantId", t.name as tenant, t.key::text as "tenantKey",
           o.name as organization, o.id as "organizationId"
      from machine_join_codes c join machines m on m.id = c.machine_id join tenants t on t.id = m.tenant_id and t.is_active
      join organizations o on o.id = t.organization_id
     where c.id = ${id} and c.expires_at > now() for update of c`);
  if (!code || !timingSafeEqual(code.hash, hashOfSecret(secret))) return undefined;
  return isAt(code, ctx) ? code : undefined;
}

/** An address that names an organization or a tenant must name those of the code. */
function isAt(code: CodeRow, ctx: Context): boolean {
  const { organization, tenant } = readAddress(new URL(ctx.url).pathname);
  const is = (given: string | undefined, name: string, id: string) =>
    given === undefined || foldText(given) === foldText(name) || given.toLowerCase() === id;
  return is(organization, code.organization, code.organizationId) && is(tenant, code.tenant, code.tenantKey);
}
