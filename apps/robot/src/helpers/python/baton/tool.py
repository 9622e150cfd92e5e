"""`python -m baton.tool ARGUMENTS`: the official `uipath` command, for what only that understands."""

import sys
from importlib import metadata

from . import _job


def main(arguments):
    _job.outlive_sigterm()
    scripts = metadata.entry_points()
    group = 'console_scripts'
    scripts = scripts.select(group=group) if hasattr(scripts, 'select') else scripts[group]
    for script in scripts:
        if script.name == 'uipath':
            sys.argv = ['uipath', *arguments]
            return script.load()()
    print('This entry point needs the Python package "uipath", which is not installed for', sys.executable,
          file=sys.stderr)
    return 1


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
