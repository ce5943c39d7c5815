"""The command `varjoin` and its catalog, as a resource of Dagster."""

import json
import os
import shutil
import signal
import subprocess
import sys
from collections import deque
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Optional

import dagster as dg
from pydantic import Field

from .messages import MessageFile

TRY_AGAIN = 75  #: exit code: the catalog is locked, or there is no space
BAD_INPUT = 2  #: exit code: the same again would end the same way
LAST_WORDS = 20  #: lines of standard error that are kept for the message of a failure
SECONDS_TO_STOP = 20.0
SECONDS_TO_NEXT_TRY = 30


class Varjoin(dg.ConfigurableResource):
    """Where varjoin's command and its catalog are. Safe to use from many steps at a time."""

    binary: Optional[str] = Field(
        default=None,
        description="varjoin's command, a path or a name; by default the one beside this Python, then the one on PATH",
    )
    home: Optional[str] = Field(
        default=None,
        description="the folder of the catalog and of the outputs; by default $VARJOIN_HOME, then varjoin's own",
    )

    def command(self) -> str:
        """The path of the command. Raises dg.Failure if there is none."""
        beside = Path(sys.executable).parent / "varjoin"
        tried = [self.binary] if self.binary else [str(beside), "varjoin"]
        for name in tried:
            if found := shutil.which(name):
                return str(Path(found).absolute())
        raise dg.Failure(
            f"varjoin's command is not there or can't be run: {' and '.join(tried)}. Install it, or name it: "
            'Varjoin(binary="…/varjoin")',
            allow_retries=False,
        )

    def home_folder(self) -> Path:
        """The folder of the catalog and of the outputs, absolute."""
        if named := self.home or os.environ.get("VARJOIN_HOME"):
            return Path(named).absolute()
        data = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
        return Path(data).absolute() / "varjoin"

    def run(
        self, context: dg.AssetExecutionContext, arguments: Sequence[str], extras: Optional[Mapping[str, Any]] = None
    ) -> Sequence[Any]:
        """Runs varjoin in a step of one asset and returns what it has reported: a materialisation and checks.

        Raises dg.Failure with varjoin's own message, or dg.RetryRequested (three times, after half a minute) where
        varjoin asks for it. A step that is cancelled interrupts varjoin, which then removes what it had begun.
        """
        with dg.open_pipes_session(
            context=context,
            context_injector=dg.PipesTempFileContextInjector(),
            message_reader=MessageFile(),
            extras=dict(extras or {}),
        ) as session:
            last_words = self._call(context, arguments, session.get_bootstrap_env_vars())
        if not session.get_reported_results():
            raise dg.Failure(f"varjoin ended well, but has reported nothing to Dagster: {last_words}")
        return session.get_results()

    def add_source(self, context: dg.AssetExecutionContext, name: str, arguments: Sequence[str]) -> dict[str, Any]:
        """Runs `varjoin source add NAME …` and returns what `varjoin source show NAME --json` has. Raises as run()."""
        self._call(context, ["source", "add", name, *arguments], {})
        command = [self.command(), "source", "show", name, "--json"]
        return json.loads(subprocess.run(command, env=self._environment(), check=True, capture_output=True).stdout)

    def _environment(self) -> dict[str, str]:
        return {**os.environ, "VARJOIN_HOME": str(self.home_folder())}

    def _call(self, context: dg.AssetExecutionContext, arguments: Sequence[str], environment: Mapping[str, str]) -> str:
        """Returns the last words of a run that has ended well."""
        code, last_words = _run_process([self.command(), *arguments], {**self._environment(), **environment})
        if code != 0:
            _fail(context, code, last_words)
        return last_words


def _run_process(command: Sequence[str], environment: Mapping[str, str]) -> tuple[int, str]:
    """The exit code, and the end of what was on standard error, which is passed on.

    Not dg.PipesSubprocessClient, which tells neither.
    """
    last_words: deque[str] = deque(maxlen=LAST_WORDS)
    with subprocess.Popen(
        command, env=environment, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, errors="replace"
    ) as process:
        try:
            for line in process.stderr:
                sys.stderr.write(line)
                last_words.append(line)
            return process.wait(), "".join(last_words).strip()
        except BaseException:
            _stop(process)
            raise


def _stop(process: subprocess.Popen) -> None:
    process.send_signal(signal.SIGINT)
    try:
        process.communicate(timeout=SECONDS_TO_STOP)
    except subprocess.TimeoutExpired:
        process.kill()


def _fail(context: dg.AssetExecutionContext, code: int, last_words: str) -> None:
    if code == TRY_AGAIN:
        context.log.warning(f"to be tried again: {last_words}")
        raise dg.RetryRequested(max_retries=3, seconds_to_wait=SECONDS_TO_NEXT_TRY)
    if code < 0:
        ended = f"varjoin was ended by {signal.Signals(-code).name}"
        hint = "; lack of memory does that: lower duckdb_config's memory_limit" if code == -signal.SIGKILL else ""
        raise dg.Failure(f"{ended}{hint}. {last_words}".strip())
    raise dg.Failure(
        last_words or f"varjoin ended with exit code {code} and without a word",
        metadata={"exit_code": code},
        allow_retries=code != BAD_INPUT,
    )
