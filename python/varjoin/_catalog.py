"""varjoin.Catalog."""
from __future__ import annotations

import json
import pathlib
from collections.abc import Iterable, Mapping
from typing import Any

from . import _native
from ._arguments import (
    Path,
    ProgressCallback,
    call_text,
    callback,
    flag,
    mapping_of,
    one_of,
    optional_path,
    record_of,
    settings,
    some,
    tell,
    text,
)
from ._arguments import files as files_of

_BAD_RECORDS = {name: name for name in ("fail", "skip", "null")}


class Catalog:
    """The databases that variants can be looked up in: a small file of views, in varjoin's folder.

    It has no state but paths and may be used from any thread.

    Args:
        home: varjoin's folder; by default $VARJOIN_HOME or that of the user.
    """

    def __init__(self, home: Path | None = None) -> None:
        self._home = _native.home(optional_path("home", home))

    @property
    def home(self) -> pathlib.Path:
        """varjoin's folder."""
        return pathlib.Path(self._home)

    @property
    def path(self) -> pathlib.Path:
        """The catalog's DuckDB file, which may not be there yet."""
        return pathlib.Path(_native.catalog_path(self._home))

    def list(self) -> list[dict[str, Any]]:
        """All sources by name: name, kind, rows, columns, contigs, assembly, files, and the state of the index."""
        listed: list[dict[str, Any]] = json.loads(_native.list_sources(self._home))
        return listed

    def add(
        self,
        name: str,
        files: Path | Iterable[Path],
        *,
        mapping: Mapping[str, str] | None = None,
        assembly: str = "",
        zero_based: bool = False,
        contig_aliases: Path | None = None,
        interval: bool = False,
        as_is: bool = False,
        memory_limit: str | None = None,
        threads: int | None = None,
        temp_directory: Path | None = None,
        progress: ProgressCallback | None = None,
    ) -> dict[str, Any]:
        """Registers Parquet files as they are, in place of a source of the same name; nothing of them is copied.

        Args:
            files: paths, patterns, or a folder of *.parquet.
            mapping: which columns make an allele, where they are not chrom, start, ref, alt: {"start": "pos"}.
            zero_based: positions count from 0.
            interval: rows are regions, start to end, that match what overlaps them.
            as_is: register alleles that can't match all the same.

        Returns: the source, as `list()` has it.
        Raises: InputError, where the files are no source of alleles; BusyError.
        """
        request = _native.RegisterRequest()
        request.name, request.files = text("name", name), files_of("files", files)
        request.mapping, request.assembly = mapping_of("mapping", mapping), text("assembly", assembly)
        request.zero_based, request.as_is = flag("zero_based", zero_based), flag("as_is", as_is)
        request.contig_aliases = optional_path("contig_aliases", contig_aliases)
        request.interval = flag("interval", interval)
        source = record_of(_native.add_source(
            request, settings(memory_limit=memory_limit, threads=threads, temp_directory=temp_directory), self._home,
            callback(progress)))
        tell(source["notes"])
        return source

    def import_(
        self,
        name: str,
        files: Path | Iterable[Path],
        *,
        columns: str | Iterable[str] | None = None,
        where: str = "",
        mapping: Mapping[str, str] | None = None,
        zero_based: bool = False,
        interval: bool = False,
        split_csq: bool = False,
        reference: Path | None = None,
        contig_aliases: Path | None = None,
        assembly: str = "",
        on_bad_record: str = "fail",
        index: bool = True,
        memory_limit: str | None = None,
        threads: int | None = None,
        temp_directory: Path | None = None,
        progress: ProgressCallback | None = None,
    ) -> dict[str, Any]:
        """Turns a database's VCF, TSV, CSV, BED or Parquet into a source, and builds its index.

        Args:
            files: files or patterns of one kind, which are read as one.
            columns: keep only these, besides the alleles.
            where: SQL; keep only rows for which it holds: "AF > 0.01".
            mapping, zero_based: of a table, see `add()`.
            interval: rows are regions that match what overlaps them; BED always is.
            split_csq: consequences (CSQ, vep, ANN, BCSQ) as lists of structs.
            reference: a genome FASTA; alleles are left-aligned by it, now and in runs.
            index: False leaves the index to `index()`.

        Returns: the run's record: records, output, resources, metadata, notes.
        Raises: InputError, RunError, BusyError. An import that fails changes nothing.
        """
        request = _native.ImportRequest()
        request.name, request.files = text("name", name), files_of("files", files)
        request.columns, request.where = some("columns", columns), text("where", where)
        request.mapping, request.assembly = mapping_of("mapping", mapping), text("assembly", assembly)
        request.zero_based, request.interval = flag("zero_based", zero_based), flag("interval", interval)
        request.split_csq = flag("split_csq", split_csq)
        request.reference = optional_path("reference", reference)
        request.contig_aliases = optional_path("contig_aliases", contig_aliases)
        request.on_bad_record = one_of("on_bad_record", on_bad_record, _BAD_RECORDS)
        command = call_text("varjoin.Catalog.import_", {"name": name, "files": request.files, "where": where,
                                                        "columns": request.columns, "reference": request.reference})
        record = record_of(_native.import_source(
            request, flag("index", index), command,
            settings(memory_limit=memory_limit, threads=threads, temp_directory=temp_directory), self._home,
            callback(progress)))
        tell(record.get("notes", []))
        return record

    def index(
        self,
        name: str,
        *,
        memory_limit: str | None = None,
        threads: int | None = None,
        temp_directory: Path | None = None,
        progress: ProgressCallback | None = None,
    ) -> dict[str, Any]:
        """Builds the index of a source, which makes look-ups many times faster.

        Returns: the run's record. Raises: InputError, RunError, BusyError.
        """
        return record_of(_native.index_source(
            text("name", name), call_text("varjoin.Catalog.index", {"name": name}),
            settings(memory_limit=memory_limit, threads=threads, temp_directory=temp_directory), self._home,
            callback(progress)))

    def remove(self, name: str) -> None:
        """Forgets a source, and deletes its index and, if it was imported, its Parquet.

        Raises: InputError, where there is none of this name; BusyError.
        """
        _native.remove_source(text("name", name), self._home)

    def __repr__(self) -> str:
        return f"varjoin.Catalog({self._home!r})"
