"""Listener of Robot Framework: what is logged, and which tests fail, for the job."""

from . import _job

ROBOT_LISTENER_API_VERSION = 3

_LEVELS = {'FAIL': 'Error', 'ERROR': 'Error', 'WARN': 'Warning', 'DEBUG': 'Trace', 'TRACE': 'Verbose'}
_tests = {'all': 0, 'failed': []}


def log_message(message):
    # What a library logs by Python's `logging` has arrived with its fields by the handler of this module.
    if not _job.was_told(message.message, 'by_logging'):
        _job.write_log(_LEVELS.get(message.level, 'Information'), message.message)


def end_test(data, result):
    _tests['all'] += 1
    if result.status == 'FAIL':
        _tests['failed'].append((result.name, result.message))
    _job.write_log('Error' if result.status == 'FAIL' else 'Information', '%s: %s' % (result.name, result.status))


def close():
    failed = _tests['failed']
    if failed:
        lines = ['%s: %s' % (name, (message or '').split('\n', 1)[0]) for name, message in failed]
        count = '%d of %d' % (len(failed), _tests['all'])
        _job.tell_fault('%s %s failed\n%s' % (count, 'test' if _tests['all'] == 1 else 'tests', '\n'.join(lines)))
