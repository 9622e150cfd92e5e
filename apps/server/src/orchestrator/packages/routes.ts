import { handle, type Route } from '../../kernel/http/mount.ts';
import {
  deleteLibrary,
  deletePackage,
  downloadLibrary,
  downloadPackage,
  FeedPurpose,
  getArguments,
  getEntryPoints,
  getFeeds,
  getFolderFeed,
  getLibraries,
  getLibraryFeeds,
  getLibraryVersions,
  getMainEntryPoint,
  getPackages,
  getPackageVersions,
  Library,
  Package,
  setArguments,
  uploadLibrary,
  uploadPackage,
} from './contract.ts';
import { deletePackages } from './delete-packages.ts';
import { download } from './download-package.ts';
import { folderFeed, libraryFeeds, processFeeds } from './list-feeds.ts';
import {
  entryPoints,
  latestVersions,
  mainEntryPoint,
  packageArguments,
  versionsOf,
} from './list-packages.ts';
import { describeArguments } from './set-arguments.ts';
import { uploadPackages } from './upload-packages.ts';

const { Processes, Libraries } = FeedPurpose;

export const packagesRoutes: readonly Route[] = [
  handle(getPackages, (ctx, input) => latestVersions(ctx, Package, input)),
  handle(getPackageVersions, (ctx, input) => versionsOf(ctx, Package, input.processId, input)),
  handle(getArguments, packageArguments),
  handle(getMainEntryPoint, mainEntryPoint),
  handle(getEntryPoints, entryPoints),
  handle(downloadPackage, (ctx, input) => download(ctx, Processes, input)),
  handle(uploadPackage, (ctx, input) => uploadPackages(ctx, uploadPackage, Processes, input)),
  handle(setArguments, describeArguments),
  handle(deletePackage, (ctx, input) => deletePackages(ctx, Processes, input)),

  handle(getLibraries, (ctx, input) => latestVersions(ctx, Library, input)),
  handle(getLibraryVersions, (ctx, input) => versionsOf(ctx, Library, input.packageId, input)),
  handle(downloadLibrary, (ctx, input) => download(ctx, Libraries, input)),
  handle(uploadLibrary, (ctx, input) => uploadPackages(ctx, uploadLibrary, Libraries, input)),
  handle(deleteLibrary, (ctx, input) => deletePackages(ctx, Libraries, input)),

  handle(getFolderFeed, folderFeed),
  handle(getFeeds, processFeeds),
  handle(getLibraryFeeds, libraryFeeds),
];
