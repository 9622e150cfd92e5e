/** The server refused the call; `status` and the public errorCode tell why. */
export class ApiFailure extends Error {
  override readonly name = 'ApiFailure';
  readonly status: number;
  readonly code: number | undefined;
  /** The message of the server, without the request that it refused. */
  readonly reason: string;
  readonly body: unknown;
  constructor(status: number, body: unknown, what: string) {
    const { message, errorCode, error_description: described } = (body ?? {}) as Record<string, unknown>;
    const reason = String(message ?? described ?? problemOf(body) ?? `no message, status ${status}`);
    super(`${what}: ${status} ${reason}`);
    this.status = status;
    this.code = typeof errorCode === 'number' ? errorCode : undefined;
    this.reason = reason;
    this.body = body;
  }
}

/**
 * Parses an answer; throws ApiFailure unless it is a success. `what` describes the request in the message.
 */
export async function bodyOf(response: Response, what: string): Promise<unknown> {
  const text = await response.text();
  let body: unknown;
  try {
    body = text === '' ? undefined : JSON.parse(text);
  } catch {
    body = text;
  }
  if (!response.ok) throw new ApiFailure(response.status, body, what);
  return body;
}

/**
 * The message in Identity's problem details (RFC 7807). It lists the members that are
 * wrong, if there are any.
 */
function problemOf(body: unknown): string | undefined {
  const { errors, detail, title } = (body ?? {}) as Record<string, unknown>;
  if (typeof errors !== 'object' || errors === null) return (detail ?? title) as string | undefined;
  return Object.entries(errors)
    .map(([name, messages]) => (name === '' ? String(messages) : `${name}: ${String(messages)}`))
    .join('; ');
}
