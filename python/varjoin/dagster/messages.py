"""What a process tells Dagster through Pipes, read as it is written."""

import json
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import dagster as dg

SECONDS_BETWEEN_READS = 0.02


class MessageFile(dg.PipesMessageReader):
    """Messages through a temporary file.

    Not dg.PipesTempFileMessageReader (1.13): on a busy machine it loses the last messages, since it asks whether the
    process has ended after it has looked for a line, and it fails on a line that it sees half written.
    """

    @contextmanager
    def read_messages(self, handler: Any) -> Iterator[dict[str, str]]:
        with tempfile.TemporaryDirectory(prefix="varjoin-dagster-") as folder:
            path = Path(folder) / "messages"
            path.touch()
            ended = threading.Event()
            reader = threading.Thread(target=_read, args=(path, handler, ended), daemon=True)
            reader.start()
            try:
                yield {"path": str(path)}
            finally:
                ended.set()
                reader.join()

    def no_messages_debug_text(self) -> str:
        return "Attempted to read the messages of varjoin."


def _read(path: Path, handler: Any, ended: threading.Event) -> None:
    line = b""
    try:
        with open(path, "rb") as file:
            while True:
                last = ended.is_set()  # asked before reading: nothing is written after it
                line += file.readline()
                if line.endswith(b"\n"):
                    handler.handle_message(json.loads(line))
                    line = b""
                elif last:
                    return
                else:
                    ended.wait(SECONDS_BETWEEN_READS)
    except BaseException:
        handler.report_pipes_framework_exception("the reader of varjoin's messages", sys.exc_info())
        raise
