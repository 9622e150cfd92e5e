import { createHash } from 'node:crypto';
import type { PackageToWrite } from './package-to-write.ts';

/**
 * The parts beside the content that make a zip file a NuGet package: manifest, relations,
 * content types, properties.
 */
export type Part = { readonly path: string; readonly content: string };

const NUSPEC_NAMESPACE = 'http://schemas.microsoft.com/packaging/2013/05/nuspec.xsd';

/** The parts in the order of NuGet's own packer. All names and ids derive from id and version. */
export function packageParts(of: PackageToWrite, contentPaths: readonly string[]): Part[] {
  const name = createHash('sha1').update(`${of.id}/${of.version}`).digest('hex').slice(0, 32);
  const nuspec = `${of.id}.nuspec`;
  const properties = `package/services/metadata/core-properties/${name}.psmdcp`;
  return [
    { path: '_rels/.rels', content: relations(nuspec, properties) },
    { path: nuspec, content: manifest(of) },
    { path: '[Content_Types].xml', content: contentTypes([nuspec, properties, ...contentPaths]) },
    { path: properties, content: coreProperties(of) },
  ];
}

function manifest(of: PackageToWrite): string {
  const fields: readonly (readonly [string, string | null | undefined])[] = [
    ['id', of.id],
    ['version', of.version],
    ['title', of.title ?? of.id],
    // NuGet's clients refuse a package without authors or description.
    ['authors', of.authors || of.id],
    ['requireLicenseAcceptance', 'false'],
    ['licenseUrl', of.licenseUrl],
    ['projectUrl', of.projectUrl],
    ['description', of.description || of.title || of.id],
    ['releaseNotes', of.releaseNotes],
    ['tags', of.tags],
  ];
  const lines = fields.flatMap(([name, value]) =>
    value ? [`    <${name}>${escapeXml(value)}</${name}>`] : [],
  );
  return xml(
    `<package xmlns="${NUSPEC_NAMESPACE}">`,
    '  <metadata>',
    ...lines,
    '  </metadata>',
    '</package>',
  );
}

function relations(nuspec: string, properties: string): string {
  const types = [
    ['http://schemas.microsoft.com/packaging/2010/07/manifest', nuspec],
    ['http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties', properties],
  ] as const;
  const lines = types.map(([type, target]) => {
    const id = `R${createHash('sha1').update(target).digest('hex').slice(0, 16).toUpperCase()}`;
    return `  <Relationship Type="${type}" Target="${escapeXml(`/${encodeURI(target)}`)}" Id="${id}" />`;
  });
  const open = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">';
  return xml(open, ...lines, '</Relationships>');
}

function contentTypes(paths: readonly string[]): string {
  const types = new Map([
    ['rels', 'application/vnd.openxmlformats-package.relationships+xml'],
    ['psmdcp', 'application/vnd.openxmlformats-package.core-properties+xml'],
  ]);
  const overrides: string[] = [];
  for (const path of paths) {
    const extension = /[^/]\.([^./]+)$/.exec(path)?.[1]?.toLowerCase();
    if (extension === undefined) overrides.push(path);
    else if (!types.has(extension)) types.set(extension, 'application/octet');
  }
  return xml(
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">',
    ...[...types].map(
      ([extension, type]) => `  <Default Extension="${escapeXml(extension)}" ContentType="${type}" />`,
    ),
    ...overrides.map(
      (path) =>
        `  <Override PartName="${escapeXml(`/${encodeURI(path)}`)}" ContentType="application/octet" />`,
    ),
    '</Types>',
  );
}

function coreProperties(of: PackageToWrite): string {
  return xml(
    '<coreProperties xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" ' +
      'xmlns="http://schemas.openxmlformats.org/package/2006/metadata/core-properties">',
    `  <dc:creator>${escapeXml(of.authors || of.id)}</dc:creator>`,
    `  <dc:description>${escapeXml(of.description || of.title || of.id)}</dc:description>`,
    `  <dc:identifier>${escapeXml(of.id)}</dc:identifier>`,
    `  <version>${escapeXml(of.version)}</version>`,
    `  <keywords>${escapeXml(of.tags ?? '')}</keywords>`,
    '  <lastModifiedBy>Baton</lastModifiedBy>',
    '</coreProperties>',
  );
}

function xml(...lines: string[]): string {
  return `\uFEFF<?xml version="1.0" encoding="utf-8"?>\n${lines.join('\n')}\n`;
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** Escapes a text. Characters that XML 1.0 cannot hold become blanks. */
function escapeXml(text: string): string {
  const valid = text.toWellFormed().replace(/[^\t\n\r\x20-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, ' ');
  return valid.replace(/[&<>"]/g, (letter) => ENTITIES[letter] ?? letter).replaceAll('\r', '&#13;');
}
