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
 * An operation of the API, declared once, as data. Route, validation, authorization, serialisation, OpenAPI,
 * `$metadata`, the typed client and the permission matrix derive from it; no second list of operations stands
 * anywhere.
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
   * `OR.Jobs`; a GET then wants `OR.Jobs.Read` or `OR.Jobs`, anything else `.Write`. Null: any signed-in
   * caller.
   */
  readonly scope: ScopeName | null;
  /** Overrides what the method says of `scope`. */
  readonly access?: 'Read' | 'Write';
  /**
   * Who may: a permission, or several of which one or all are needed. Null: decided by the handler or free to
   * all.
   */
  readonly permission: Permission<PermissionName> | null;
  /**
   * - `required`: works in the folder that a header names; permission is checked there
   * - `optional`: a folder narrows it; without one the handler keeps to `ctx.access.folders(permission)`
   * - `none`: belongs to the tenant; permission is checked there
   */
  readonly folder: 'required' | 'optional' | 'none';
  /**
   * With `folder: 'none'`: it is enough to hold the permission in some folder; the handler then narrows what
   * it shows.
   */
  readonly heldAnywhere?: boolean;
  /** Kinds of caller that may use it; default: user, app and robot. */
  readonly callers?: readonly ('user' | 'app' | 'robot' | 'machine' | 'anonymous')[];
  readonly params?: P;
  readonly query?: Q;
  readonly body?: B;
  /** Takes `multipart/form-data`: the handler finds `files` and `form` in its input (http/multipart.ts). */
  readonly multipart?: boolean;
  /** Takes any bytes as they come: the handler finds `content` in its input (http/raw-body.ts). */
  readonly rawBody?: boolean;
  /**
   * Query options `e f s o t k c` (expand, filter, select, orderby, top, skip, count) that apply to this
   * entity.
   */
  readonly odata?: {
    readonly entity: Entity;
    readonly options: string;
    /** Which setting limits `$top`; default: that of all lists. */
    readonly pageRows?: Setting<number>;
  };
  readonly answer: A;
  /**
   * What a call that changes something leaves, one of these at least and nothing else: events, or `audit`, an
   * entry of the organization's audit. `nothing`, and why: nobody else sees a change. Not asked of what
   * reads.
   */
  readonly tells?: readonly Event[] | 'audit' | { readonly nothing: string };
  /** A POST that changes nothing: an Idempotency-Key means nothing to it, and its answer is never kept. */
  readonly readOnly?: boolean;
  /** Body that the documentation and the tests of refusals send. */
  readonly example?: unknown;
}

export type Answer = {
  readonly status: number;
  /** What the handler answers under other statuses, beside the usual errors. */
  readonly also?: Readonly<Record<number, Also>>;
} & (
  | { readonly kind: 'many'; readonly of: Dto | Entity | Field }
  | { readonly kind: 'one'; readonly of: Dto | Entity; readonly set?: string; readonly emptyStatus?: number }
  | { readonly kind: 'value'; readonly of: Field }
  | {
      readonly kind: 'plain';
      readonly of: Dto | Field;
      readonly emptyStatus?: number;
      /** Media type of a stream that the handler answers instead to who accepts it. */
      readonly streamed?: string;
    }
  | { readonly kind: 'file'; readonly type: string }
  | { readonly kind: 'stream'; readonly type: string }
  | { readonly kind: 'nothing' }
);

export interface Also {
  readonly text: string;
  /** `same`: that of the declared answer; `refusal`: an error. */
  readonly body: Dto | 'same' | 'refusal' | 'none';
}

type More = Pick<Answer, 'also'>;
type MoreOrEmpty = More & { readonly emptyStatus?: number };

/** `{ "@odata.context", "@odata.count", "value": […] }` */
export const many = <const S extends Dto | Entity | Field>(of: S, status = 200, more: More = {}) =>
  ({ kind: 'many', of, status, ...more }) as const;
/**
 * The entity inline, with `@odata.context`. `emptyStatus`: what is answered when the handler returns
 * undefined.
 */
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
/** Content as it is, of this media type. */
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

/** Whether `/$count` behind its path answers how many rows there are. */
export const isCounted = ({ method, odata, answer }: Operation): boolean =>
  method === 'GET' && answer.kind === 'many' && odata?.options.includes('c') === true;

/** By which the documents know the count of a list. */
export const countId = ({ id }: Operation): string => `${id}_Count`;

/** Where the two namespaces of actions and functions are written out. */
const expandPath = (path: string): string =>
  path.replace('/~.', '/UiPath.Server.Configuration.OData.').replace('/^.', '/UiPathODataSvc.');

type BodyOf<B> = B extends Dto
  ? { readonly body: InputOf<B> }
  : B extends Field
    ? { readonly body: Static<B> }
    : unknown;

/** What a handler is given: parameters of the path (always there), of the query, and the body. */
export type InputFor<O> =
  O extends Operation<infer P, infer Q, infer B, Answer>
    ? { readonly [K in keyof P]: Static<P[K]> } & Readonly<Input<Q>> & BodyOf<B>
    : never;

/** What a handler gives back: the declared answer, or a reply where the status is not the declared one. */
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
