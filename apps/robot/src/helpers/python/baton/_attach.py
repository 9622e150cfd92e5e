"""Files of the job: sent from the disk, whatever their size."""

import mimetypes
import os
import urllib.error
import urllib.request

from ._orchestrator import OrchestratorError, _trusting_opener, orchestrator

# Moving, an upload may take any time; standing still for so long, it is given up.
_TIMEOUT_SECONDS = 120


def attach(path, name=None, category=None):
    """Makes a file one of the files of this job, and returns the attachment's id. `name` is what people see,
    by default the file's own. Raises OSError where there is no such file, OrchestratorError where it is
    refused."""
    size = os.path.getsize(path)
    name = name or os.path.basename(path)
    body = {'Name': name, 'JobKey': os.environ.get('UIPATH_JOB_KEY'), 'AttachmentCategory': category}
    made = orchestrator.post('/odata/Attachments', {key: value for key, value in body.items() if value})
    access = made['BlobFileAccess']
    headers = dict(zip(access['Headers']['Keys'], access['Headers']['Values']))
    headers['Content-Type'] = mimetypes.guess_type(name)[0] or 'application/octet-stream'
    headers['Content-Length'] = str(size)
    with open(path, 'rb') as content:
        request = urllib.request.Request(access['Uri'], data=content, headers=headers, method=access['Verb'])
        try:
            with _trusting_opener(os.environ)(request, timeout=_TIMEOUT_SECONDS):
                return made['Id']
        except urllib.error.HTTPError as error:
            raise OrchestratorError(error.code, 'The file %s was refused: %s' % (name, error.reason)) from None
