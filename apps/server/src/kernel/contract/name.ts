/** A name as it is kept and looked for. What differs in letter case only is compared by `foldText`. */
export const asName = (given: string): string => given.trim().normalize('NFC');
