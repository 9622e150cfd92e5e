"""Types for annotations. What the server answers has more members than those that stand here."""

from __future__ import annotations

from typing import Any, Dict, Optional, TypedDict

#: Arguments, and the content of queue items.
JsonObject = Dict[str, Any]


class QueueItem(TypedDict):
    Id: int
    Key: str
    Status: str
    Priority: str
    Reference: Optional[str]
    SpecificContent: JsonObject
    DueDate: Optional[str]
    DeferDate: Optional[str]
    RetryNumber: int


class NewItem(TypedDict, total=False):
    """The arguments of `queue.add`, for `queue.add_all`."""

    content: Any
    reference: Optional[str]
    priority: Optional[str]
    due_date: Any
    defer_date: Any


class FailedItem(TypedDict):
    Ordinal: int
    ErrorCode: Optional[str]
    ErrorMessage: Optional[str]


class Job(TypedDict):
    Id: int
    Key: str
    State: str
    Info: Optional[str]
    OutputArguments: Optional[str]


class JobFile(TypedDict):
    """A file of a job; `size` is in bytes."""

    id: str
    name: str
    category: Optional[str]
    size: int
    type: Optional[str]
