import type { Enumeration } from './enumeration.ts';

/**
 * One member of a body, an answer or an entity, declared once: from it derive the TypeScript type, what is
 * accepted (read-input.ts), what is answered (write-answer.ts), the OpenAPI schema, and for entities the EDM
 * type and the SQL.
 */
export interface Field<T = unknown, Out = unknown> {
  readonly kind:
    | 'int32'
    | 'int64'
    | 'double'
    | 'string'
    | 'guid'
    | 'boolean'
    | 'datetime'
    | 'enum'
    | 'object'
    | 'array'
    | 'map'
    | 'any';
  readonly enumeration?: Enumeration;
  readonly dto?: () => Dto;
  readonly items?: Field;
  readonly options: FieldOptions;
  /** Never there at run time; carry the types of what is read and what may be answered. */
  readonly '~type'?: T;
  readonly '~out'?: Out;
}

export interface FieldOptions {
  /** Input without it is refused. */
  readonly required?: boolean;
  /** Shown, never taken from input. */
  readonly readOnly?: boolean;
  /** Taken from input, never shown. */
  readonly writeOnly?: boolean;
  readonly max?: number;
  readonly min?: number;
  /** Characters. */
  readonly maxLength?: number;
  readonly minLength?: number;
  readonly pattern?: RegExp;
  /** The pattern in words; its source where there are none. */
  readonly form?: string;
  /** Text only. It names something; made by `NameText`. */
  readonly name?: true;
  /** GUIDs only. Anything else counts as absent: for members that clients fill with what they have. */
  readonly lenient?: boolean;
  /** What is answered instead of null. */
  readonly default?: unknown;
  readonly description?: string;
  /** Parameters only. A value that is accepted, beside the examples of all others. */
  readonly example?: unknown;
  /**
   * The member is kept and given back, and nothing acts on it yet; why. The documents say so,
   * and the log when it is set.
   */
  readonly notCarriedOut?: string;
  /**
   * The member is taken, for clients that send it, and neither acted on nor given back; why.
   * Said as `notCarriedOut` is.
   */
  readonly ofNoEffect?: string;
  /**
   * Entities only. Where the value comes from: a column name, or an SQL expression with `$.` for the row.
   * Without it: the column whose name is the property's in snake_case.
   */
  readonly from?: string;
  /** Entities only. The property has no column: every row answers this. */
  readonly constant?: string | number | boolean | null;
  /** Never null in answers. Of an entity's column: sorting by it can walk an index. */
  readonly notNull?: boolean;
  /** Entities only. False: may be selected, not filtered or sorted by. */
  readonly filterable?: boolean;
  /** Enumerations only. The answer carries the number, not the name: Identity's enumerations do. */
  readonly numbered?: boolean;
  /** Json only. True: text that the database cannot store is let through; the handler sees to it. */
  readonly unchecked?: boolean;
}

export type Fields = Readonly<Record<string, Field>>;

/** A named shape: a body, an answer, a complex value. */
export interface Dto<F extends Fields = Fields> {
  readonly name: string;
  readonly fields: F;
}

export type Static<F> = F extends Field<infer T> ? T : never;
type IsRequired<F> = F extends { options: { required: true } } ? true : false;

/** What a handler gets for a declared body: required members are there, the others may be null or absent. */
export type Input<F extends Fields> = {
  [K in keyof F as IsRequired<F[K]> extends true ? K : never]: Static<F[K]>;
} & { [K in keyof F as IsRequired<F[K]> extends true ? never : K]?: Static<F[K]> | null };

export type InputOf<D> = D extends Dto<infer F> ? Input<F> : never;

type OutOf<F> = F extends { readonly '~out'?: infer Out } ? Out : never;

type Answered<F> = OutOf<F> | (F extends { options: { notNull: true } } ? never : null);
type IsHidden<F> = F extends { options: { writeOnly: true } } ? true : false;
/** Whether the writer itself knows what to answer where there is no value. */
type IsFilled<F> = F extends { options: { default: unknown } | { constant: unknown } } ? true : false;

/**
 * What a handler answers for a shape: all members that are ever shown, null where there is no value. One that
 * is forgotten or misspelt does not compile. Only those may be left out that the declaration has a value for.
 */
export type Output<F extends Fields> = {
  readonly [K in keyof F as IsHidden<F[K]> extends true
    ? never
    : IsFilled<F[K]> extends true
      ? never
      : K]: Answered<F[K]>;
} & {
  readonly [K in keyof F as IsHidden<F[K]> extends true
    ? never
    : IsFilled<F[K]> extends true
      ? K
      : never]?: OutOf<F[K]> | null;
};

export type OutputOf<D> = D extends Dto<infer F> ? Output<F> : D extends Field ? OutOf<D> : never;

type Of<T, O, Out = T> = Field<T, Out> & { readonly options: O };
const field = <T, O extends FieldOptions, Out = T>(
  kind: Field['kind'],
  options: O,
  more: Partial<Field> = {},
): Of<T, O, Out> => Object.freeze({ kind, options, ...more }) as Of<T, O, Out>;

export const Int32 = <const O extends FieldOptions>(o: O = {} as O) => field<number, O>('int32', o);
/** 64 bits; ids stay below 2^53, so that they are plain numbers in JavaScript and JSON. */
export const Int64 = <const O extends FieldOptions>(o: O = {} as O) => field<number, O>('int64', o);
export const Double = <const O extends FieldOptions>(o: O = {} as O) => field<number, O>('double', o);
export const Text = <const O extends FieldOptions>(o: O = {} as O) => field<string, O>('string', o);
/**
 * What something is called, wherever it is given: blanks at its ends are dropped and its letters composed
 * (NFC), so that what was made under a name is found under it. Letter case is ignored where names are
 * compared (`folded` in SQL).
 */
export const NameText = <const O extends FieldOptions>(o: O = {} as O) =>
  field<string, O & { name: true }>('string', { ...o, name: true });
export const Guid = <const O extends FieldOptions>(o: O = {} as O) => field<string, O>('guid', o);
export const Bool = <const O extends FieldOptions>(o: O = {} as O) => field<boolean, O>('boolean', o);
/** ISO 8601 text in UTC, as the database gives it: microseconds survive. */
export const DateTime = <const O extends FieldOptions>(o: O = {} as O) => field<string, O>('datetime', o);
/** Any JSON, kept as it is. */
export const Json = <const O extends FieldOptions>(o: O = {} as O) => field<unknown, O>('any', o);
export const Enum = <const O extends FieldOptions>(enumeration: Enumeration, o: O = {} as O) =>
  field<number, O, number | string>('enum', o, { enumeration });
export const Complex = <F extends Fields, const O extends FieldOptions>(
  of: Dto<F> | (() => Dto<F>),
  o: O = {} as O,
) => field<Input<F>, O, Output<F>>('object', o, { dto: typeof of === 'function' ? of : () => of });
export const List = <T, const O extends FieldOptions, Out>(items: Field<T, Out>, o: O = {} as O) =>
  field<T[], O, readonly Out[]>('array', o, { items });
/** A JSON object with free names and values of one kind. */
export const MapOf = <T, const O extends FieldOptions, Out>(items: Field<T, Out>, o: O = {} as O) =>
  field<Record<string, T>, O, Readonly<Record<string, Out>>>('map', o, { items });

export const dto = <const F extends Fields>(name: string, fields: F): Dto<F> =>
  Object.freeze({ name, fields });
