import type { Enumeration } from './enumeration.ts';

/**
 * One member of a body, an answer or an entity, declared once. These derive from it: the TypeScript type,
 * what input is accepted (read-input.ts), what is answered (write-answer.ts), the OpenAPI schema, and for
 * entities the EDM type and the SQL.
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
  /** Never present at run time. They carry the types of what is read and of what may be answered. */
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
  /** The pattern in words, for messages. Default: the source of the pattern. */
  readonly form?: string;
  /** Text only. It is the name of something. `NameText` sets it. */
  readonly name?: true;
  /** GUIDs only. Anything else counts as absent: some clients fill the member with whatever they have. */
  readonly lenient?: boolean;
  /** The answer if there is no value. */
  readonly default?: unknown;
  readonly description?: string;
  /**
   * Parameters only. A value that the operation accepts together with the examples of all other parameters.
   */
  readonly example?: unknown;
  /**
   * The member is stored and given back, but nothing acts on it yet. The text says why. The documents say so,
   * and the log does when a client sets it.
   */
  readonly notCarriedOut?: string;
  /**
   * The member is accepted because clients send it, but it is neither acted on nor given back. The text says
   * why. It is reported like `notCarriedOut`.
   */
  readonly ofNoEffect?: string;
  /**
   * Entities only. Where the value comes from: a column name, or an SQL expression with `$.` for the row.
   * Default: the column whose name is the property's in snake_case.
   */
  readonly from?: string;
  /** Entities only. The property has no column: every row answers this value. */
  readonly constant?: string | number | boolean | null;
  /** Never null in answers. Sorting by an entity's column that is never null can walk an index. */
  readonly notNull?: boolean;
  /** Entities only. False: the property may be selected, but not filtered or sorted by. */
  readonly filterable?: boolean;
  /** Enumerations only. The answer carries the number, not the name: Identity's enumerations do. */
  readonly numbered?: boolean;
  /** Json only. True: text that the database cannot store is accepted, and the handler deals with it. */
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

/**
 * What a handler gets for a declared body: required members are present, and others may be null or absent.
 */
export type Input<F extends Fields> = {
  [K in keyof F as IsRequired<F[K]> extends true ? K : never]: Static<F[K]>;
} & { [K in keyof F as IsRequired<F[K]> extends true ? never : K]?: Static<F[K]> | null };

export type InputOf<D> = D extends Dto<infer F> ? Input<F> : never;

type OutOf<F> = F extends { readonly '~out'?: infer Out } ? Out : never;

type Answered<F> = OutOf<F> | (F extends { options: { notNull: true } } ? never : null);
type IsHidden<F> = F extends { options: { writeOnly: true } } ? true : false;
/** Whether the declaration has a value that is answered if the handler gives none. */
type IsFilled<F> = F extends { options: { default: unknown } | { constant: unknown } } ? true : false;

/**
 * What a handler answers for a shape: every member that is ever shown, null if there is no value. A forgotten
 * or misspelt member does not compile. Only members for which the declaration has a value may be left out.
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
/** 64 bits. Ids stay below 2^53, so they are plain numbers in JavaScript and JSON. */
export const Int64 = <const O extends FieldOptions>(o: O = {} as O) => field<number, O>('int64', o);
export const Double = <const O extends FieldOptions>(o: O = {} as O) => field<number, O>('double', o);
export const Text = <const O extends FieldOptions>(o: O = {} as O) => field<string, O>('string', o);
/**
 * The name of something. Wherever a name is given, blanks at its ends are dropped and its letters are
 * composed (NFC), so a thing is found under the name it was given. Comparisons of names ignore letter case
 * (`folded` in SQL).
 */
export const NameText = <const O extends FieldOptions>(o: O = {} as O) =>
  field<string, O & { name: true }>('string', { ...o, name: true });
export const Guid = <const O extends FieldOptions>(o: O = {} as O) => field<string, O>('guid', o);
export const Bool = <const O extends FieldOptions>(o: O = {} as O) => field<boolean, O>('boolean', o);
/** ISO 8601 text in UTC, as the database writes it, so that microseconds survive. */
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
/** A JSON object with arbitrary names and values of one kind. */
export const MapOf = <T, const O extends FieldOptions, Out>(items: Field<T, Out>, o: O = {} as O) =>
  field<Record<string, T>, O, Readonly<Record<string, Out>>>('map', o, { items });

export const dto = <const F extends Fields>(name: string, fields: F): Dto<F> =>
  Object.freeze({ name, fields });
