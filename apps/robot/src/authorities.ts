import { readFileSync } from 'node:fs';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';

/**
 * Trusts the certificate authorities of a PEM file beside those that this process trusts anyway, as
 * `NODE_EXTRA_CA_CERTS` does, which Node only reads when a process starts.
 * @throws the file system's error; an error of OpenSSL for a file that holds no certificates
 */
export function trustAuthorities(file: string): void {
  const text = readFileSync(file, 'utf8');
  const found = text.match(/-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g) ?? [];
  if (found.length === 0) throw new Error(`'${file}' holds no certificate in PEM form`);
  setDefaultCACertificates([...getCACertificates('default'), ...found]);
}
