import { type SaxesAttributeNS, SaxesParser, type SaxesTagNS } from 'saxes';
import { InvalidPackage } from './invalid-package.ts';
import { normalizeVersion } from './version.ts';

/** The manifest of a package. Absent texts are null; `version` is in NuGet's normal form. */
export type Nuspec = {
  readonly id: string;
  readonly version: string;
  readonly title: string | null;
  readonly description: string | null;
  readonly authors: string | null;
  readonly owners: string | null;
  readonly summary: string | null;
  readonly releaseNotes: string | null;
  readonly tags: string | null;
  readonly projectUrl: string | null;
  readonly licenseUrl: string | null;
  readonly iconUrl: string | null;
};

/**
 * Reads `<id>.nuspec`. Its namespace has had six names over the years and tools disagree, so only local names
 * count. Document types and entities are refused. No packer writes them, and attacks use them to read files
 * and to exhaust memory.
 */
export function parseNuspec(xml: string, file: string): Nuspec {
  const fields = metadataFields(xml, file);
  const text = (name: string) => fields.get(name)?.trim() || null;
  const required = (name: string) => {
    const value = text(name);
    if (value !== null) return value;
    throw new InvalidPackage('PackageMetadataValidation', `${file}: ${name}`, 'is missing');
  };
  return {
    id: validPackageId(required('id'), `${file}: id`),
    version: normalizeVersion(required('version')),
    title: text('title'),
    description: text('description'),
    authors: text('authors'),
    owners: text('owners'),
    summary: text('summary'),
    releaseNotes: text('releaseNotes'),
    tags: text('tags'),
    projectUrl: text('projectUrl'),
    licenseUrl: text('licenseUrl'),
    iconUrl: text('iconUrl'),
  };
}

/**
 * NuGet allows at most 100 characters. It forbids blanks inside, but these pass, because the official Python
 * packer takes the project's name as it is. A `:` would break `Id:Version`, the key of a package. The other
 * refused characters would break file names.
 */
export function validPackageId(id: string, field: string): string {
  const refuse = (problem: string) => new InvalidPackage('PackageMetadataValidation', field, problem);
  if (id.length > 100) throw refuse('is longer than 100 characters');
  if (!/^[\p{L}\p{N}_](?:[\p{L}\p{M}\p{N}_ .\-+()@]*[\p{L}\p{M}\p{N}_)])?$/u.test(id) || id.includes('..')) {
    throw refuse(`'${id}' is not a package id: letters, digits, _ and - . between them`);
  }
  return id;
}

/** Texts of `package/metadata/*`, by element name. */
function metadataFields(xml: string, file: string): Map<string, string> {
  const fields = new Map<string, string>();
  const open: string[] = [];
  const refuse = (problem: string, cause?: unknown) =>
    new InvalidPackage('PackageMetadataExtract', file, problem, { cause });
  const parser = new SaxesParser({ xmlns: true, position: false });
  const isField = () => open.length === 3 && open[0] === 'package' && open[1] === 'metadata';
  const addText = (text: string) => {
    const name = open[2];
    if (isField() && name !== undefined) fields.set(name, (fields.get(name) ?? '') + text);
  };

  parser.on('doctype', () => {
    throw refuse('has a document type, which is not allowed');
  });
  parser.on('opentag', (tag: SaxesTagNS & { attributes: Record<string, SaxesAttributeNS> }) => {
    open.push(tag.local);
    if (open.length > 32) throw refuse('is nested too deep');
    if (isField()) {
      if (fields.has(tag.local)) throw refuse(`has two elements ${tag.local}`);
      fields.set(tag.local, '');
    }
  });
  parser.on('closetag', () => {
    open.pop();
  });
  parser.on('text', addText);
  parser.on('cdata', addText);
  parser.on('error', (cause) => {
    throw refuse('is not well-formed XML', cause);
  });
  parser.write(xml).close();
  return fields;
}
