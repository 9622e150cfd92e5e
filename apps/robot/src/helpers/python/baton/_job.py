"""The files through which a job and its robot speak."""

from __future__ import annotations

import atexit
import json
import logging
import os
import signal
import time

# As `typing` has it; see __init__.py.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Optional

# The robot cuts lines at 65,536 characters, and a record that was cut is no JSON any more.
_MAX_MESSAGE = 60_000
_LEVELS = ((logging.CRITICAL, 'Critical'), (logging.ERROR, 'Error'), (logging.WARNING, 'Warning'),
           (logging.INFO, 'Information'), (logging.DEBUG, 'Trace'), (0, 'Verbose'))
_ORDINARY = set(vars(logging.makeLogRecord({}))) | {'message', 'asctime', 'taskName'}
_stop: dict[str, bool] = {'asked': False, 'acknowledged': False}
_log: dict[str, Optional[int]] = {'file': None}
# What was logged last: in any way, and by Python's `logging`.
_told: dict[str, Optional[str]] = {'last': None, 'by_logging': None}


def stop_requested() -> bool:
    """Whether somebody asked the job to stop. Having been told so, a job that ends well ends as Stopped."""
    path = os.environ.get('BATON_STOP')
    if not (_stop['asked'] or (path and os.path.exists(path))):
        return False
    if not _stop['acknowledged']:
        _stop['acknowledged'] = True
        beside = os.environ.get('BATON_OUTPUT')
        if beside:
            write_whole(os.path.join(os.path.dirname(beside), 'stopped.json'), '{"stopped": true}')
    return True


def outlive_sigterm() -> None:
    """A soft stop is a question: without this, Python would end at once."""
    def asked(_signal: int, _frame: Any) -> None:
        _stop['asked'] = True

    try:
        signal.signal(signal.SIGTERM, asked)
    except (ValueError, OSError):
        return  # not in the main thread
    # Python takes its handlers away while it ends: asked then, a job that has done its work would seem stopped.
    atexit.register(signal.signal, signal.SIGTERM, signal.SIG_IGN)


class WrittenFloat(float):
    """A float that remembers how it was written; for `parse_float`. Anything computed from it is a plain
    float."""

    __slots__ = ('text',)
    text: str

    def __new__(cls, text: str) -> WrittenFloat:
        self = super().__new__(cls, text)
        self.text = text
        return self

    def __reduce__(self) -> tuple[type[WrittenFloat], tuple[str]]:
        return WrittenFloat, (self.text,)


def dumps(value: Any, **more: Any) -> str:
    """JSON in which floats that were read and not changed keep all their digits. Python's own writer knows no
    way to say so, so texts that occur nowhere else stand in for them until it is done."""
    numbers: list[str] = []
    mark = os.urandom(16).hex()

    def prepared(part: Any) -> Any:
        if isinstance(part, WrittenFloat):
            numbers.append(part.text)
            return mark + str(len(numbers) - 1)
        if isinstance(part, dict):
            return {key: prepared(content) for key, content in part.items()}
        if isinstance(part, (list, tuple)):
            return [prepared(item) for item in part]
        return part

    pieces = json.dumps(prepared(value), **more).split('"' + mark)
    for index, piece in enumerate(pieces[1:], 1):
        number, rest = piece.split('"', 1)
        pieces[index] = numbers[int(number)] + rest
    return ''.join(pieces)


def plain(value: Any) -> Any:
    """A value as JSON has it: a dict for a dataclass, a text for a date."""
    from ._arguments import to_json

    return to_json(value)


def write_whole(path: str, text: str) -> None:
    temporary = '%s.%d.tmp' % (path, os.getpid())
    with open(temporary, 'w', encoding='utf-8') as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    os.replace(temporary, path)


def tell_fault(text: str) -> None:
    """Why the job is faulted, for its Info; whatever the exit code."""
    beside = os.environ.get('BATON_OUTPUT')
    if beside:
        write_whole(os.path.join(os.path.dirname(beside), 'fault.json'), json.dumps({'fault': text}))


def append(record: dict[str, Any]) -> None:
    """Appends a record to BATON_LOG, which has to be there. One write: those of several processes do not
    mix."""
    file = _log['file']
    if file is None:
        file = _log['file'] = os.open(os.environ['BATON_LOG'], os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    os.write(file, (dumps(record, default=str) + '\n').encode('utf-8'))


# Escaped, so many characters are shorter than the longest line that the robot takes.
_MAX_MASK = 10_000


def mask(secret: str) -> None:
    """From here on, the job's log shows *** in the place of this text. Texts of less than four characters
    stay."""
    if os.environ.get('BATON_LOG') and secret:
        for start in range(0, len(secret), _MAX_MASK):
            append({'mask': secret[start:start + _MAX_MASK]})


def write_log(level: str, message: str, created: Optional[float] = None,
              fields: Optional[dict[str, Any]] = None) -> None:
    """Writes a line of the job's log; `created` are seconds since 1970."""
    _told['last'] = message
    if len(message) > _MAX_MESSAGE:
        message = '%s ... [%d characters cut]' % (message[:_MAX_MESSAGE], len(message) - _MAX_MESSAGE)
    milliseconds = int((time.time() if created is None else created) * 1000)
    line: dict[str, Any] = {
        'level': level,
        'message': message,
        'timeStamp': time.strftime('%Y-%m-%dT%H:%M:%S', time.gmtime(milliseconds // 1000))
        + '.%03dZ' % (milliseconds % 1000),
    }
    if fields:
        line['fields'] = fields
    append(line)


def was_told(message: str, how: str = 'last') -> bool:
    """Whether this was the last line of the log; once. For what is told again in another way."""
    is_last = _told[how] == message
    if is_last:
        _told[how] = None
    return is_last


class _ServerLog(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        try:
            level = next(name for number, name in _LEVELS if record.levelno >= number)
            fields = {name: value for name, value in vars(record).items() if name not in _ORDINARY}
            message = self.format(record)
            write_log(level, message, record.created, fields)
            _told['by_logging'] = message
        except Exception:
            self.handleError(record)


def log_to_server() -> None:
    root = logging.getLogger()
    if not os.environ.get('BATON_LOG') or any(isinstance(handler, _ServerLog) for handler in root.handlers):
        return
    root.addHandler(_ServerLog())
    root.setLevel(os.environ.get('BATON_LOG_LEVEL', 'INFO').upper())
