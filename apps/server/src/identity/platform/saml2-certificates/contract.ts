import { Bool, dto, Guid, Int64, Text } from '../../../kernel/contract/fields.ts';
import { operation, plain } from '../../../kernel/contract/operation.ts';
import { byAdministrators, inOrganization } from '../declaration.ts';

export const CertificatePair = dto('CertificatePair', {
  partitionGlobalId: Guid(),
  primaryCertificateId: Int64(),
  primaryCertificate: Text(),
  primaryCertificateThumbprint: Text(),
  secondaryCertificateId: Int64(),
  secondaryCertificate: Text(),
  secondaryCertificateThumbprint: Text(),
});
const AddCertificateCommand = dto('AddCertificateCommand', {
  partitionGlobalId: Guid({ required: true }),
  /** Base64 of the DER form, or PEM. */
  certificate: Text({ required: true, maxLength: 65_536, notCarriedOut: 'nobody signs in by SAML yet' }),
});

const shared = { ...byAdministrators, tag: 'SamlCertificate', scope: 'PM.AuthSetting' } as const;
const answer = plain(CertificatePair);
const example = { partitionGlobalId: '00000000-0000-0000-0000-000000000000', certificate: 'MIIB…' };

export const getCertificates = operation({
  ...shared,
  id: 'SamlCertificate_GetCertificatePair',
  method: 'GET',
  path: '/identity/api/SamlCertificate/{partitionGlobalId}/certificates',
  summary: 'The certificate in use, and the one that will follow.',
  params: inOrganization,
  answer,
});

export const updatePrimary = operation({
  ...shared,
  id: 'SamlCertificate_UpdatePrimaryCertificate',
  tells: 'audit',
  method: 'PUT',
  path: '/identity/api/SamlCertificate/primary',
  summary: 'Sets the certificate in use.',
  body: AddCertificateCommand,
  answer,
  example,
});

export const updateSecondary = operation({
  ...shared,
  id: 'SamlCertificate_UpdateSecondaryCertificate',
  tells: 'audit',
  method: 'PUT',
  path: '/identity/api/SamlCertificate/secondary',
  summary: 'Sets the certificate that will follow.',
  body: AddCertificateCommand,
  answer,
  example,
});

export const switchCertificates = operation({
  ...shared,
  id: 'SamlCertificate_SwitchToPrimary',
  tells: 'audit',
  method: 'POST',
  path: '/identity/api/SamlCertificate/{partitionGlobalId}/switch',
  summary: 'Lets the two certificates change places.',
  params: inOrganization,
  answer,
});

export const deleteCertificate = operation({
  ...shared,
  id: 'SamlCertificate_DeleteCertificate',
  method: 'DELETE',
  path: '/identity/api/SamlCertificate/{partitionGlobalId}/{certificateId}',
  summary: 'Removes a certificate; the one in use only when no other waits.',
  params: { ...inOrganization, certificateId: Int64() },
  tells: 'audit',
  answer: plain(Bool()),
});
