"""`python -m baton.run FILE [FUNCTION]`: how the robot starts Python. Without a file it was started ahead, and
waits until descriptor 3 says what to run (start-ahead.ts)."""

import importlib
import importlib.util
import json
import os
import runpy
import sys
import traceback

from . import _job
import baton


def main(path, function=None):
    _job.outlive_sigterm()
    folder = os.path.dirname(os.path.abspath(path))
    sys.argv = [path]
    # As `python FILE` has it, and the package's root, where the official tool looks.
    sys.path[0] = folder
    if os.getcwd() not in sys.path:
        sys.path.insert(1, os.getcwd())
    try:
        if function is None:
            runpy.run_path(path, run_name='__main__')
        else:
            _call(_load(path), function)
    except Exception as error:
        _print_own_part(error)
        sys.exit(1)


def _wait():
    with open(3, encoding='utf-8') as pipe:
        told = pipe.read()
    if not told:
        sys.exit(0)  # nobody needs it any more
    job = json.loads(told)
    os.chdir(job['cwd'])
    for name in set(os.environ) - set(job['env']):
        del os.environ[name]
    os.environ.update(job['env'])
    _job.log_to_server()
    return job['args']


def _load(path):
    name = os.path.splitext(os.path.normpath(path))[0].replace(os.sep, '.')
    if all(part.isidentifier() for part in name.split('.')) and name not in sys.modules:
        return importlib.import_module(name)
    plain = 'job_' + ''.join(c if c.isalnum() else '_' for c in name)
    spec = importlib.util.spec_from_file_location(plain, path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def _call(module, name):
    import inspect

    from ._arguments import as_output, bind

    function = module
    for part in name.split('.'):
        function = getattr(function, part)
    positional, named = bind(function, baton.input())
    result = function(*positional, **named)
    if inspect.isawaitable(result):
        import asyncio

        async def awaited():
            return await result

        result = asyncio.run(awaited())
    arguments = as_output(result)
    if arguments is not None:
        baton.output(arguments)


def _print_own_part(error):
    """The traceback without the frames that led to the job's own code."""
    ours = (__file__, runpy.__file__, importlib.__file__, '<frozen runpy>',
            '<frozen importlib._bootstrap>', '<frozen importlib._bootstrap_external>')
    part = error.__traceback__
    while part is not None and part.tb_frame.f_code.co_filename in ours:
        part = part.tb_next
    traceback.print_exception(type(error), error, part)


if __name__ == '__main__':
    main(*(sys.argv[1:3] or _wait()))
