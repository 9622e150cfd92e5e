/** A name in the form in which it is stored and looked up. Use `foldText` to ignore letter case. */
export const asName = (given: string): string => given.trim().normalize('NFC');
