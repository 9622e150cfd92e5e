import type { Texts } from '../../texts/texts.ts';
import { exact, type Reader } from '../time/instant-in-words.ts';
import type { Condition, Filterable, Operator } from './condition.ts';

type Words = Texts['parts'];

/** "State: faulted, running", "Ended: last 24 h", "Retries: over 2". */
export function chipWords(condition: Condition, column: Filterable, words: Words, reader: Reader): string {
  const { operator, values } = condition;
  const { operators } = words.filter;
  if (operator === 'empty' || operator === 'filled') return `${column.words}: ${operators[operator]}`;
  const said = values.map((value) => valueWords(value, column, words, reader)).join(', ');
  const [first = ''] = values;
  if (column.filter === 'instant' && operator === 'from' && first.startsWith('-'))
    return `${column.words}: ${words.filter.last(lengthWords(first, words))}`;
  return operator === 'is'
    ? `${column.words}: ${said}`
    : `${column.words} ${operatorWords(operator, column, words)} ${said}`;
}

/** Of a number, "from" and "to" are "over" and "under" with the limit itself. */
export function operatorWords(operator: Operator, column: Filterable, words: Words): string {
  const { operators } = words.filter;
  if (column.filter === 'number' && operator === 'from') return operators.over;
  if (column.filter === 'number' && operator === 'to') return operators.under;
  return operators[operator];
}

function valueWords(value: string, column: Filterable, words: Words, reader: Reader): string {
  if (column.filter === 'choice')
    return column.choices?.find((choice) => choice.value === value)?.words ?? value;
  if (column.filter === 'flag') return value === 'true' ? words.filter.yes : words.filter.no;
  if (column.filter === 'instant' && !value.startsWith('-')) {
    const at = Date.parse(value);
    return Number.isNaN(at) ? value : exact(at, reader).replace(/[.,]\d{3}$/, '');
  }
  return column.filter === 'text' ? `“${value}”` : value;
}

/** "-24h" is "24 h". */
function lengthWords(value: string, words: Words): string {
  const known = words.filter.range[value.slice(1)];
  if (known) return known;
  const [, count = '', unit = ''] = /^-(\d+)([mhd])$/.exec(value) ?? [];
  const say = { m: words.instant.minutes, h: words.instant.hours, d: words.instant.days }[unit];
  return say ? say(Number(count)) : value;
}
