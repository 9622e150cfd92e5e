import { wholeNumber } from '../../kernel/settings.ts';

export const noteSettings = {
  most: wholeNumber('BATON_NOTES', { help: 'most notes of a tenant', default: 100, min: 1, max: 1000 }),
};
