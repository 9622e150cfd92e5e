"""A small client of Orchestrator with the job's own rights, which outlives a restart of the server."""

from __future__ import annotations

import base64
import http.client
import json
import logging
import os
import random
import socket
import ssl
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid
from typing import Any, Callable, Dict, List, Mapping, Optional

from . import _job
from .types import FailedItem, NewItem, QueueItem

_PASSING = (429, 502, 503, 504)
_TIMEOUT_SECONDS = 60
# A name that is not known may be known in a moment, as at the start of a machine; not much later.
_UNKNOWN_NAME_SECONDS = 30
# What is tried again for so long is said in the job's log.
_SAID_AFTER_SECONDS = 2


class OrchestratorError(Exception):
    """The server answered, and the answer is no."""

    def __init__(self, status: int, message: str, error_code: Optional[int] = None) -> None:
        super().__init__('%s (status %s, error code %s)' % (message, status, error_code))
        self.status = status
        self.message = message
        self.error_code = error_code


class Orchestrator:
    """Calls in the job's folder. Each is tried again for `retry_seconds` while the server is away or
    overloaded; a call that changes something has a key by which the server knows it again, so that it is done
    once."""

    def __init__(self, environment: Mapping[str, str] = os.environ,
                 opener: Optional[Callable[..., Any]] = None,
                 sleep: Callable[[float], None] = time.sleep) -> None:
        self._environment = environment
        self._open = opener or _trusting_opener(environment)
        self._sleep = sleep
        self.retry_seconds = float(environment.get('BATON_RETRY_SECONDS', '300'))

    def get(self, path: str) -> Any:
        return self.request('GET', path)

    def post(self, path: str, body: Any = None, idempotency_key: Optional[str] = None) -> Any:
        """By its key the server knows a call again, and answers as it did the first time. Each call has its
        own, unless one is named: for a call that the program itself may repeat."""
        return self.request('POST', path, {} if body is None else body, idempotency_key)

    def put(self, path: str, body: Any) -> Any:
        return self.request('PUT', path, body)

    def delete(self, path: str) -> Any:
        return self.request('DELETE', path)

    def request(self, method: str, path: str, body: Any = None,
                idempotency_key: Optional[str] = None) -> Any:
        """The answer's JSON, or None for an empty one. `path` begins with /odata or /api. Raises
        OrchestratorError; OSError where the server is away for too long, and at once where waiting does not
        help: a certificate that is not trusted."""
        data = None if body is None else _job.dumps(body).encode('utf-8')
        headers = self.headers()
        if data is not None:
            headers['Content-Type'] = 'application/json'
        if method != 'GET':
            headers['Idempotency-Key'] = idempotency_key or str(uuid.uuid4())
        # Spaces and quotes of an OData filter may stand in `path` as they are.
        path = urllib.parse.quote(path.lstrip('/'), safe="/?&=$'(),:;%+@!*~[]-._")
        base = self._environment.get('UIPATH_URL', '').rstrip('/')
        if not base:
            raise ValueError('UIPATH_URL is not set: outside of a job there is no server')
        text = self.exchange(method, base + '/orchestrator_/' + path, data, headers)
        return _masked(json.loads(text, parse_float=_job.WrittenFloat)) if text else None

    def exchange(self, method: str, url: str, data: Optional[bytes], headers: Mapping[str, str],
                 take: Optional[Callable[[Any], Any]] = None) -> Any:
        """What `take` makes of an answer, by default its bytes; tried again as said."""
        base = self._environment.get('UIPATH_URL', '').rstrip('/')
        begun = time.monotonic()
        is_said = False
        wait = 0.2
        while True:
            at_least = 0.0
            failure: BaseException
            try:
                request = urllib.request.Request(url, data=data, headers=dict(headers), method=method)
                with self._open(request, timeout=_TIMEOUT_SECONDS) as response:
                    return take(response) if take else response.read()
            except urllib.error.HTTPError as error:
                failure = _refusal(error)
                if error.code not in _PASSING:
                    raise failure from None
                at_least = _retry_after(error)
            except (OSError, http.client.HTTPException, socket.timeout) as error:
                failure = _connection_failure(error, base)
                if isinstance(failure, UntrustedCertificate):
                    raise failure from error
            pause = max(wait, at_least) * random.uniform(0.9, 1.1)
            waited = time.monotonic() - begun
            patience = self.retry_seconds
            if isinstance(failure, UnknownName):
                patience = min(patience, _UNKNOWN_NAME_SECONDS)
            if waited + pause > patience:
                raise failure
            if not is_said and waited > _SAID_AFTER_SECONDS:
                is_said = True
                logging.getLogger('baton').warning('Orchestrator cannot be reached, trying again: %s', failure)
            self._sleep(pause)
            wait = min(wait * 2, 15.0)

    def headers(self) -> Dict[str, str]:
        names = {'X-UIPATH-FolderKey': 'UIPATH_FOLDER_KEY', 'X-UIPATH-JobKey': 'UIPATH_JOB_KEY'}
        known = self._environment
        headers = {header: known[name] for header, name in names.items() if known.get(name)}
        if not known.get('UIPATH_FOLDER_KEY') and known.get('UIPATH_FOLDER_PATH'):
            # At a desk people know the folder by its path. Headers are ASCII, paths need not be.
            path = known['UIPATH_FOLDER_PATH'].encode('utf-16-le')
            headers['X-UIPATH-FolderPath-Encoded'] = base64.b64encode(path).decode('ascii')
        headers['Authorization'] = 'Bearer ' + known.get('UIPATH_ACCESS_TOKEN', '')
        headers['Accept'] = 'application/json'
        return headers


class Queue:
    def __init__(self, client: Orchestrator) -> None:
        self._client = client

    def add(self, name: str, content: Any = None, reference: Optional[str] = None,
            priority: Optional[str] = None, due_date: Any = None, defer_date: Any = None,
            **more: Any) -> QueueItem:
        """Adds an item and returns it. Its content is a dict or a dataclass. Priority is High, Normal or Low; dates are ISO 8601 texts or
        datetimes. A reference that is there already, where the queue wants unique ones, raises
        OrchestratorError 1016."""
        item = {'Name': name, **_item(content, reference, priority, due_date, defer_date, **more)}
        added: QueueItem = self._client.post('/odata/Queues/UiPathODataSvc.AddQueueItem', {'itemData': item})
        return added

    def add_all(self, name: str, items: List[NewItem], commit_type: str = 'AllOrNothing') -> List[FailedItem]:
        """Adds many items in one call; each is a dict with the arguments of `add`: content, reference,
        priority, due_date, defer_date. Returns the failures, which only ProcessAllIndependently and
        StopOnFirstFailure leave beside items that were added."""
        body = {'queueName': name, 'commitType': commit_type, 'queueItems': [_item(**item) for item in items]}
        answer = self._client.post('/odata/Queues/UiPathODataSvc.BulkAddQueueItems', body)
        return answer.get('FailedItems') or []

    def start_transaction(self, name: str, **more: Any) -> Optional[QueueItem]:
        """The next item, which is then this job's; None where there is none."""
        data = {'Name': name, **more}
        robot = os.environ.get('UIPATH_ROBOT_KEY')
        if robot:
            data['RobotIdentifier'] = robot
        item: Optional[QueueItem] = self._client.post(
            '/odata/Queues/UiPathODataSvc.StartTransaction', {'transactionData': data})
        return item

    def succeed(self, item: QueueItem, output: Any = None) -> None:
        self._result(item, {'IsSuccessful': True, 'Output': _job.plain(output)})

    def fail(self, item: QueueItem, reason: str, type: str = 'ApplicationException',
             details: Optional[str] = None) -> None:
        """A BusinessException is final; an ApplicationException may be tried again, as the queue says."""
        exception = {'Reason': reason, 'Details': details, 'Type': type}
        self._result(item, {'IsSuccessful': False, 'ProcessingException': exception})

    def progress(self, item: QueueItem, text: str) -> None:
        path = '/odata/QueueItems(%d)/UiPathODataSvc.SetTransactionProgress' % item['Id']
        self._client.post(path, {'progress': text})

    def _result(self, item: QueueItem, result: Dict[str, Any]) -> None:
        path = '/odata/Queues(%d)/UiPathODataSvc.SetTransactionResult' % item['Id']
        self._client.post(path, {'transactionResult': result})


class Assets:
    def __init__(self, client: Orchestrator) -> None:
        self._client = client

    def set(self, name: str, value: Any) -> None:
        """Sets the asset: the value of everybody, or this robot's own, as the asset is made. It takes what
        `get` answers for its type."""
        kind = self._read(name).get('ValueType')
        if kind in ('Credential', 'WindowsCredential'):
            _job.mask(value[1])
            members: Dict[str, Any] = {'CredentialUsername': value[0], 'CredentialPassword': value[1]}
        elif kind == 'KeyValueList':
            members = {'KeyValueList': [{'Key': key, 'Value': one} for key, one in value.items()]}
        else:
            members = {self._member(name, kind): value}
            if kind == 'Secret' or kind in _SECRET_KINDS:
                _job.mask(value)
        body = {'robotKey': os.environ.get('UIPATH_ROBOT_KEY'), 'robotAsset': {'Name': name, **members}}
        self._client.post('/odata/Assets/UiPath.Server.Configuration.OData.SetRobotAssetByRobotKey', body)

    def get(self, name: str) -> Any:
        """The value of an asset for this robot: str (texts, connection strings, secrets), bool, int, a dict
        for a list of keys and values, or for a credential (username, password)."""
        asset = self._read(name)
        kind = asset.get('ValueType')
        if kind in ('Credential', 'WindowsCredential'):
            return asset.get('CredentialUsername'), asset.get('CredentialPassword')
        if kind == 'KeyValueList':
            return {pair['Key']: pair['Value'] for pair in asset['KeyValueList']}
        return asset.get(self._member(name, kind))

    def _read(self, name: str) -> Dict[str, Any]:
        path = '/odata/Assets/UiPath.Server.Configuration.OData.GetRobotAssetByNameForRobotKey'
        asset: Dict[str, Any] = self._client.post(
            path, {'assetName': name, 'robotKey': os.environ.get('UIPATH_ROBOT_KEY')})
        return asset

    @staticmethod
    def _member(name: str, kind: Any) -> str:
        if kind not in _MEMBER_OF_KIND:
            raise TypeError('The asset %s is of a type that this robot does not know: %s' % (name, kind))
        return _MEMBER_OF_KIND[kind]


_MEMBER_OF_KIND = {
    'DBConnectionString': 'StringValue',
    'HttpConnectionString': 'StringValue',
    'Text': 'StringValue',
    'Bool': 'BoolValue',
    'Integer': 'IntValue',
    'Secret': 'SecretValue',
}


# What an asset tells in confidence. Connection strings usually hold a password.
_SECRET_MEMBERS = ('CredentialPassword', 'SecretValue')
_SECRET_KINDS = ('DBConnectionString', 'HttpConnectionString')


def _masked(answer: Any) -> Any:
    """Keeps the secrets of an asset, and of a list of them, out of the job's log."""
    if isinstance(answer, dict):
        found = answer.get('value')
        for one in [answer, *(found if isinstance(found, list) else [])]:
            if isinstance(one, dict) and 'ValueType' in one:
                for member in _SECRET_MEMBERS:
                    if isinstance(one.get(member), str):
                        _job.mask(one[member])
                if one['ValueType'] in _SECRET_KINDS and isinstance(one.get('StringValue'), str):
                    _job.mask(one['StringValue'])
    return answer


class UntrustedCertificate(ConnectionError):
    """The server answers, with a certificate that does not hold here."""


class UnknownName(ConnectionError):
    """Nobody knows the name of the server."""


# X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT, DEPTH_ZERO_SELF_SIGNED_CERT, SELF_SIGNED_CERT_IN_CHAIN,
# UNABLE_TO_GET_ISSUER_CERT_LOCALLY, UNABLE_TO_VERIFY_LEAF_SIGNATURE, CERT_UNTRUSTED: another CA helps against them only.
_UNKNOWN_CA = (2, 18, 19, 20, 21, 27)


def _connection_failure(error: BaseException, base: str) -> BaseException:
    """urllib wraps what failed."""
    reason = getattr(error, 'reason', error)
    if isinstance(reason, ssl.SSLCertVerificationError):
        text = 'The certificate of %s is not trusted here: %s' % (base, reason.verify_message)
        if reason.verify_code in _UNKNOWN_CA:
            text += ('. Name the file of its CA in NODE_EXTRA_CA_CERTS (for Python alone: SSL_CERT_FILE), in the '
                     'environment of the robot')
        return UntrustedCertificate(text)
    if isinstance(reason, socket.gaierror) and reason.errno == socket.EAI_NONAME:
        return UnknownName(
            'The name of %s, which UIPATH_URL has, is not known here (%s). BATON_PUBLIC_URL of the server says what '
            'jobs are told' % (base, reason))
    return error


def _trusting_opener(environment: Mapping[str, str]) -> Callable[..., Any]:
    """Trusts the CA that the robot's own Node trusts, beside those of Python: one setting for both."""
    contexts: List[ssl.SSLContext] = []

    def open_url(request: urllib.request.Request, timeout: float) -> Any:
        if not contexts:
            context = ssl.create_default_context()
            extra = environment.get('NODE_EXTRA_CA_CERTS')
            if extra:
                try:
                    context.load_verify_locations(extra)
                except (OSError, ssl.SSLError) as error:
                    logging.getLogger('baton').warning('NODE_EXTRA_CA_CERTS, %s: %s', extra, error)
            contexts.append(context)
        return urllib.request.urlopen(request, timeout=timeout, context=contexts[0])

    return open_url


def _refusal(error: urllib.error.HTTPError) -> OrchestratorError:
    text = error.read()
    try:
        body = json.loads(text)
        return OrchestratorError(error.code, body.get('message') or error.reason, body.get('errorCode'))
    except (ValueError, AttributeError):
        return OrchestratorError(error.code, error.reason)


def _retry_after(error: urllib.error.HTTPError) -> float:
    try:
        return min(float(error.headers.get('Retry-After', '0')), 60.0)
    except ValueError:
        return 0.0


def _item(content: Any = None, reference: Optional[str] = None, priority: Optional[str] = None,
          due_date: Any = None, defer_date: Any = None, **more: Any) -> Dict[str, Any]:
    item = {'SpecificContent': _job.plain(content), 'Reference': reference, 'Priority': priority,
            'DueDate': _date(due_date), 'DeferDate': _date(defer_date), **more}
    return {key: value for key, value in item.items() if value is not None}


def _date(value: Any) -> Any:
    return value.isoformat() if hasattr(value, 'isoformat') else value


orchestrator = Orchestrator()
queue = Queue(orchestrator)
assets = Assets(orchestrator)
