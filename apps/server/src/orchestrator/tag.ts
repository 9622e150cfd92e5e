import { dto, NameText, Text } from '../kernel/contract/fields.ts';

/** A label that people put on packages, processes, machines, assets and queues. */
export const Tag = dto('TagDto', {
  Name: NameText({ required: true, maxLength: 256 }),
  DisplayName: NameText({ maxLength: 256 }),
  Value: Text({ maxLength: 256 }),
  DisplayValue: Text({ maxLength: 256 }),
});
