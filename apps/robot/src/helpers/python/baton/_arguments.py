"""JSON to the parameters of a function, and its result back to JSON."""

from __future__ import annotations

import dataclasses
import datetime
import decimal
import enum
import inspect
import typing
import uuid

_WHOLE = (dict, object, typing.Any, inspect.Parameter.empty)
_NAMED = (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)


def bind(function: typing.Any, arguments: typing.Dict[str, typing.Any]) -> typing.Any:
    """The positional and keyword arguments to call a function with."""
    signature = inspect.signature(function)
    hints = _hints(function)
    parameters = [known for known in signature.parameters.values()]
    plain = [known for known in parameters if known.kind not in (known.VAR_KEYWORD, known.VAR_POSITIONAL)]
    takes_rest = any(known.kind is known.VAR_KEYWORD for known in parameters)

    if len(plain) == 1 and not takes_rest:
        only = plain[0]
        annotation = hints.get(only.name, only.annotation)
        if _takes_all(annotation) and not (annotation is only.empty and only.name in arguments):
            value = from_json(arguments, annotation)
            return ([], {only.name: value}) if only.kind is only.KEYWORD_ONLY else ([value], {})

    positional, named, rest = [], {}, dict(arguments)
    for known in plain:
        if known.name not in rest:
            continue
        value = from_json(rest.pop(known.name), hints.get(known.name, known.annotation))
        if known.kind in _NAMED:
            named[known.name] = value
        else:
            positional.append(value)
    if takes_rest:
        named.update(rest)
    try:
        signature.bind(*positional, **named)
    except TypeError as error:
        target = function.__name__ + str(signature)
        raise TypeError('The input arguments do not fit %s: %s' % (target, error)) from None
    return positional, named


def from_json(value: typing.Any, annotation: typing.Any) -> typing.Any:
    """A JSON value as the type that an annotation names; as it is where that says nothing of use."""
    origin, inner = typing.get_origin(annotation), typing.get_args(annotation)
    if origin is typing.Annotated:
        return from_json(value, inner[0])
    if _is_union(annotation):
        return _from_union(value, inner)
    if hasattr(annotation, 'model_validate'):
        return annotation.model_validate(value)  # pydantic 2
    if hasattr(annotation, 'parse_obj'):
        return annotation.parse_obj(value)  # pydantic 1
    if isinstance(value, dict):
        return _from_object(value, annotation, origin, inner)
    if isinstance(value, list):
        return _from_array(value, annotation, origin, inner)
    if isinstance(annotation, type) and isinstance(value, str):
        if issubclass(annotation, (datetime.datetime, datetime.date, datetime.time)):
            # Python before 3.11 does not know the Z.
            return annotation.fromisoformat(value[:-1] + '+00:00' if value.endswith('Z') else value)
        if issubclass(annotation, (decimal.Decimal, uuid.UUID)):
            return annotation(value)
    if isinstance(annotation, type) and issubclass(annotation, enum.Enum):
        return annotation(value)
    if annotation is decimal.Decimal and isinstance(value, (int, float)):
        return decimal.Decimal(getattr(value, 'text', None) or str(value))
    if annotation is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    return value


def to_json(value: typing.Any) -> typing.Any:
    if value is None or isinstance(value, (str, int, float, bool)) and not isinstance(value, enum.Enum):
        return value
    if hasattr(value, 'model_dump'):
        return value.model_dump(mode='json', by_alias=True)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: to_json(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, dict):
        return {str(to_json(key)): to_json(content) for key, content in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [to_json(item) for item in value]
    if isinstance(value, enum.Enum):
        return to_json(value.value)
    if isinstance(value, (datetime.datetime, datetime.date, datetime.time)):
        return value.isoformat()
    if hasattr(value, 'dict') and hasattr(value, 'parse_obj'):
        return to_json(value.dict(by_alias=True))
    return str(value)


def as_output(result: typing.Any) -> typing.Any:
    """What a function returned, as output arguments; None for nothing."""
    value = to_json(result)
    return value if value is None or isinstance(value, dict) else {'result': value}


def _takes_all(annotation):
    """Whether one parameter stands for the input as a whole."""
    if annotation in _WHOLE:
        return True
    if _is_union(annotation):
        return any(_takes_all(one) for one in typing.get_args(annotation) if one is not type(None))
    origin = typing.get_origin(annotation)
    if origin is typing.Annotated:
        return _takes_all(typing.get_args(annotation)[0])
    kind = origin or annotation
    if not isinstance(kind, type):
        return False
    return (dataclasses.is_dataclass(kind) or hasattr(kind, 'model_validate') or hasattr(kind, 'parse_obj')
            or issubclass(kind, dict) or hasattr(kind, '__total__')
            or kind.__name__ in ('Mapping', 'MutableMapping'))


def _is_union(annotation):
    origin = typing.get_origin(annotation)
    return origin is typing.Union or getattr(origin, '__name__', '') == 'UnionType'


def _from_union(value, choices):
    if value is None and type(None) in choices:
        return None
    problem = None
    for choice in choices:
        if choice is type(None):
            continue
        try:
            return from_json(value, choice)
        except (TypeError, ValueError) as error:
            problem = error
    raise problem or TypeError('null is not one of ' + str(choices))


def _from_object(value, annotation, origin, inner):
    if origin is not None:
        if len(inner) != 2:
            return value
        return {key: from_json(content, inner[1]) for key, content in value.items()}
    if dataclasses.is_dataclass(annotation):
        return _from_dataclass(value, annotation)
    if hasattr(annotation, '__total__'):  # TypedDict
        hints = _hints(annotation)
        return {key: from_json(content, hints.get(key)) for key, content in value.items()}
    return value


def _from_dataclass(value, kind):
    hints = _hints(kind)
    known = {field.name: from_json(value[field.name], hints.get(field.name, field.type))
             for field in dataclasses.fields(kind) if field.init and field.name in value}
    try:
        return kind(**known)
    except TypeError as error:
        raise TypeError('The input does not fit %s: %s' % (kind.__name__, error)) from None


def _from_array(value, annotation, origin, inner):
    kind = origin or annotation
    if kind is tuple and inner and inner[-1] is not Ellipsis:
        return tuple(from_json(item, one) for item, one in zip(value, inner))
    items = [from_json(item, inner[0]) for item in value] if inner else value
    return kind(items) if kind in (tuple, set, frozenset) else items


def _hints(of):
    try:
        return typing.get_type_hints(inspect.unwrap(of) if callable(of) and not isinstance(of, type) else of)
    except Exception:
        return {}  # an annotation that names what is not there; the plain values are passed
