/** The robot's own log; a logger of pino fits. */
export type Log = {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
};

export function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // fetch says only "fetch failed" and puts the reason into the cause.
  const cause = error.cause instanceof Error ? error.cause.message || error.cause.name : '';
  return cause ? `${error.message} (${cause})` : error.message;
}
