"""`python -m baton.robot_framework ARGUMENTS`: how the robot starts Robot Framework.

Its own report on the console would repeat what the listener tells, so only warnings and errors are let
through, as what they are: some come before a listener is there.
"""

import runpy
import sys

from . import _job

_OPTIONS = ['--console', 'quiet', '--listener', 'baton.robot_listener']
_LEVELS = {'[ WARN ] ': 'Warning', '[ ERROR ] ': 'Error'}
# From here on, the exit code is no number of failed tests.
_NOT_RUN = 251
_errors = []


class _Stream:
    """One of the two streams that Robot Framework takes for the console."""

    def __init__(self, stream):
        self._stream = stream
        self._held = ''

    def write(self, text):
        self._held += text
        if self._held.endswith('\n'):
            held, self._held = self._held, ''
            self._tell(held)
        return len(text)

    def _tell(self, text):
        for head, level in _LEVELS.items():
            if text.startswith(head):
                message = text[len(head):-1]
                if level == 'Error':
                    _errors.append(message)
                if not _job.was_told(message):
                    _job.write_log(level, message)
                return
        # `Log  text  console=True` has arrived as a message.
        if not _job.was_told(text[:-1]):
            self._stream.write(text)

    def flush(self):
        self._stream.write(self._held)
        self._held = ''
        self._stream.flush()

    def __getattr__(self, name):
        return getattr(self._stream, name)


def main(arguments):
    sys.__stdout__ = _Stream(sys.stdout)
    sys.__stderr__ = _Stream(sys.stderr)
    sys.argv = ['robot', *_OPTIONS, *arguments]
    try:
        import robot
    except ImportError:
        print('This entry point needs the Python package "robotframework", which is not installed for',
              sys.executable, file=sys.stderr)
        return 1
    code = 0
    try:
        runpy.run_module('robot', run_name='__main__', alter_sys=True)
    except SystemExit as ended:
        code = ended.code or 0
    if code and _job.stop_requested():
        return 143  # it has ended its tests because somebody asked
    if isinstance(code, int) and code >= _NOT_RUN and _errors:
        _job.tell_fault(_errors[-1])
    return code


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
