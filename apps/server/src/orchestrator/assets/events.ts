import { Guid, Text } from '../../kernel/contract/fields.ts';
import { event, subject } from '../../kernel/events/event.ts';
import { ofShared } from '../folders/events.ts';

const ASSET = subject({
  entity: 'Asset',
  key: 'key',
  reading: { scope: 'OR.Assets', inFolder: 'Assets.View' },
});

/** The payload never holds a value. */
const payload = { ...ofShared, key: Guid({ required: true }), valueType: Text() };

export const assetCreated = event({ type: 'asset.created', of: ASSET, payload });
export const assetUpdated = event({ type: 'asset.updated', of: ASSET, payload });
export const assetDeleted = event({ type: 'asset.deleted', of: ASSET, payload });

export const assetEvents = [assetCreated, assetUpdated, assetDeleted] as const;
