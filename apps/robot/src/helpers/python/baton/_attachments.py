"""Files of the job: from the disk and to the disk, whatever their size."""

from __future__ import annotations

import http.client
import mimetypes
import os
import re
import urllib.error
import urllib.parse
import urllib.request
from typing import Any, Callable, Dict, Iterator, List, Optional, Tuple, Union

from ._orchestrator import Orchestrator, OrchestratorError, _trusting_opener, orchestrator
from .types import JobFile

_Path = Union[str, 'os.PathLike[str]']

# Moving, an upload may take any time; standing still for so long, it is given up.
_TIMEOUT_SECONDS = 120
_CHUNK_BYTES = 2 ** 20


def attach(path: _Path, name: Optional[str] = None, category: Optional[str] = None) -> str:
    """Makes a file one of the files of this job, and returns the attachment's id. `name` is what people see,
    by default the file's own. Raises OSError where there is no such file, OrchestratorError where it is
    refused."""
    size = os.path.getsize(path)
    name = name or os.path.basename(path)
    body = {'Name': name, 'JobKey': os.environ.get('UIPATH_JOB_KEY'), 'AttachmentCategory': category}
    made = orchestrator.post('/odata/Attachments', {key: value for key, value in body.items() if value})
    access = made['BlobFileAccess']
    headers = _headers(access)
    headers['Content-Type'] = mimetypes.guess_type(name)[0] or 'application/octet-stream'
    headers['Content-Length'] = str(size)
    with open(path, 'rb') as content:
        request = urllib.request.Request(access['Uri'], data=content, headers=headers, method=access['Verb'])
        try:
            with _trusting_opener(os.environ)(request, timeout=_TIMEOUT_SECONDS):
                attachment_id: str = made['Id']
                return attachment_id
        except urllib.error.HTTPError as error:
            refusal = 'The file %s was refused: %s' % (name, error.reason)
            raise OrchestratorError(error.code, refusal) from None


class Attachments:
    """The files of this job: what it was given at its start (`baton job start --attach`), and what it
    attached. A file is named by its name, of which the last one counts, or is one of those that `list`
    returns."""

    def __init__(self, client: Orchestrator) -> None:
        self._client = client

    def list(self, job_key: Optional[str] = None) -> List[JobFile]:
        """All of them, or those of another job, in the order in which they came: dicts with id, name,
        category, size and type."""
        key = job_key or os.environ.get('UIPATH_JOB_KEY')
        if not key:
            raise LookupError('Outside of a job no files are given; name a job by its key')
        path = '/api/JobAttachments/GetByJobKey?jobKey=' + urllib.parse.quote(key, safe='')
        return [{'id': file['attachmentId'], 'name': file['attachmentName'], 'category': file['category'],
                 'size': file['size'], 'type': file['contentType']} for file in self._client.get(path)]

    def read(self, file: Union[str, JobFile]) -> bytes:
        """The content of a file, as bytes."""
        _, access = self._place(file)
        content: bytes = self._client.exchange('GET', access['Uri'], None, _headers(access), _bytes)
        return content

    def download(self, file: Union[str, JobFile], path: Optional[_Path] = None) -> str:
        """Writes a file to the disk, whatever its size, and returns the path: the file's own name in the
        working folder, unless another is given. It is there whole or not at all."""
        found, access = self._place(file)
        own = re.split(r'[/\\]', found['name'])[-1]
        # A name that is none of a file's stands for nothing on a disk.
        to = os.fspath(path or (found['id'] if own in ('', '.', '..') else own))
        unfinished = '%s.%d.part' % (to, os.getpid())
        try:
            self._client.exchange('GET', access['Uri'], None, _headers(access), _written_to(unfinished))
            os.replace(unfinished, to)
        except _DiskError as error:
            raise error.reason from None
        finally:
            if os.path.exists(unfinished):
                os.remove(unfinished)
        return to

    def _place(self, file: Union[str, JobFile]) -> Tuple[JobFile, Dict[str, Any]]:
        found = self._named(file) if isinstance(file, str) else file
        return found, self._client.get('/odata/Attachments(%s)' % found['id'])['BlobFileAccess']

    def _named(self, name: str) -> JobFile:
        files = self.list()
        for file in reversed(files):
            if file['name'] == name:
                return file
        names = ', '.join(file['name'] for file in files)
        raise LookupError('This job has no file %s; %s' % (name, 'it has ' + names if names else 'it has none'))


class _DiskError(Exception):
    """What the disk refuses is not mended by another try, as what the network refuses may be."""

    def __init__(self, reason: OSError) -> None:
        super().__init__(reason)
        self.reason = reason


def _headers(access: Dict[str, Any]) -> Dict[str, str]:
    return dict(zip(access['Headers']['Keys'], access['Headers']['Values']))


def _chunks(response: Any) -> Iterator[bytes]:
    while True:
        chunk = response.read(_CHUNK_BYTES)
        if not chunk:
            break
        yield chunk
    # Read in parts, an answer that breaks off is no error to Python.
    if response.length:
        raise http.client.IncompleteRead(b'', response.length)


def _bytes(response: Any) -> bytes:
    return b''.join(_chunks(response))


def _written_to(path: str) -> Callable[[Any], None]:
    def take(response: Any) -> None:
        try:
            file = open(path, 'wb')
        except OSError as error:
            raise _DiskError(error) from None
        with file:
            for chunk in _chunks(response):
                try:
                    file.write(chunk)
                    file.flush()
                except OSError as error:
                    raise _DiskError(error) from None

    return take


attachments = Attachments(orchestrator)
