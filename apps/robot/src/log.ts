/** What the robot says about itself; pino fits. */
export type Log = {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
};

export function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // fetch says "fetch failed" and puts what failed into the cause.
  const cause = error.cause instanceof Error ? error.cause.message || error.cause.name : '';
  return cause ? `${error.message} (${cause})` : error.message;
}
