"""Files in buckets, and other processes."""

from __future__ import annotations

import json
import time
import urllib.parse
from typing import Any, Dict, Iterator, List, Optional, Union

from . import _job
from ._orchestrator import Orchestrator, orchestrator
from .types import Job

_FINAL = ('Successful', 'Faulted', 'Stopped')
_FIRST_LOOK_SECONDS = 0.5
_LAST_LOOK_SECONDS = 5.0
_TEXT = 'text/plain; charset=utf-8'
_BYTES = 'application/octet-stream'


class JobFailed(Exception):
    """A job that `processes.run` waited for did not end as Successful; `job` is all that is known of it."""

    def __init__(self, job: Job) -> None:
        why = job.get('Info') or 'no reason is known'
        super().__init__('Job %s is %s: %s' % (job.get('Key'), job.get('State'), why))
        self.job = job


class Buckets:
    """Storage buckets of the folder. A path may begin with a slash; those that `list` returns do."""

    def __init__(self, client: Orchestrator) -> None:
        self._client = client

    def list(self, bucket: str, directory: str = '/') -> List[str]:
        """The paths of all files in a directory and in those below it."""
        query = 'GetFiles?recursive=true&directory=' + _quote(directory)
        return [file['FullPath'] for file in self._pages(self._path(bucket) + query)]

    def read(self, bucket: str, path: str) -> bytes:
        """The content of a file, as bytes."""
        return self._transfer(bucket, 'GetReadUri', path, None)

    def write(self, bucket: str, path: str, content: Union[str, bytes], content_type: Optional[str] = None) -> None:
        """Writes a file; `content` is bytes, or a text, which is written as UTF-8. Without a type it is
        text/plain or application/octet-stream."""
        content_type = content_type or (_TEXT if isinstance(content, str) else _BYTES)
        data = content.encode('utf-8') if isinstance(content, str) else content
        self._transfer(bucket, 'GetWriteUri', path, data, content_type)

    def delete(self, bucket: str, path: str) -> None:
        self._client.delete(self._path(bucket) + 'DeleteFile?path=' + _quote(path))

    def _path(self, bucket: str) -> str:
        found = self._client.get('/odata/Buckets?$select=Id&$filter=Name eq ' + _text(bucket))['value']
        if not found:
            raise LookupError('There is no bucket %s in this folder, or this job may not see it' % bucket)
        return '/odata/Buckets(%d)/UiPath.Server.Configuration.OData.' % found[0]['Id']

    def _pages(self, path: str) -> Iterator[Dict[str, Any]]:
        skipped = 0
        while True:
            page = self._client.get('%s&$skip=%d' % (path, skipped))['value']
            yield from page
            skipped += len(page)
            if not page:
                return

    def _transfer(self, bucket: str, operation: str, path: str, data: Optional[bytes],
                  content_type: Optional[str] = None) -> bytes:
        query = operation + '?path=' + _quote(path)
        if content_type:
            query += '&contentType=' + _quote(content_type)
        access = self._client.get(self._path(bucket) + query)
        said = access.get('Headers') or {}
        headers = dict(zip(said.get('Keys') or [], said.get('Values') or []))
        if access.get('RequiresAuth'):
            headers['Authorization'] = self._client.headers()['Authorization']
        if data is not None:
            headers.setdefault('Content-Type', content_type)
        answer: bytes = self._client.exchange(access.get('Verb') or 'GET', access['Uri'], data, headers)
        return answer


class Processes:
    """Other processes of the folder."""

    def __init__(self, client: Orchestrator) -> None:
        self._client = client

    def start(self, name: str, arguments: Any = None) -> Job:
        """Starts a job of a process and returns it, without waiting for its end."""
        path = '/odata/Releases?$select=Key&$filter=Name eq ' + _text(name)
        found = self._client.get(path)['value']
        if not found:
            raise LookupError('There is no process %s in this folder, or this job may not see it' % name)
        info = {'ReleaseKey': found[0]['Key'], 'Strategy': 'ModernJobsCount', 'JobsCount': 1}
        if arguments is not None:
            info['InputArguments'] = _job.dumps(_job.plain(arguments))
        path = '/odata/Jobs/UiPath.Server.Configuration.OData.StartJobs'
        started: Job = self._client.post(path, {'startInfo': info})['value'][0]
        return started

    def run(self, name: str, arguments: Any = None, timeout: Optional[float] = None) -> Dict[str, Any]:
        """Runs a job of a process to its end and returns its output arguments, a dict. Raises JobFailed if it
        ends as Faulted or Stopped, and TimeoutError after `timeout` seconds; the other job then goes on."""
        job = self.start(name, arguments)
        begun = time.monotonic()
        wait = _FIRST_LOOK_SECONDS
        while job['State'] not in _FINAL:
            left = wait if timeout is None else begun + timeout - time.monotonic()
            if left <= 0:
                raise TimeoutError('Job %s is %s after %s seconds' % (job['Key'], job['State'], timeout))
            time.sleep(min(wait, left))
            wait = min(wait * 1.5, _LAST_LOOK_SECONDS)
            job = self._client.get('/odata/Jobs(%d)' % job['Id'])
        if job['State'] != 'Successful':
            raise JobFailed(job)
        output: Dict[str, Any] = json.loads(job.get('OutputArguments') or '{}', parse_float=_job.WrittenFloat)
        return output


def _quote(value: str) -> str:
    return urllib.parse.quote(value, safe='')


def _text(value: str) -> str:
    return _quote("'%s'" % value.replace("'", "''"))


buckets = Buckets(orchestrator)
processes = Processes(orchestrator)
