import { crc32, deflateRawSync } from 'node:zlib';

/** An entry of a handmade zip. A test can set everything that an attacker would falsify. */
export type ZipEntry = {
  readonly name: string | Uint8Array;
  readonly content?: string | Uint8Array;
  readonly flags?: number;
  readonly method?: number;
  /** Unix mode with its file type, e.g. 0o120777 for a link. */
  readonly mode?: number;
  readonly attributes?: number;
  readonly declaredSize?: number;
  readonly crc?: number;
};

/** Independent of yazl, so that tests cover more than what the writer and the reader agree on. */
export function zip(entries: readonly ZipEntry[], options: { comment?: string } = {}): Buffer {
  const locals: Buffer[] = [];
  const central: Buffer[] = [];
  let offset = 0;
  for (const entry of entries) {
    const name = Buffer.from(entry.name);
    const content = Buffer.from(entry.content ?? '');
    const method = entry.method ?? 8;
    const packed = method === 8 ? deflateRawSync(content) : content;
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(entry.flags ?? 0x800, 2);
    common.writeUInt16LE(method, 4);
    common.writeUInt32LE(0x00210000, 6);
    common.writeUInt32LE(entry.crc ?? crc32(content), 10);
    common.writeUInt32LE(packed.length, 14);
    common.writeUInt32LE(entry.declaredSize ?? content.length, 18);
    common.writeUInt16LE(name.length, 22);
    locals.push(Buffer.from('PK\x03\x04'), common, name, packed);

    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(entry.attributes ?? ((entry.mode ?? 0o100644) << 16) >>> 0, 6);
    tail.writeUInt32LE(offset, 10);
    central.push(Buffer.from('PK\x01\x02\x14\x03', 'latin1'), common, tail, name);
    offset += 30 + name.length + packed.length;
  }
  const directory = Buffer.concat(central);
  const comment = Buffer.from(options.comment ?? '');
  const end = Buffer.alloc(18);
  end.writeUInt16LE(entries.length, 4);
  end.writeUInt16LE(entries.length, 6);
  end.writeUInt32LE(directory.length, 8);
  end.writeUInt32LE(offset, 12);
  end.writeUInt16LE(comment.length, 16);
  return Buffer.concat([...locals, directory, Buffer.from('PK\x05\x06'), end, comment]);
}

export const nuspec = (id = 'Sample', version = '1.0.0', more = '') =>
  '<?xml version="1.0"?>' +
  '<package xmlns="http://schemas.microsoft.com/packaging/2011/08/nuspec.xsd"><metadata>' +
  `<id>${id}</id><version>${version}</version><authors>Ada</authors>` +
  `<description>A sample</description>${more}</metadata></package>`;

const json = (value: unknown) => JSON.stringify(value, null, 4);

/**
 * A package laid out like those of the official Python packer: `./package/...`, four JSON files,
 * the project's files.
 */
export function pythonToolEntries(): ZipEntry[] {
  const person = {
    type: 'object',
    properties: { name: { type: 'string' }, age: { type: 'integer', default: 3 } },
  };
  return [
    { name: './package/services/metadata/core-properties/0a1b.psmdcp', content: '<coreProperties/>' },
    { name: '[Content_Types].xml', content: '<Types/>' },
    {
      name: 'content/package-descriptor.json',
      content: json({ files: { 'operate.json': 'content/operate.json' } }),
    },
    {
      name: 'content/operate.json',
      content: json({
        projectId: '6f1e5f4e-9f1d-4f57-8a54-3f5d6c7b8a90',
        main: 'greet',
        contentType: 'function',
        targetFramework: 'Portable',
        targetRuntime: 'python',
        runtimeOptions: { requiresUserInteraction: false, isAttended: false },
      }),
    },
    {
      name: 'content/entry-points.json',
      content: json({
        $id: 'entry-points.json',
        entryPoints: [
          {
            filePath: 'greet',
            uniqueId: 'D3FDFADF-469D-408A-89BB-9F3202467632',
            type: 'function',
            input: { ...person, required: ['name'] },
            output: { type: 'object', properties: { greeting: { type: 'string' } } },
            graph: { nodes: [], edges: [] },
          },
        ],
      }),
    },
    {
      name: 'content/bindings_v2.json',
      content: json({ version: '2.0', resources: [{ resource: 'asset' }] }),
    },
    { name: 'greeter.nuspec', content: nuspec('greeter', '0.1') },
    { name: '_rels/.rels', content: '<Relationships/>' },
    { name: 'content/uipath.json', content: json({ functions: { greet: 'src/greeter.py:greet_person' } }) },
    { name: 'content/src/greeter.py', content: 'def greet_person(input):\n    return {}\n', mode: 0o600 },
    {
      name: 'content/pyproject.toml',
      content:
        '[project]\nname = "greeter"\n' +
        'requires-python = ">=3.11"\ndependencies = [\n  "uipath>=2.1", # sdk\n]\n',
    },
  ];
}
