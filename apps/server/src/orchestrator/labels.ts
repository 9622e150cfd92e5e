import { type FieldOptions, List, Text } from '../kernel/contract/fields.ts';

/**
 * Labels say what a host has (`gpu`, `sap-client`), in words of the people who run it. A job that requires
 * labels runs on a host that has all of them. Baton's own; letter case does not count.
 */
const LABEL = /^[A-Za-z0-9][A-Za-z0-9._:/-]*$/;
const label = Text({
  maxLength: 64,
  pattern: LABEL,
  form: 'letters, digits and . _ : / -, beginning with a letter or digit',
});

export const Labels = <const O extends FieldOptions>(options: O = {} as O) =>
  List(label, { max: 32, ...options });

/** As they are stored and compared. */
export const storedLabels = (given: readonly string[]): string[] =>
  [...new Set(given.map((each) => each.toLowerCase()))].sort();
