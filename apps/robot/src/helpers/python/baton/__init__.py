"""What a job of Baton can do: its arguments, its log, its stop, its queues and assets.

Standard library only, Python 3.9 or newer. Outside of a job (no BATON_* in the environment) `input()` is
empty, `output()` prints, and logging is Python's own, so a script can be tried at a desk.
"""

from __future__ import annotations

import json
import logging
import os

from . import _job
from ._job import mask, stop_requested

# As `typing` has it. Importing that takes longer than all the rest, and many jobs never need it.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, TypeVar

    from ._attachments import attach, attachments
    from ._orchestrator import OrchestratorError, assets, orchestrator, queue
    from ._services import JobFailed, buckets, processes

    T = TypeVar('T')

__all__ = ['JobFailed', 'OrchestratorError', 'assets', 'attach', 'attachments', 'buckets', 'from_json', 'input',
           'log', 'mask', 'orchestrator', 'output', 'processes', 'queue', 'stop_requested']

_job.log_to_server()

#: The job's logger; every other logger of Python's `logging` arrives as well.
log = logging.getLogger('job')


def input() -> dict[str, Any]:
    """The input arguments, a dict. Whole numbers are exact; fractions are floats, which a parameter that is
    annotated as decimal.Decimal gets with all the digits they were written with."""
    path = os.environ.get('BATON_INPUT')
    if not path:
        return {}
    with open(path, encoding='utf-8') as file:
        arguments: dict[str, Any] = json.load(file, parse_float=_job.WrittenFloat)
        return arguments


def output(arguments: Any) -> None:
    """Sets the output arguments, a dict or a dataclass. The last call before the end counts."""
    value = _job.plain(arguments)
    if not isinstance(value, dict):
        raise TypeError('output arguments are a dict, not ' + type(arguments).__name__)
    path = os.environ.get('BATON_OUTPUT')
    if path:
        _job.write_whole(path, _job.dumps(value))
    else:
        print(_job.dumps(value, indent=2))


def from_json(value: Any, kind: type[T]) -> T:
    """A JSON value, such as the content of a queue item, as the type that is named: a dataclass, a pydantic
    model, an Enum, a date, or a list or dict of them."""
    from ._arguments import from_json as converted

    result: T = converted(value, kind)
    return result


def __getattr__(name: str) -> Any:
    # On first use: what speaks HTTP takes longer to import than all the rest, and many jobs never do.
    if name in ('orchestrator', 'queue', 'assets', 'OrchestratorError'):
        from . import _orchestrator

        return getattr(_orchestrator, name)
    if name in ('attach', 'attachments'):
        from . import _attachments

        return getattr(_attachments, name)
    if name in ('buckets', 'processes', 'JobFailed'):
        from . import _services

        return getattr(_services, name)
    raise AttributeError('module baton has no attribute ' + name)
