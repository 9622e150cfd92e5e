import type { Event } from '../events/event.ts';
import type { Setting } from '../settings.ts';
import type { Entity } from './entity.ts';
import type { Dto, Field, Fields, Input, InputOf, Static } from './fields.ts';
import type { Permission } from './permission.ts';

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
  readonly scope: string | null;
  /** Overrides what the method says of `scope`. */
  readonly access?: 'Read' | 'Write';
  /**
   * Who may: a permission, or several of which one or all are needed. Null: decided by the handler or free to
   * all.
   */
  readonly permission: Permission | null;
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
  readonly answer: Answer;
  /**
   * What a call that changes something leaves, one of these at least and nothing else: events, or `audit`, an
   * entry of the organization's audit. `nothing`, and why: nobody else sees a change. Not asked of what reads.
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

/** `{ "@odata.context", "@odata.count", "value": […] }` */
export const many = (of: Dto | Entity | Field, status = 200, more: Pick<Answer, 'also'> = {}): Answer => ({
  kind: 'many',
  of,
  status,
  ...more,
});
/**
 * The entity inline, with `@odata.context`. `emptyStatus`: what is answered when the handler returns
 * undefined.
 */
export const one = (
  of: Dto | Entity,
  status = 200,
  more: { set?: string; emptyStatus?: number; also?: Answer['also'] } = {},
): Answer => ({
  kind: 'one',
  of,
  status,
  ...more,
});
/** `{ "@odata.context", "value": … }` */
export const value = (of: Field, status = 200): Answer => ({ kind: 'value', of, status });
/** Bare JSON, as `/api` answers. */
export const plain = (
  of: Dto | Field,
  status = 200,
  more: { emptyStatus?: number; streamed?: string; also?: Answer['also'] } = {},
): Answer => ({
  kind: 'plain',
  of,
  status,
  ...more,
});
/** Content as it is, of this media type. */
export const file = (type: string, more: Pick<Answer, 'also'> = {}): Answer => ({
  kind: 'file',
  status: 200,
  type,
  ...more,
});
export const stream = (type: string): Answer => ({ kind: 'stream', status: 200, type });
export const nothing = (status = 204): Answer => ({ kind: 'nothing', status });

export function operation<
  const P extends Fields = Record<never, never>,
  const Q extends Fields = Record<never, never>,
  const B extends Dto | Field | undefined = undefined,
>(declaration: Operation<P, Q, B>): Operation<P, Q, B> {
  return Object.freeze({ ...declaration, path: expandPath(declaration.path) });
}

/** Whether `/$count` behind its path answers how many rows there are. */
export const isCounted = ({ method, odata, answer }: Operation): boolean =>
  method === 'GET' && answer.kind === 'many' && odata?.options.includes('c') === true;

/** By which the documents know the count of a list. */
export const countId = ({ id }: Operation): string => `${id}_Count`;

/** Where the two namespaces of actions and functions are written out. */
export const expandPath = (path: string): string =>
  path.replace('/~.', '/UiPath.Server.Configuration.OData.').replace('/^.', '/UiPathODataSvc.');

type BodyOf<B> = B extends Dto
  ? { readonly body: InputOf<B> }
  : B extends Field
    ? { readonly body: Static<B> }
    : unknown;

/** What a handler is given: parameters of the path (always there), of the query, and the body. */
export type InputFor<O> =
  O extends Operation<infer P, infer Q, infer B>
    ? { readonly [K in keyof P]: Static<P[K]> } & Readonly<Input<Q>> & BodyOf<B>
    : never;
