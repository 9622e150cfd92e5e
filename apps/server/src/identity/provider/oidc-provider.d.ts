/** What we use of oidc-provider 9, which brings no types of its own. */
declare module 'oidc-provider' {
  import type { IncomingMessage, ServerResponse } from 'node:http';
  import type { Readable } from 'node:stream';

  /** A Koa context. */
  interface Context {
    readonly oidc: OidcContext;
    /** Where the body is read from. */
    req: Readable;
    readonly request: { readonly req: IncomingMessage; querystring: string };
    readonly res: ServerResponse;
    readonly response: { get(name: string): string };
    readonly method: string;
    readonly path: string;
    readonly originalUrl: string;
    readonly ip: string;
    readonly query: Readonly<Record<string, string | string[] | undefined>>;
    readonly headers: Record<string, string | undefined>;
    status: number;
    body: unknown;
    type: string;
    is(type: string): string | false | null;
    accepts(...types: string[]): string | false;
    set(name: string, value: string): void;
    get(name: string): string;
    redirect(url: string): void;
  }
  type Next = () => Promise<unknown>;

  interface OidcContext {
    params?: Record<string, string | undefined>;
    readonly body?: Readonly<Record<string, string | undefined>>;
    readonly route: string;
    readonly provider: Provider;
    readonly client?: Client;
    readonly account?: Account;
    readonly session: Session;
    readonly grant: Grant;
    readonly result?: InteractionResult;
    readonly requestParamScopes: ReadonlySet<string>;
    readonly requestParamOIDCScopes: ReadonlySet<string>;
    readonly claims: { readonly id_token?: { readonly sub?: { readonly value?: string } } };
    readonly entities: Readonly<Record<string, Entity | undefined>>;
    entity(name: string, value: unknown): void;
    urlFor(route: string): string;
  }

  /** A stored token, code or hint. */
  interface Entity {
    readonly authTime?: number;
    readonly payload?: { readonly sub?: string };
  }

  interface Account {
    readonly accountId: string;
    claims(): Promise<Record<string, unknown>>;
  }

  interface Session {
    accountId?: string;
    readonly uid: string;
    readonly destroyed?: boolean;
    /** Absent until it is stored. */
    readonly exp?: number;
    readonly state?: { readonly secret: string };
    authorizations?: unknown;
    grantIdFor(clientId: string): string | undefined;
    save(seconds: number): Promise<unknown>;
    destroy(): Promise<void>;
  }

  interface Grant {
    readonly jti: string;
    readonly accountId: string;
    addOIDCScope(scope: string): void;
    addResourceScope(resource: string, scope: string): void;
    save(): Promise<string>;
  }

  interface InteractionResult {
    readonly login?: {
      readonly accountId: string;
      readonly amr?: readonly string[];
      readonly ts?: number;
      readonly remember?: boolean;
    };
    readonly consent?: { readonly grantId?: string };
    /** Ours: sign-in/provider-sign-out.ts. */
    readonly signOut?: object;
    readonly error?: string;
    readonly error_description?: string;
  }

  interface Interaction {
    readonly uid: string;
    readonly returnTo: string;
    readonly params: Readonly<Record<string, string | undefined>>;
    readonly prompt: {
      readonly name: string;
      readonly reasons: readonly string[];
      readonly details: Readonly<Record<string, unknown>>;
    };
    readonly session?: { readonly accountId?: string };
    readonly exp: number;
  }

  interface Client {
    readonly clientId: string;
    readonly clientName?: string;
    readonly clientAuthMethod: string;
    grantTypeAllowed(grantType: string): boolean;
    readonly [extraMetadata: string]: unknown;
  }

  interface Token {
    readonly kind: string;
    readonly client: Client;
    readonly clientId?: string;
    readonly accountId?: string;
    readonly grantId?: string;
    readonly expiration: number;
    readonly tokenType: string;
    readonly scopes: ReadonlySet<string>;
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
    readonly sessionUid?: string;
    readonly redirectUri?: string;
    readonly consumed?: unknown;
    readonly [member: string]: unknown;
  }

  interface JwtToken {
    header?: Record<string, unknown>;
    payload: Record<string, unknown> & { iat: number };
  }

  interface IdToken {
    payload(): Promise<{ sub?: string }>;
  }

  export class Provider {
    constructor(issuer: string, configuration: Record<string, unknown>);
    /** Of the request that oidc-provider is answering; undefined for what our own pages ask of it. */
    static readonly ctx: Context | undefined;
    readonly issuer: string;
    readonly Client: {
      readonly prototype: Client & {
        compareClientSecret(secret: string): unknown;
        redirectUriAllowed(uri: string): boolean;
      };
      find(id: string): Promise<Client | undefined>;
    };
    readonly IdToken: { readonly prototype: IdToken };
    readonly Grant: {
      new (input: { accountId: string; clientId: string }): Grant;
      find(id: string): Promise<Grant | undefined>;
    };
    readonly Session: { get(ctx: unknown): Promise<Session> };
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
    readonly Interaction: { find(uid: string): Promise<Interaction | undefined> };
    readonly ResourceServer: new (
      identifier: string,
      info: ResourceServerInfo,
    ) => ResourceServer;
    callback(): (req: IncomingMessage, res: ServerResponse) => Promise<void>;
    createContext(req: IncomingMessage, res: ServerResponse): unknown;
    use(middleware: (ctx: Context, next: Next) => Promise<unknown>): this;
    registerGrantType(
      name: string,
      handler: (ctx: Context) => Promise<void>,
      params?: readonly string[],
    ): void;
    urlFor(route: string): string;
    interactionDetails(req: IncomingMessage, res: ServerResponse): Promise<Interaction>;
    /** Answers where the browser goes on. */
    interactionResult(req: IncomingMessage, res: ServerResponse, result: InteractionResult): Promise<string>;
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
    readonly AccessDenied: new (description: string) => OidcError;
    readonly InvalidScope: new (description: string, scope?: string) => OidcError;
    readonly InvalidRequest: new (description: string) => OidcError;
    readonly InvalidGrant: new (detail?: string) => OidcError;
    readonly InvalidClientAuth: new (detail?: string) => OidcError;
    readonly InvalidTarget: new (description?: string) => OidcError;
    readonly SessionNotFound: new (description?: string) => OidcError;
  };

  interface PromptList {
    get(name: string): {
      readonly checks: { add(check: unknown, index?: number): void; remove(reason: string): void };
    };
  }

  export const interactionPolicy: {
    base(): PromptList;
    readonly Check: new (
      reason: string,
      description: string,
      error: string,
      check: (ctx: Context) => boolean | Promise<boolean>,
    ) => unknown;
  };

  export type {
    Account,
    Adapter,
    AdapterPayload,
    Client,
    Context,
    Grant,
    IdToken,
    Interaction,
    InteractionResult,
    JwtToken,
    Next,
    OidcError,
    ResourceServerInfo,
    Session,
    Token,
  };
}
