import { handle, type Route } from '../../kernel/http/mount.ts';
import {
  createAsset,
  deleteAsset,
  getAsset,
  getAssets,
  getAssetsAcrossFolders,
  getFilteredAssets,
  getFoldersForAsset,
  getRobotAsset,
  getRobotAssetByNameForRobotKey,
  getRobotAssetByRobotId,
  putAsset,
  setRobotAssetByRobotKey,
  shareAssets,
} from './contract.ts';
import { listAcrossFolders, listAssets, listPlain, showAsset } from './read-assets.ts';
import { readForRobot, robotCalled, writeForRobot } from './robot-asset.ts';
import { sharedAssets } from './share-assets.ts';
import { create, remove, update } from './write-asset.ts';

export const assetsRoutes: readonly Route[] = [
  handle(getAssets, listPlain),
  handle(getFilteredAssets, (ctx) => listAssets(ctx)),
  handle(getAssetsAcrossFolders, listAcrossFolders),
  handle(createAsset, create),
  handle(getAsset, (ctx, { key }) => showAsset(ctx, key)),
  handle(putAsset, update),
  handle(deleteAsset, remove),
  handle(getFoldersForAsset, (ctx, { id }) => sharedAssets.foldersOf(ctx, id)),
  handle(shareAssets, (ctx, { body }) => sharedAssets.share(ctx, body.AssetIds, body)),
  handle(getRobotAsset, (ctx, { robotId, assetName }) => readForRobot(ctx, robotCalled(robotId), assetName)),
  handle(getRobotAssetByRobotId, (ctx, { robotId, assetName }) =>
    readForRobot(ctx, { id: robotId }, assetName),
  ),
  handle(getRobotAssetByNameForRobotKey, (ctx, { body }) =>
    readForRobot(ctx, { key: body.robotKey }, body.assetName),
  ),
  handle(setRobotAssetByRobotKey, writeForRobot),
];
