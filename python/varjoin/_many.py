"""varjoin.annotate_many()."""
from __future__ import annotations

import os
import pathlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from . import _native
from ._annotate import Result, arguments_of, request_of, run, settings_of
from ._arguments import Path, Progress, ProgressCallback, call_text, callback, flag, optional_path, tell


@dataclass(frozen=True)
class ManyResults:
    """What `annotate_many()` has made.

    Attributes:
        path: the one table, or else the folder.
        results: of each input that was annotated, by its path. With `one_table` and without `out_dir`, their own outputs
            are gone.
        failed: with `keep_going`, the error of each input that was not, by its path.
    """

    path: pathlib.Path
    results: dict[str, Result]
    failed: dict[str, _native.Error]


def annotate_many(
    vcf: Path | Iterable[Path],
    sources: Path | Iterable[Path] = (),
    *,
    out_dir: Path | None = None,
    one_table: Path | None = None,
    keep_going: bool = False,
    **options: Any,
) -> ManyResults:
    """Annotates many VCFs one after the other, each into an output of its own or all into one table.

    Args:
        vcf: VCF or BCF files, or patterns of them. An input's sample is named after its file.
        out_dir: a folder for the outputs, each with its input's name.
        one_table: a .parquet, .csv, .tsv or .json of all rows, with a column `sample` before them.
        keep_going: go on after an input that fails; what is wrong with it is in the answer.
        options: those of `annotate()`, which are for all inputs; `progress` is told which input it is in `phase`.

    Raises: as `annotate()`, for the first input that fails; outputs in `out_dir` that were finished before stay. TypeError
        for an option that it does not have.
    """
    if "output" in options:
        raise TypeError("annotate_many() has no output: name a folder with out_dir, or a file with one_table")
    arguments = arguments_of("annotate_many", vcf, sources, options)
    progress = callback(arguments["progress"])
    folder, table_path = optional_path("out_dir", out_dir), optional_path("one_table", one_table)
    if not folder and not table_path:
        raise _native.InputError("out_dir or one_table is missing: name a folder for the outputs, or a file for all rows")
    request = request_of(arguments)
    request.command = call_text("varjoin.annotate_many", {
        "out_dir": out_dir, "one_table": one_table, "keep_going": keep_going, **arguments, "progress": None})
    table = _native.JoinedTable(settings_of(arguments)) if table_path else None
    requests = _native.requests_in(request, folder or (table.folder if table else ""), table_path,
                                   flag("keep_going", keep_going), request.force or flag("reuse", arguments["reuse"]))
    if table:
        table.begin(table_path)
    results, failed = _run_each(requests, arguments, progress, keep_going)
    if table and results:
        table.write([(str(result.path), result.metadata["sample_name"], result.metadata["num_rows"])
                     for result in results.values()], request, progress)
    return ManyResults(pathlib.Path(os.path.abspath(table_path or folder)), results, failed)


def _run_each(requests: list[_native.AnnotateRequest], arguments: dict[str, Any], progress: ProgressCallback | None,
              keep_going: bool) -> tuple[dict[str, Result], dict[str, _native.Error]]:
    indexes = _native.OpenIndexes()
    results, failed = {}, {}
    for number, request in enumerate(requests, 1):
        path, = request.inputs
        try:
            results[path] = run(request, {**arguments, "vcf": path, "output": request.output},
                                _labelled(progress, f"{number} of {len(requests)}: {path}: "), indexes)
        except _native.Error as error:
            if not keep_going:
                raise
            failed[path] = error
            tell([f"{path}: failed: {error}"])
    return results, failed


def _labelled(progress: ProgressCallback | None, label: str) -> ProgressCallback | None:
    if progress is None:
        return None

    def labelled(state: Progress) -> None:
        progress({**state, "phase": label + state["phase"]})

    return labelled
