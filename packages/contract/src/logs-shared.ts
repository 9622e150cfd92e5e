// Made from the server's declarations by `npm run contract`.

export const LogLevel = { Trace: 0, Debug: 1, Info: 2, Warn: 3, Error: 4, Fatal: 5 } as const;
export type LogLevel = keyof typeof LogLevel;
