import { hash, randomBytes } from 'node:crypto';

/** 256 random bits, as text that fits into addresses and headers. Told once; only its hash is kept. */
export const newSecret = (): string => randomBytes(32).toString('base64url');

/** What is kept of a secret. Without salt or cost, which are for what people choose: nobody guesses these. */
export const hashOfSecret = (secret: string): Buffer => hash('sha256', secret, 'buffer');
