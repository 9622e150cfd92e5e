import { hash, verify } from '@node-rs/argon2';

/** Argon2id (the library's default) with OWASP's parameters: 19 MiB, 2 passes, 1 lane. */
const PARAMETERS = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/** A PHC string. */
export const hashPassword = (password: string): Promise<string> => hash(password, PARAMETERS);

let nobodys: Promise<string> | undefined;

/** Takes the same time if there is no hash (an unknown user), and then answers false. */
export async function verifyPassword(phc: string | null | undefined, password: string): Promise<boolean> {
  if (phc) return verify(phc, password);
  nobodys ??= hashPassword('nobody has this password');
  await verify(await nobodys, password);
  return false;
}

/** Makes the hash that stands in for unknown users, so that the first of them takes no longer either. */
export async function warmUpPasswords(): Promise<void> {
  await verifyPassword(null, '');
}
