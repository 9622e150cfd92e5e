// Made from the server's declarations by `npm run contract`.
import type { Operation } from '../operation.ts';

export interface CertificatePair {
  readonly partitionGlobalId: string | null;
  readonly primaryCertificateId: number | null;
  readonly primaryCertificate: string | null;
  readonly primaryCertificateThumbprint: string | null;
  readonly secondaryCertificateId: number | null;
  readonly secondaryCertificate: string | null;
  readonly secondaryCertificateThumbprint: string | null;
}

export interface AddCertificateCommand {
  readonly partitionGlobalId: string;
  /** Kept and given back, and not carried out: nobody signs in by SAML yet. */
  readonly certificate: string;
}

/** The certificate in use, and the one that will follow. */
export const getCertificates: Operation<{ readonly partitionGlobalId: string }, CertificatePair> = {
  id: 'SamlCertificate_GetCertificatePair',
  method: 'GET',
  path: '/identity/api/SamlCertificate/{partitionGlobalId}/certificates',
  answer: 'plain',
};

/** Sets the certificate in use. */
export const updatePrimary: Operation<{ readonly body: AddCertificateCommand }, CertificatePair> = {
  id: 'SamlCertificate_UpdatePrimaryCertificate',
  method: 'PUT',
  path: '/identity/api/SamlCertificate/primary',
  answer: 'plain',
};

/** Sets the certificate that will follow. */
export const updateSecondary: Operation<{ readonly body: AddCertificateCommand }, CertificatePair> = {
  id: 'SamlCertificate_UpdateSecondaryCertificate',
  method: 'PUT',
  path: '/identity/api/SamlCertificate/secondary',
  answer: 'plain',
};

/** Lets the two certificates change places. */
export const switchCertificates: Operation<{ readonly partitionGlobalId: string }, CertificatePair> = {
  id: 'SamlCertificate_SwitchToPrimary',
  method: 'POST',
  path: '/identity/api/SamlCertificate/{partitionGlobalId}/switch',
  answer: 'plain',
};

/** Removes a certificate; the one in use only when no other waits. */
export const deleteCertificate: Operation<
  { readonly partitionGlobalId: string; readonly certificateId: number },
  boolean | null
> = {
  id: 'SamlCertificate_DeleteCertificate',
  method: 'DELETE',
  path: '/identity/api/SamlCertificate/{partitionGlobalId}/{certificateId}',
  answer: 'plain',
};
