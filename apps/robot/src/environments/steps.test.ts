import assert from 'node:assert/strict';
import { join } from 'node:path';
import test from 'node:test';
import { nodeSteps, runsScripts } from './node-steps.ts';
import { pythonOf, pythonSteps } from './python-steps.ts';
import type { NodeWanted, PythonWanted } from './wanted.ts';

// uv is not on every machine that runs these tests, so only its command lines are looked at here.
const base: PythonWanted = {
  kind: 'python',
  source: 'uv.lock',
  files: ['uv.lock', 'pyproject.toml'],
  lines: ['acme'],
  constraints: ['acme==1.0'],
  elsewhere: [],
  hasWheels: false,
  seesMachine: false,
  digest: '',
};
const interpreter = {
  path: '/usr/bin/python3.11',
  version: '3.11.7',
  platform: 'linux',
  pip: '23.2',
  hasEnsurepip: true,
};
const folder = join('/data', 'environments', 'x');
const lines = (
  wanted: Partial<PythonWanted>,
  more: Partial<typeof interpreter> | object = {},
  uv: string | null = null,
) =>
  pythonSteps({ ...base, ...wanted }, folder, { ...interpreter, ...more }, uv).map(({ args }) =>
    args.join(' '),
  );

test('with uv: a lock file is installed by it; wheels of the package by its pip', () => {
  const python = pythonOf(folder);
  const [venv, sync] = lines({}, {}, '/bin/uv');
  assert.equal(venv, `-m venv --without-pip ${join(folder, 'venv')}`);
  assert.equal(sync, `sync --frozen --no-dev --no-editable --python ${python} --no-install-project`);
  const steps = pythonSteps(base, folder, interpreter, '/bin/uv');
  assert.deepEqual(steps[1]?.env, { UV_PROJECT_ENVIRONMENT: join(folder, 'venv') });
  assert.equal(
    lines({ hasWheels: true }, {}, '/bin/uv')[1],
    `pip install --python ${python} --no-index --find-links wheels -c .baton-constraints.txt -r .baton-requirements.txt`,
  );
  assert.equal(
    lines({ source: 'pyproject.toml', constraints: [] }, {}, '/bin/uv')[1],
    `pip install --python ${python} -r pyproject.toml`,
  );
});

test('without uv: the pip of the machine, else the one that comes with Python, else a sentence', () => {
  const python = pythonOf(folder);
  const own = { source: 'requirements.txt', lines: null, constraints: [] };
  assert.equal(lines(own)[1], `-m pip --python ${python} install --prefer-binary -r requirements.txt`);
  assert.equal(
    lines({})[1],
    `-m pip --python ${python} install --prefer-binary -c .baton-constraints.txt -r .baton-requirements.txt`,
  );
  assert.deepEqual(lines(own, { pip: '20.3.4' }), [
    `-m venv ${join(folder, 'venv')}`,
    '-m pip install --prefer-binary -r requirements.txt',
  ]);
  assert.equal(
    lines({ ...own, seesMachine: true })[0],
    `-m venv --without-pip --system-site-packages ${join(folder, 'venv')}`,
  );
  assert.throws(
    () => lines(own, { pip: null, hasEnsurepip: false }),
    /neither pip 22\.3 or newer nor the module ensurepip, and there is no uv/,
  );
  assert.throws(
    () => lines({ elsewhere: ['ours'] }),
    /uv\.lock takes ours from elsewhere than a package index, which needs uv/,
  );
});

test('npm: scripts of packages run only where the machine says so', () => {
  const wanted: NodeWanted = {
    kind: 'node',
    source: 'package-lock.json',
    files: [],
    manifest: '{}',
    lock: '{}',
    withScripts: [],
    digest: '',
  };
  const npm = { program: '/bin/node', args: ['/lib/npm-cli.js'] };
  const line = (lock: string | null, scripts: boolean) =>
    nodeSteps({ ...wanted, lock }, npm, scripts)[0]?.args.join(' ');
  assert.equal(line('{}', false), '/lib/npm-cli.js ci --omit=dev --ignore-scripts=true');
  assert.equal(
    line(null, true),
    '/lib/npm-cli.js install --no-package-lock --omit=dev --ignore-scripts=false',
  );
  assert.deepEqual(
    [{}, { NPM_CONFIG_IGNORE_SCRIPTS: 'false' }, { npm_config_ignore_scripts: 'true' }].map(runsScripts),
    [false, true, false],
  );
});
