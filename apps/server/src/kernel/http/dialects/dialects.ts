import type { Dialect } from './dialect.ts';
import { orchestrator, portal } from './orchestrator.ts';
import { platform } from './platform.ts';
import { scim } from './scim.ts';

/** Narrower ones come first. */
const DIALECTS: readonly Dialect[] = [scim, platform, portal, orchestrator];

/** @param url canonical (`readAddress`), with or without a query */
export function dialectOf(url: string): Dialect {
  const path = `${url.split('?', 1)[0]!.toLowerCase()}/`;
  return DIALECTS.find(({ prefix }) => path.startsWith(prefix))!;
}
