"""What arguments become on their way to the native module."""
from __future__ import annotations

import json
import logging
import numbers
import operator
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypedDict, Union

from . import _native

Path = Union[str, "os.PathLike[str]"]


class Progress(TypedDict):
    """How far a call is. `matched` counts alleles with a hit."""

    phase: str
    seconds: float
    bytes_read: int
    bytes_total: int
    records: int
    matched: int


ProgressCallback = Callable[[Progress], object]

log = logging.getLogger("varjoin")


def wrong_type(name: str, value: object, expected: str) -> TypeError:
    return TypeError(f"{name}={value!r}: expected {expected}")


def text(name: str, value: str | None) -> str:
    """None is no text."""
    if value is None:
        return ""
    if not isinstance(value, str):
        raise wrong_type(name, value, "a str")
    if "\0" in value:
        raise _native.InputError(f"{name}={value!r}: has a NUL character; take it out")
    try:
        value.encode()
    except UnicodeEncodeError:
        raise _native.InputError(f"{name}={value!r}: is not Unicode; where it names a file, rename that") from None
    return value


def flag(name: str, value: bool) -> bool:
    if not isinstance(value, bool):
        raise wrong_type(name, value, "True or False")
    return value


def whole(name: str, value: int | None) -> int | None:
    """A number that fits into 32 bits, or None."""
    if value is None:
        return None
    if isinstance(value, bool) or not hasattr(value, "__index__"):
        raise wrong_type(name, value, "an int")
    if not -(2**31) <= operator.index(value) < 2**31:
        raise _native.InputError(f"{name}={value!r}: is too large")
    return operator.index(value)


def number(name: str, value: float | None) -> float | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, numbers.Real):
        raise wrong_type(name, value, "a number")
    return float(value)


def path_text(name: str, path: Path) -> str:
    value = os.fspath(path) if isinstance(path, os.PathLike) else path
    if not isinstance(value, str):
        raise wrong_type(name, path, "a path: str or os.PathLike[str]")
    return text(name, value)


def optional_path(name: str, path: Path | None) -> str:
    return "" if path is None else path_text(name, path)


def paths(name: str, given: Path | Iterable[Path]) -> list[str]:
    """One or several, which may be none: texts, or anything that is a path."""
    if isinstance(given, (str, os.PathLike)):
        return [path_text(name, given)]
    if isinstance(given, bytes) or hasattr(given, "read") or not isinstance(given, Iterable):  # an open file is no path
        raise wrong_type(name, given, "a str, a path, or several of them")
    return [path_text(name, path) for path in given]


def some(name: str, given: Path | Iterable[Path] | None) -> list[str]:
    """The same, where None means all, or the default. An empty list means neither, and is likely to be a mistake."""
    if given is None:
        return []
    listed = paths(name, given)
    if not listed:
        raise _native.InputError(f"{name}=[]: names nothing; leave {name} out where all are meant")
    return listed


def files(name: str, given: Path | Iterable[Path]) -> list[str]:
    """One at least."""
    listed = paths(name, given)
    if not listed:
        raise _native.InputError(f"{name}=[]: name a file at least")
    return listed


def mapping_of(name: str, given: Mapping[str, str] | None) -> dict[str, str]:
    if given is None:
        return {}
    if not isinstance(given, Mapping):
        raise wrong_type(name, given, "a dict of names, such as {'start': 'pos'}")
    return {text(name, key): text(name, value) for key, value in given.items()}


def callback(progress: ProgressCallback | None) -> ProgressCallback | None:
    if progress is not None and not callable(progress):
        raise wrong_type("progress", progress, "a function of one argument")
    return progress


def settings(**given: Any) -> dict[str, str]:
    """What a call says of memory, threads and the like, as text; None is not said."""
    said = {}
    for name, value in given.items():
        if value is not None:
            said[name] = str(value).lower() if isinstance(value, bool) else str(value)
    return said


def one_of(name: str, value: str, known: Mapping[str, Any]) -> Any:
    if not isinstance(value, str) or value not in known:
        raise _native.InputError(f"{name}={value!r}: expected one of {', '.join(map(repr, known))}")
    return known[value]


def record_of(text: str) -> dict[str, Any]:
    """What the native module has told as JSON."""
    record: dict[str, Any] = json.loads(text)
    return record


def call_text(function: str, arguments: Mapping[str, Any]) -> str:
    """The call as a person would write it, for the record of a run."""
    written = (f"{name}={value!r}" for name, value in arguments.items() if value not in (None, False, "", [], ()))
    return f"{function}({', '.join(written)})"


def arguments_for_record(arguments: Mapping[str, Any]) -> list[tuple[str, list[str]]]:
    listed = []
    for name, value in arguments.items():
        if value not in (None, "", [], ()):
            many = isinstance(value, Sequence) and not isinstance(value, str)
            listed.append((name, [str(one) for one in value] if many else [str(value)]))
    return listed


def tell(notes: Iterable[str]) -> None:
    """Sentences for the user go to the log "varjoin"."""
    for note in notes:
        log.warning("%s", note)
