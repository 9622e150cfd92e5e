import { wholeNumber } from '../../kernel/settings.ts';

export const packageSettings = {
  entries: wholeNumber('BATON_PACKAGE_ENTRIES', {
    help: 'most files and folders in a package',
    default: 10_000,
    min: 10,
    max: 1_000_000,
  }),
};
