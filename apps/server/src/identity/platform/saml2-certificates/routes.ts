import { X509Certificate } from 'node:crypto';
import sql from 'sql-template-tag';
import type { OutputOf } from '../../../kernel/contract/fields.ts';
import type { AnswerFor, InputFor } from '../../../kernel/contract/operation.ts';
import type { Queryable, Transaction } from '../../../kernel/db/sql.ts';
import { badRequest, CODE, invalid, notFound } from '../../../kernel/errors.ts';
import type { Context } from '../../../kernel/http/context.ts';
import { handle, type Route } from '../../../kernel/http/mount.ts';
import { actorOfCall, recordAudit } from '../audit/record-audit.ts';
import {
  type CertificatePair,
  deleteCertificate,
  getCertificates,
  switchCertificates,
  updatePrimary,
  updateSecondary,
} from './contract.ts';

export const saml2CertificatesRoutes: readonly Route[] = [
  handle(getCertificates, (ctx) => findPair(ctx.db, ctx)),
  handle(updatePrimary, (ctx, { body }) => setCertificate(ctx, true, body.certificate)),
  handle(updateSecondary, (ctx, { body }) => setCertificate(ctx, false, body.certificate)),
  handle(switchCertificates, switchPair),
  handle(deleteCertificate, removeCertificate),
];

interface Certificate {
  readonly id: number;
  readonly is_primary: boolean;
  readonly certificate: string;
  readonly thumbprint: string;
}

const readAll = (db: Queryable, { organization }: Context): Promise<Certificate[]> =>
  db.query<Certificate>(sql`
    select id, is_primary, certificate, thumbprint from saml_certificates
     where organization_id = ${organization.id} order by is_primary desc`);

async function findPair(db: Queryable, ctx: Context): Promise<OutputOf<typeof CertificatePair>> {
  const all = await readAll(db, ctx);
  const primary = all.find((each) => each.is_primary);
  const secondary = all.find((each) => !each.is_primary);
  if (!primary) throw notFound('Certificate');
  return {
    partitionGlobalId: ctx.organization.id,
    primaryCertificateId: primary.id,
    primaryCertificate: primary.certificate,
    primaryCertificateThumbprint: primary.thumbprint,
    secondaryCertificateId: secondary?.id ?? null,
    secondaryCertificate: secondary?.certificate ?? null,
    secondaryCertificateThumbprint: secondary?.thumbprint ?? null,
  };
}

/** Without a first certificate there is no pair, so the second one is answered with 404. */
async function setCertificate(
  ctx: Context,
  isPrimary: boolean,
  text: string,
): Promise<OutputOf<typeof CertificatePair>> {
  const { certificate, thumbprint } = read(text);
  return change(ctx, 'Update', async (tx) => {
    const all = await readAll(tx, ctx);
    if (!isPrimary && !all.some((each) => each.is_primary)) throw notFound('Certificate');
    await tx.execute(sql`
      delete from saml_certificates where organization_id = ${ctx.organization.id}
        and is_primary = ${isPrimary}`);
    await tx.execute(sql`
      insert into saml_certificates (organization_id, is_primary, certificate, thumbprint)
      values (${ctx.organization.id}, ${isPrimary}, ${certificate}, ${thumbprint})`);
    return findPair(tx, ctx);
  });
}

function read(text: string): Pick<Certificate, 'certificate' | 'thumbprint'> {
  const base64 = text.replace(/-----[A-Z ]+-----|\s/g, '');
  try {
    const { raw, fingerprint } = new X509Certificate(Buffer.from(base64, 'base64'));
    return { certificate: raw.toString('base64'), thumbprint: fingerprint.replaceAll(':', '') };
  } catch {
    throw invalid('certificate', 'is no X.509 certificate in base64 or PEM');
  }
}

function switchPair(ctx: Context): Promise<OutputOf<typeof CertificatePair>> {
  return change(ctx, 'Switch', async (tx) => {
    const all = await readAll(tx, ctx);
    if (all.length === 0) throw notFound('Certificate');
    if (all.length === 1)
      throw badRequest(CODE.ForbiddenOperation, 'There is no second certificate to switch to.');
    await tx.execute(sql`
      update saml_certificates set is_primary = not is_primary
        where organization_id = ${ctx.organization.id}`);
    return findPair(tx, ctx);
  });
}

function removeCertificate(
  ctx: Context,
  { certificateId }: InputFor<typeof deleteCertificate>,
): Promise<AnswerFor<typeof deleteCertificate>> {
  return change(ctx, 'Delete', async (tx) => {
    const all = await readAll(tx, ctx);
    const certificate = all.find(({ id }) => id === certificateId);
    if (!certificate) throw notFound('Certificate');
    if (certificate.is_primary && all.length > 1)
      throw badRequest(CODE.ForbiddenOperation, 'Switch to the other certificate first: this one is in use.');
    await tx.execute(sql`delete from saml_certificates where id = ${certificateId}`);
    return true;
  });
}

/** One change at a time: each locks the organization's row. */
async function change<T>(ctx: Context, action: string, work: (tx: Transaction) => Promise<T>): Promise<T> {
  return ctx.transaction(async (tx) => {
    await tx.execute(sql`select from organizations where id = ${ctx.organization.id} for no key update`);
    const before = thumbprintsOf(await readAll(tx, ctx));
    const result = await work(tx);
    const after = thumbprintsOf(await readAll(tx, ctx));
    const target = ctx.organization.id;
    await recordAudit(tx, actorOfCall(ctx), { category: 'SamlCertificate', action, target, before, after });
    return result;
  });
}

const thumbprintsOf = (all: readonly Certificate[]): Readonly<Record<string, string | null>> => ({
  primary: all.find((each) => each.is_primary)?.thumbprint ?? null,
  secondary: all.find((each) => !each.is_primary)?.thumbprint ?? null,
});
