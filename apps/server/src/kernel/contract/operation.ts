import type { ScopeName } from '../auth/scopes.ts';
import type { Event } from '../events/event.ts';
import type { FileAnswer, Reply } from '../http/reply.ts';
import type { Setting } from '../settings.ts';
import type { Entity } from './entity.ts';
import type { Dto, Field, Fields, Input, InputOf, OutputOf, Static } from './fields.ts';
import type { Page, Selected } from './page.ts';
import type { Permission, PermissionName } from './permission.ts';

export { allOf, anyOf, type Permission } from './permission.ts';

/**
 * An operation of the API, declared once, as data. The route, validation, authorization, serialisation,
 * OpenAPI, `$metadata`, the typed client and the permission matrix derive from it. No second list of
 * operations exists anywhere.
 */
export interface Operation<
  P extends Fields = Fields,
  Q extends Fields = Fields,
  B extends Dto | Field | undefined = Dto | Field | undefined,
  A extends Answer = Answer,
> {
  /** As in the public description: `Jobs_StartJobs`. */
  readonly id: string;
  /** Section of the public guide. */
  readonly tag: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** As in the public description; `~.` and `^.` stand for the two namespaces (see `expandPath`). */
  readonly path: string;
  readonly summary: string;
  /**
   * `OR.Jobs`: GET then needs `OR.Jobs.Read` or `OR.Jobs`, and other methods need `OR.Jobs.Write` or
   * `OR.Jobs`. Null: any signed-in caller.
   */
  readonly scope: ScopeName | null;
  /** Overrides which half of `scope` the method needs by default. */
  readonly access?: 'Read' | 'Write';
  /**
   * The permission that the caller needs: one, any of several, or all of several. Null: the handler decides,
   * or everybody may call it.
   */
  readonly permission: Permission<PermissionName> | null;
  /**
   * - `required`: works in the folder that a header names, and the permission is checked there
   * - `optional`: a folder narrows it; without one, the handler keeps to `ctx.access.folders(permission)`
   * - `none`: belongs to the tenant, and the permission is checked there
   */
  readonly folder: 'required' | 'optional' | 'none';
  /**
   * With `folder: 'none'`: it is enough to hold the permission in some folder. The handler
   * then narrows what it shows.
   */
  readonly heldAnywhere?: boolean;
  /**
   * A running job may call it in its own folder without the permission. The handler keeps to what is the
   * job's own.
   */
  readonly heldByJob?: boolean;
  /** Kinds of caller that may use it. Default: user, app and robot. */
  readonly callers?: readonly ('user' | 'app' | 'robot' | 'machine' | 'anonymous')[];
  readonly params?: P;
  readonly query?: Q;
  readonly body?: B;
  /**
   * Takes `multipart/form-data`, with these fields besides the file. The handler finds `files` and `fields`
   * in its input (http/multipart.ts).
   */
  readonly multipart?: true | { readonly fields: readonly string[] };
  /**
   * Takes any bytes as they come. The handler finds `content` in its input (http/raw-body.ts). A setting
   * bounds them where the usual limit of files does not.
   */
  readonly rawBody?: true | Setting<number>;
  /**
   * The OData query options that the operation takes: `e f s o t k c` stand for expand, filter, select,
   * orderby, top, skip and count. They apply to this entity.
   */
  readonly odata?: {
    readonly entity: Entity;
    readonly options: string;
    /** The setting that limits `$top`. Default: that of all lists. */
    readonly pageRows?: Setting<number>;
  };
  readonly answer: A;
  /**
   * What a call that changes something records: at least one of these events and no others, or `audit`, an
   * entry in the organization's audit. `nothing` says why nobody else sees a change. Operations that only
   * read need none.
   */
  readonly tells?: readonly Event[] | 'audit' | { readonly nothing: string };
  /** A POST that changes nothing. It ignores an Idempotency-Key, and its answer is never kept. */
  readonly readOnly?: boolean;
  /** The body that the documentation shows and that the tests of refusals send. */
  readonly example?: unknown;
}

export type Answer = {
  readonly status: number;
  /** Other statuses that the handler may answer, beside the usual errors. */
  readonly also?: Readonly<Record<number, Also>>;
} & (
  | { readonly kind: 'many'; readonly of: Dto | Entity | Field }
  | { readonly kind: 'one'; readonly of: Dto | Entity; readonly set?: string; readonly emptyStatus?: number }
  | { readonly kind: 'value'; readonly of: Field }
  | {
      readonly kind: 'plain';
      readonly of: Dto | Field;
      readonly emptyStatus?: number;
      /** Media type of a stream. The handler answers it to clients that accept it. */
      readonly streamed?: string;
    }
  | { readonly kind: 'file'; readonly type: string }
  | { readonly kind: 'stream'; readonly type: string }
  | { readonly kind: 'nothing' }
);

export interface Also {
  readonly text: string;
  /** `same`: the body of the declared answer. `refusal`: an error. */
  readonly body: Dto | 'same' | 'refusal' | 'none';
}

type More = Pick<Answer, 'also'>;
type MoreOrEmpty = More & { readonly emptyStatus?: number };

/** `{ "@odata.context", "@odata.count", "value": […] }` */
export const many = <const S extends Dto | Entity | Field>(of: S, status = 200, more: More = {}) =>
  ({ kind: 'many', of, status, ...more }) as const;
/** The entity inline, with `@odata.context`. `emptyStatus`: the status if the handler returns undefined. */
export const one = <
  const S extends Dto | Entity,
  const M extends MoreOrEmpty & { readonly set?: string } = Record<never, never>,
>(
  of: S,
  status = 200,
  more: M = {} as M,
) => ({ kind: 'one', of, status, ...more }) as const;
/** `{ "@odata.context", "value": … }` */
export const value = <const S extends Field>(of: S, status = 200) => ({ kind: 'value', of, status }) as const;
/** Bare JSON, as `/api` answers. */
export const plain = <
  const S extends Dto | Field,
  const M extends MoreOrEmpty & { readonly streamed?: string } = Record<never, never>,
>(
  of: S,
  status = 200,
  more: M = {} as M,
) => ({ kind: 'plain', of, status, ...more }) as const;
/** Content of this media type, sent unchanged. */
export const file = (type: string, more: More = {}) =>
  ({ kind: 'file', status: 200, type, ...more }) as const;
export const stream = (type: string) => ({ kind: 'stream', status: 200, type }) as const;
export const nothing = (status = 204) => ({ kind: 'nothing', status }) as const;

export function operation<
  const P extends Fields = Record<never, never>,
  const Q extends Fields = Record<never, never>,
  const B extends Dto | Field | undefined = undefined,
  const A extends Answer = Answer,
>(declaration: Operation<P, Q, B, A>): Operation<P, Q, B, A> {
  return Object.freeze({ ...declaration, path: expandPath(declaration.path) });
}

/** Whether `/$count` behind the path answers the number of rows. */
export const isCounted = ({ method, odata, answer }: Operation): boolean =>
  method === 'GET' && answer.kind === 'many' && odata?.options.includes('c') === true;

/** The operation id of a list's count in the documents. */
export const countId = ({ id }: Operation): string => `${id}_Count`;

/** Writes out the two namespaces of actions and functions. */
const expandPath = (path: string): string =>
  path.replace('/~.', '/UiPath.Server.Configuration.OData.').replace('/^.', '/UiPathODataSvc.');

type BodyOf<B> = B extends Dto
  ? { readonly body: InputOf<B> }
  : B extends Field
    ? { readonly body: Static<B> }
    : unknown;

/** What a handler is given: path parameters (always present), query parameters, and the body. */
export type InputFor<O> =
  O extends Operation<infer P, infer Q, infer B, Answer>
    ? { readonly [K in keyof P]: Static<P[K]> } & Readonly<Input<Q>> & BodyOf<B>
    : never;

/** What a handler returns: the declared answer, or a reply if the status is another one. */
export type AnswerFor<O> = O extends { readonly answer: infer A }
  ? Reply | Answered<A> | (A extends { readonly emptyStatus: number } ? undefined | null : never)
  : never;

type Answered<A> = A extends { readonly kind: 'file' | 'stream' }
  ? FileAnswer
  : A extends { readonly kind: 'value' | 'plain'; readonly of: infer S }
    ? OutputOf<S> | (OutputOf<S> extends readonly unknown[] ? never : null)
    : A extends { readonly kind: 'one'; readonly of: infer S }
      ? Selected | OutputOf<S>
      : A extends { readonly kind: 'many'; readonly of: infer S }
        ? Page<Selected | OutputOf<S> | null> | readonly OutputOf<S>[]
        : unknown;
