"""What arguments become on their way to the native module."""
from __future__ import annotations

import logging
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


def path_text(path: Path) -> str:
    text = os.fspath(path)
    if not isinstance(text, str):
        raise TypeError(f"{path!r} is no path of text: expected str or os.PathLike[str]")
    return text


def paths(given: Path | Iterable[Path]) -> list[str]:
    if isinstance(given, (str, os.PathLike)):
        return [path_text(given)]
    return [path_text(path) for path in given]


def texts(given: str | Iterable[str] | None) -> list[str]:
    if given is None:
        return []
    return [given] if isinstance(given, str) else list(given)


def optional_path(path: Path | None) -> str:
    return "" if path is None else path_text(path)


def settings(**given: Any) -> dict[str, str]:
    """What a call says of memory, threads and the like, as text; None is not said."""
    said = {}
    for name, value in given.items():
        if value is not None:
            said[name] = str(value).lower() if isinstance(value, bool) else str(value)
    return said


def one_of(name: str, value: str, known: Mapping[str, Any]) -> Any:
    try:
        return known[value]
    except KeyError:
        raise _native.InputError(f"{name}={value!r}: expected one of {', '.join(map(repr, known))}") from None


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
