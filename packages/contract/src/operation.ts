/**
 * An operation of the API, as clients need it: where it is called, with what, and what it answers. All of
 * them are made from the server's declarations (`npm run contract`); this file is written by hand.
 */
export interface Operation<in Input, out Answer> {
  /** As in the public description: `Jobs_StartJobs`. */
  readonly id: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Below the server's address; `{name}` stands for a member of the input. */
  readonly path: string;
  /** Members of the input that go into the query. */
  readonly query?: readonly string[];
  /** What it takes instead of JSON: files as `multipart/form-data`, or bytes as they are. */
  readonly takes?: 'files' | 'bytes';
  readonly answer: AnswerKind;
  /** Never there at run time; carries the types of what goes in and what comes back. */
  readonly '~types'?: (input: Input) => Answer;
}

/**
 * - `many`, `one`, `value`: OData's, with `@odata.context`
 * - `plain`: bare JSON
 * - `file`, `stream`: content of another type
 */
export type AnswerKind = 'many' | 'one' | 'value' | 'plain' | 'file' | 'stream' | 'nothing';

/** Of an operation without path, query and body. */
export type NoInput = Readonly<Record<string, never>>;

/** What OData puts before the members of an entity. */
export interface Described {
  readonly '@odata.context': string;
}

/** A page of a list. */
export interface Many<Row> extends Described {
  /** All rows that the filter leaves; absent with `$count: false`. */
  readonly '@odata.count'?: number;
  /** With `Prefer: odata.include-annotations="baton.estimatedCount"`, where there is no count. */
  readonly '@baton.estimatedCount'?: number;
  readonly value: readonly Row[];
  /** Where the list goes on. */
  readonly '@odata.nextLink'?: string;
}

export type One<Row> = Row & Described;

export interface Value<Of> extends Described {
  readonly value: Of;
}

/** Members that `$select` may name. */
export type MemberOf<Answer> = Exclude<
  Extract<Answer extends Many<infer Row> ? keyof Row : keyof Answer, string>,
  keyof Described
>;

/** An answer of which `$select` left only some members. */
export type Selected<Answer, Member extends string> =
  Answer extends Many<infer Row>
    ? Many<Pick<Row, Extract<keyof Row, Member>>>
    : Answer extends object
      ? Pick<Answer, Extract<keyof Answer, Member | keyof Described>>
      : Answer;
