import type { Area } from '../apps/server/src/kernel/area.ts';
import type { Field } from '../apps/server/src/kernel/contract/fields.ts';
import type { Answer, Operation } from '../apps/server/src/kernel/contract/operation.ts';
import { type Member, type OperationText, operationText } from './contract-text.ts';
import type { ContractTypes, NamedType, TypeText } from './contract-types.ts';

/** An operation of the contract, before the files of its types are known. */
export interface ContractOperation {
  readonly name: string;
  readonly area: Area;
  readonly tag: string;
  readonly text: string;
  readonly uses: ReadonlySet<NamedType>;
  /** The names that it imports from operation.ts. */
  readonly helpers: ReadonlySet<string>;
}

interface Named {
  readonly name: string;
  readonly area: Area;
  readonly operation: Operation;
}

export function contractOperations(named: readonly Named[], types: ContractTypes): ContractOperation[] {
  const answers = named.map(({ operation }) => answerOf(operation.answer, types));
  return named.map(({ name, area, operation }, i) => {
    const { id, method, path, summary, tag, query = {}, multipart, rawBody, answer } = operation;
    const uses = new Set(answers[i]!.uses);
    const input = inputOf(operation, types, uses);
    const text: OperationText = {
      name,
      summary,
      input,
      answer: answers[i]!.text,
      value: {
        id,
        method,
        path,
        ...(Object.keys(query).length > 0 ? { query: Object.keys(query) } : {}),
        ...(multipart ? { takes: 'files' } : rawBody ? { takes: 'bytes' } : {}),
        answer: answer.kind,
      },
    };
    const helpers = ['Operation', ...(input.length === 0 ? ['NoInput'] : [])];
    const envelope = /^(?:Many|One|Value)(?=<)/.exec(answers[i]!.text)?.[0];
    return {
      name,
      area,
      tag,
      text: operationText(text),
      uses,
      helpers: new Set(envelope ? [...helpers, envelope] : helpers),
    };
  });
}

/** The parameters of path and query, and the body, as a client passes them. */
function inputOf({ params = {}, query = {}, body }: Operation, types: ContractTypes, uses: Set<NamedType>) {
  const member = (name: string, { text, uses: used }: TypeText, isOptional = false): Member => {
    for (const type of used) uses.add(type);
    return { name, type: text, isOptional };
  };
  return [
    ...Object.entries(params).map(([name, field]) => member(name, types.field(field, 'taken'))),
    ...Object.entries(query).map(([name, field]) =>
      member(name, types.orNull(field, 'taken'), !field.options.required),
    ),
    ...(body ? [member('body', 'kind' in body ? types.field(body, 'taken') : shapeOf(body, 'taken'))] : []),
  ];

  function shapeOf(shape: Parameters<ContractTypes['shape']>[0], side: 'taken'): TypeText {
    const type = types.shape(shape, side);
    return { text: type.name, uses: [type] };
  }
}

function answerOf(answer: Answer, types: ContractTypes): TypeText {
  const orNothing = 'emptyStatus' in answer && answer.emptyStatus !== undefined ? ' | undefined' : '';
  switch (answer.kind) {
    case 'nothing':
      return { text: 'undefined', uses: [] };
    case 'file':
    case 'stream':
      return { text: 'Response', uses: [] };
    case 'many':
      return wrapped('Many', 'kind' in answer.of ? types.field(answer.of, 'answered') : shape(answer.of));
    case 'one':
      return wrapped('One', shape(answer.of), orNothing);
    case 'value':
      return wrapped('Value', whole(answer.of));
    case 'plain': {
      const { text, uses } = 'kind' in answer.of ? whole(answer.of) : shape(answer.of);
      return { text: text + orNothing, uses };
    }
  }

  /** Agrees with `answerSchema` of OpenAPI. */
  function whole(field: Field): TypeText {
    return field.kind === 'array' ? types.field(field, 'answered') : types.orNull(field, 'answered');
  }

  function shape(of: Exclude<Parameters<ContractTypes['shape']>[0], Field>): TypeText {
    const type = types.shape(of, 'answered');
    return { text: type.name, uses: [type] };
  }
}

const wrapped = (envelope: string, { text, uses }: TypeText, more = ''): TypeText => ({
  text: `${envelope}<${text}>${more}`,
  uses,
});
