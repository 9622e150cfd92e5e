/** What we use of oidc-provider 9, which brings no types of its own. */
declare module 'oidc-provider' {
  import type { IncomingMessage, ServerResponse } from 'node:http';
  import type { Readable } from 'node:stream';

  /** A Koa context. */
  interface Context {
    readonly oidc: {
      readonly params?: Readonly<Record<string, string | undefined>>;
      readonly route: string;
      readonly client?: Client;
      entity(name: string, value: unknown): void;
    };
    /** Where the body is read from. */
    req: Readable;
    readonly request: { readonly req: IncomingMessage };
    readonly res: ServerResponse;
    readonly method: string;
    readonly path: string;
    readonly headers: Record<string, string | undefined>;
    status: number;
    body: unknown;
    is(type: string): string | false | null;
    set(name: string, value: string): void;
    get(name: string): string;
  }
  type Next = () => Promise<unknown>;

  interface Client {
    readonly clientId: string;
    readonly [extraMetadata: string]: unknown;
  }

  interface Token {
    readonly kind: string;
    readonly client: Client;
    readonly accountId?: string;
    readonly expiration: number;
    readonly tokenType: string;
    scope?: string;
    resourceServer: ResourceServer;
    save(): Promise<string>;
  }

  interface ResourceServer {
    readonly audience?: string;
  }

  interface ResourceServerInfo {
    readonly scope: string;
    readonly audience: string;
    readonly accessTokenTTL: number;
    readonly accessTokenFormat: 'jwt' | 'opaque';
    readonly jwt: { readonly sign: { readonly alg: string; readonly kid: string } };
  }

  interface Adapter {
    upsert(id: string, payload: AdapterPayload, expiresIn?: number): Promise<void>;
    find(id: string): Promise<AdapterPayload | undefined>;
    findByUserCode(userCode: string): Promise<AdapterPayload | undefined>;
    findByUid(uid: string): Promise<AdapterPayload | undefined>;
    consume(id: string): Promise<void>;
    destroy(id: string): Promise<void>;
    revokeByGrantId(grantId: string): Promise<void>;
  }
  interface AdapterPayload {
    readonly grantId?: string;
    readonly userCode?: string;
    readonly uid?: string;
    readonly consumed?: unknown;
    readonly [member: string]: unknown;
  }

  interface JwtToken {
    header?: Record<string, unknown>;
    payload: Record<string, unknown> & { iat: number };
  }

  export class Provider {
    constructor(issuer: string, configuration: Record<string, unknown>);
    readonly issuer: string;
    readonly Client: { readonly prototype: Client & { compareClientSecret(secret: string): unknown } };
    readonly ClientCredentials: new (input: {
      client: Client;
      scope: string;
    }) => Token;
    readonly AccessToken: new (input: {
      client: Client;
      accountId: string;
      scope: string;
      gty: string;
    }) => Token;
    readonly ResourceServer: new (
      identifier: string,
      info: ResourceServerInfo,
    ) => ResourceServer;
    callback(): (req: IncomingMessage, res: ServerResponse) => Promise<void>;
    use(middleware: (ctx: Context, next: Next) => Promise<unknown>): this;
    registerGrantType(
      name: string,
      handler: (ctx: Context) => Promise<void>,
      params?: readonly string[],
    ): void;
    urlFor(route: string): string;
    /** Koa's: what could not be answered at all, such as a client that went away. */
    on(event: 'error', listener: (error: Error) => void): this;
    on(event: string, listener: (ctx: Context, error: OidcError) => void): this;
  }

  interface OidcError extends Error {
    readonly error?: string;
    readonly error_description?: string;
    readonly error_detail?: string;
  }

  export const errors: {
    readonly InvalidScope: new (description: string, scope?: string) => OidcError;
    readonly InvalidRequest: new (description: string) => OidcError;
    readonly InvalidGrant: new (detail?: string) => OidcError;
    readonly InvalidClientAuth: new (detail?: string) => OidcError;
  };

  export type {
    Adapter,
    AdapterPayload,
    Client,
    Context,
    JwtToken,
    Next,
    OidcError,
    ResourceServerInfo,
    Token,
  };
}
