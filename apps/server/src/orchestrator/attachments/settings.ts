import { wholeNumber } from '../../kernel/settings.ts';

export const attachmentSettings = {
  largest: wholeNumber('BATON_ATTACHMENT_LIMIT', {
    help: 'largest attachment of a job in bytes; it streams to the disk',
    default: 4 * 2 ** 30,
    min: 1024,
    max: 2 ** 40,
  }),
  unlinkedDays: wholeNumber('BATON_UNLINKED_ATTACHMENT_DAYS', {
    help: 'days after which an attachment goes that was never linked to a job; others go with their jobs',
    default: 30,
    min: 1,
    max: 3650,
  }),
};
