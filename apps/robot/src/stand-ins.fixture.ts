import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { TestContext } from 'node:test';

/**
 * Files in a new folder that goes with the test: Python packages that a machine may lack, for `PYTHONPATH`.
 */
export function folderOf(context: TestContext, files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'baton-stand-in-'));
  context.after(() => rmSync(folder, { recursive: true, force: true }));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

/**
 * Does with a run what the official tool does: inside of a job all output goes to its log, in its form, and
 * its status to its result. `agent.py` stands for what an agent does: `run(input)` answers the result.
 */
export const OFFICIAL_TOOL = {
  'uipath-2.0.0.dist-info/METADATA': 'Metadata-Version: 2.1\nName: uipath\nVersion: 2.0.0\n',
  'uipath-2.0.0.dist-info/entry_points.txt': '[console_scripts]\nuipath = stand_in_of_uipath:main\n',
  'stand_in_of_uipath.py': `
import argparse, json, logging, os, sys

class Writer:
    def __init__(self, level):
        self.level, self.held = level, ''
    def write(self, text):
        self.held += text
        while '\\n' in self.held:
            line, self.held = self.held.split('\\n', 1)
            if line: logging.getLogger('stdout').log(self.level, line)
    def flush(self): pass

def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('command'); parser.add_argument('entrypoint')
    parser.add_argument('--input-file'); parser.add_argument('--output-file')
    args = parser.parse_args()
    assert os.environ['UIPATH_JOB_KEY'] and os.environ['UIPATH_TRACING_ENABLED'] == 'false'
    config = json.load(open('uipath.json')) if os.path.exists('uipath.json') else {}
    config = config.get('runtime', {})
    folder = config.get('dir', '__uipath')
    os.makedirs(folder, exist_ok=True)
    handler = logging.FileHandler(os.path.join(folder, config.get('logsFile', 'execution.log')), mode='a', encoding='utf8')
    handler.setFormatter(logging.Formatter('[%(asctime)s][%(levelname)s] %(message)s'))
    root = logging.getLogger()
    for other in list(root.handlers): root.removeHandler(other)
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    out, err = sys.stdout, sys.stderr
    sys.stdout, sys.stderr = Writer(logging.INFO), Writer(logging.ERROR)
    sys.path.insert(0, os.getcwd())
    result, code = {}, 0
    try:
        import agent
        result = agent.run(json.load(open(args.input_file)))
    except Exception as error:
        logging.exception('it failed')
        result = {'status': 'faulted', 'output': {}, 'error': {
            'code': 'ERROR_' + type(error).__name__, 'title': 'Runtime error: ' + type(error).__name__,
            'detail': str(error), 'category': 'Unknown', 'status': None}}
        code = 1
    finally:
        handler.close()
        sys.stdout, sys.stderr = out, err
    with open(os.path.join(folder, config.get('outputFile', 'output.json')), 'w') as file:
        json.dump(result, file, indent=2)
    if args.output_file:
        with open(args.output_file, 'w') as file:
            json.dump(result.get('output', {}), file)
    if code: print('failed', file=sys.stderr)
    else: print('Successful execution.')
    return code
`,
};

/**
 * Does what Robot Framework does for a suite, with the same calls in the same order, but has a language of
 * its own: a file has lines `test NAME`, `log LEVEL TEXT`, `both TEXT`, `console TEXT` and `fail TEXT`.
 */
export const ROBOT_FRAMEWORK = {
  'robot/__init__.py': '',
  'robot/__main__.py': `
import argparse, importlib, importlib.util, logging, sys
from types import SimpleNamespace as Record

parser = argparse.ArgumentParser()
for name in ('--console', '--listener', '--outputdir', '--variablefile'): parser.add_argument(name)
parser.add_argument('path')
args = parser.parse_args()
assert args.console == 'quiet'
spec = importlib.util.spec_from_file_location('variables', args.variablefile)
variables = importlib.util.module_from_spec(spec)
spec.loader.exec_module(variables)
values = variables.get_variables()

def complain(level, text): sys.__stderr__.write('[ '); sys.__stderr__.write(level + ' ] ' + text + '\\n')
listener = None

def log(level, text, console=False):
    message = Record(level=level, message=text)
    listener.log_message(message)
    if level in ('WARN', 'ERROR'): complain(level, text)
    elif console: sys.__stdout__.write(text + '\\n')

class Handler(logging.Handler):
    def emit(self, record): log({30: 'WARN'}.get(record.levelno, 'INFO'), self.format(record))

lines = [line.format(**values).split(' ', 1) for line in open(args.path).read().splitlines()]
if not any(word == 'test' for word, *_ in lines):
    complain('ERROR', "Suite contains no tests.")
    sys.exit(252)
complain('WARN', 'The syntax is old.')
listener = importlib.import_module(args.listener)
assert listener.ROBOT_LISTENER_API_VERSION == 3
logging.getLogger().addHandler(Handler())
test, failed = None, 0

def end():
    global failed
    if test:
        failed += test.status == 'FAIL'
        listener.end_test(None, test)

for word, *rest in lines:
    text = rest[0] if rest else ''
    if word == 'test':
        end()
        test = Record(name=text, status='PASS', message='')
    elif word == 'log': log(*text.split(' ', 1))
    elif word == 'both': log('INFO', text, True)
    elif word == 'console': sys.__stdout__.write(text + '\\n')
    elif word == 'python': logging.getLogger('library').warning(text)
    elif word == 'fail':
        log('FAIL', text)
        test.status, test.message = 'FAIL', text
end()
listener.close()
sys.exit(failed)
`,
};
