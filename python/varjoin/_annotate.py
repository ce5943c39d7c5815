"""varjoin.annotate()."""
from __future__ import annotations

import pathlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from . import _native
from ._arguments import (
    Path,
    ProgressCallback,
    arguments_for_record,
    call_text,
    callback,
    files,
    flag,
    number,
    one_of,
    optional_path,
    paths,
    record_of,
    settings,
    some,
    tell,
    text,
    whole,
)

_DUPLICATES = {"auto": None, "all": _native.Duplicates.ALL, "first": _native.Duplicates.FIRST,
               "list": _native.Duplicates.LIST}
_EXISTING_INFO = {"replace": _native.ExistingInfo.REPLACE, "keep": _native.ExistingInfo.KEEP,
                  "append": _native.ExistingInfo.APPEND}
_ENGINES = {name: name for name in ("auto", "index", "duckdb")}
_BAD_RECORDS = {name: name for name in ("fail", "skip", "null")}
_PARTITIONS = {"chrom": True}
_COMPRESSIONS = {name: name for name in ("zstd", "snappy", "gzip", "lz4", "uncompressed")}

# Of a request, the fields that an argument of the same name fills, and of what type they are.
_PLAIN: dict[str, Callable[[str, Any], Any]] = {
    **dict.fromkeys(("force", "bare_names", "allow_no_overlap"), flag),
    **dict.fromkeys(("set_id", "assembly", "user", "sample", "sample_description", "sequencing_type", "species"), text),
    **dict.fromkeys(("reference", "contig_aliases", "output"), optional_path),
}
_PLAIN_FILTERS: dict[str, Callable[[str, Any], Any]] = {
    **dict.fromkeys(("carried", "drop_ref_blocks", "only_matched"), flag),
    **dict.fromkeys(("min_dp", "min_gq"), whole),
    **dict.fromkeys(("regions", "samples"), some),
    "min_qual": number,
    "where": text,
}


@dataclass(frozen=True)
class Result:
    """What a run has made.

    Attributes:
        path: the output.
        metadata: the figures of the run under flat names: duration_sec, cpu_percent (over 100 on several cores),
            peak_memory_mb, memory_delta_mb, file_size_mb (10^6 bytes each), num_rows, num_columns, compression, engine,
            source_vcf, output_file, user_name, sample_name, …
        report: all that is known of the run, as `varjoin runs show` has it: records, alleles, matches of each source,
            phases and what they cost, notes.
    """

    path: pathlib.Path
    metadata: dict[str, Any]
    report: dict[str, Any]


def request_of(arguments: dict[str, Any]) -> _native.AnnotateRequest:
    """All that a run is asked for but its `command`, of all arguments of annotate()."""
    request = _native.AnnotateRequest()
    request.inputs = files("vcf", arguments["vcf"])
    request.set_sources(arguments["sources"])
    request.format = text("output_type", arguments["output_type"])
    request.engine = one_of("engine", arguments["engine"], _ENGINES)
    request.duplicates = one_of("duplicates", arguments["duplicates"], _DUPLICATES)
    request.existing_info = one_of("existing_info", arguments["existing_info"], _EXISTING_INFO)
    request.on_bad_record = one_of("on_bad_record", arguments["on_bad_record"], _BAD_RECORDS)
    request.compression = one_of("compression", arguments["compression"], _COMPRESSIONS)
    request.level = whole("compression_level", arguments["compression_level"])
    request.group_rows = _rows_of_group(arguments["row_group_size"])
    request.with_command = not flag("no_version", arguments["no_version"])
    by = arguments["partition_by"]
    request.by_chrom = by is not None and one_of("partition_by", by, _PARTITIONS)
    request.set_join_columns(some("join_columns", arguments["join_columns"]))
    filters = _native.Filters()
    filters.passed = flag("pass_only", arguments["pass_only"])
    for fields, known in ((filters, _PLAIN_FILTERS), (request, _PLAIN)):
        for name, checked in known.items():
            setattr(fields, name, checked(name, arguments[name]))
    request.filters = filters
    return request


def _rows_of_group(given: int | None) -> int:
    rows = whole("row_group_size", given)
    if rows is None:
        return 0
    if not 1 <= rows <= 100_000_000:
        raise _native.InputError(f"row_group_size={rows}: expected a number of rows, 1 to 100,000,000")
    return rows


def _listed(arguments: dict[str, Any]) -> dict[str, Any]:
    """The same with lists in the place of what can be gone through once only."""
    once = {name: list(value) for name, value in arguments.items() if isinstance(value, Iterator)}
    return {**arguments, **once, "sources": paths("sources", once.get("sources", arguments["sources"]))}


_OF_RECORDS = {"vcf": "vcf_path", "output": "output_path"}  # as run configurations call them
_RESOURCES = ("memory_limit", "threads", "temp_directory", "preserve_insertion_order", "enable_object_cache")


def annotate(
    vcf: Path | Iterable[Path],
    sources: Path | Iterable[Path] = (),
    output: Path | None = None,
    *,
    engine: str = "auto",
    output_type: str | None = None,
    partition_by: str | None = None,
    force: bool = False,
    reuse: bool = False,
    duplicates: str = "auto",
    join_columns: str | Iterable[str] | None = None,
    bare_names: bool = False,
    reference: Path | None = None,
    contig_aliases: Path | None = None,
    assembly: str = "",
    allow_no_overlap: bool = False,
    on_bad_record: str = "fail",
    compression: str = "zstd",
    compression_level: int | None = None,
    row_group_size: int | None = None,
    existing_info: str = "replace",
    set_id: str = "",
    no_version: bool = False,
    regions: str | Iterable[str] | None = None,
    samples: str | Iterable[str] | None = None,
    pass_only: bool = False,
    min_qual: float | None = None,
    min_dp: int | None = None,
    min_gq: int | None = None,
    carried: bool = False,
    drop_ref_blocks: bool = False,
    where: str | None = None,
    only_matched: bool = False,
    user: str = "",
    sample: str = "",
    sample_description: str = "",
    sequencing_type: str = "",
    species: str = "",
    memory_limit: str | None = None,
    threads: int | None = None,
    temp_directory: Path | None = None,
    preserve_insertion_order: bool | None = None,
    enable_object_cache: bool | None = None,
    home: Path | None = None,
    progress: ProgressCallback | None = None,
) -> Result:
    """Looks up the variants of a VCF in sources, and writes its rows with the sources' columns, in the VCF's order.

    The options mean what those of `varjoin annotate` mean. The output appears complete or not at all.

    Args:
        vcf: a VCF or BCF file, or several that are read as one.
        sources: names of the catalog's sources, or files; "clinvar:CLNSIG,CLNDN=disease" takes some columns.
        output: by default a Parquet file in varjoin's own folder.
        engine: "auto", "index" or "duckdb".
        output_type: "parquet", "vcf", "vcf.gz", "bcf", "csv", "tsv" or "json"; by default as the output is named.
        partition_by: "chrom": the output is a folder with a Parquet for each chromosome.
        force: replace an existing output.
        reuse: give back what an earlier call of the same has made, if its inputs, sources and output are still as they
            were; `report["reused"]` then has the id of its run.
        duplicates: of a source's rows for one allele "all", "first", or all in a "list"; "auto" is "all" for tables.
        join_columns: plain equality on these columns instead of matching alleles.
        compression_level: of vcf.gz and bcf 0 to 12 (default 6), of Parquet's zstd 1 to 22 (default 1).
        row_group_size: rows of a row group of Parquet; by default by the number of columns.
        no_version: no command and date in the header of VCF.
        bare_names: source columns without their source's name, `id` as `rsid`.
        reference: a genome FASTA; alleles match by their left-aligned forms too.
        regions: "chr7:1-9" (1-based, both ends included), or BED files.
        memory_limit: such as "16GB" or "50%"; by default 75 % of the RAM.
        threads: by default 75 % of the processors.
        home: varjoin's folder with its catalog; by default $VARJOIN_HOME or that of the user.
        progress: is called five times a second with a dict, see `Progress`, and once at the end. What it raises stops
            the run and comes out of this function.

    Raises:
        TypeError: an argument is of another type.
        InputError: a file, a record, an argument or a source is not as it should be.
        RunError: no memory, no space, a file that can't be read or written.
        BusyError: another process is changing the catalog.
    """
    arguments = _listed(locals())
    request = request_of(arguments)
    request.command = call_text("varjoin.annotate", {**arguments, "progress": None})
    return run(request, arguments, callback(progress))


def run(request: _native.AnnotateRequest, arguments: dict[str, Any], progress: ProgressCallback | None,
        indexes: _native.OpenIndexes | None = None) -> Result:
    """One run. `indexes`: those that runs before it have opened."""
    given = {_OF_RECORDS.get(name, name): value for name, value in arguments.items() if name not in (*_RESOURCES, "home", "progress")}
    record = record_of(_native.annotate(
        request, settings_of(arguments), optional_path("home", arguments["home"]), arguments_for_record(given), progress,
        flag("reuse", arguments["reuse"]), indexes))
    tell(record.get("notes", []))
    return Result(pathlib.Path(record["metadata"]["output_file"]), record["metadata"], record)


def settings_of(arguments: dict[str, Any]) -> dict[str, str]:
    """What they say of memory, threads and the like."""
    return settings(**{name: arguments[name] for name in _RESOURCES})


def arguments_of(function: str, vcf: Path | Iterable[Path], sources: Path | Iterable[Path],
                 options: dict[str, Any]) -> dict[str, Any]:
    """All arguments of annotate(), of which `options` are given."""
    known = dict(annotate.__kwdefaults__ or {}, vcf=vcf, sources=sources, output=None)
    if unknown := options.keys() - known.keys():
        raise TypeError(f"{function}() has no option {', '.join(sorted(unknown))}; it takes those of annotate()")
    return _listed({**known, **options})


def explain(vcf: Path | Iterable[Path], sources: Path | Iterable[Path] = (), **options: Any) -> str:
    """The SQL that `annotate()` would run, with the same options.

    Raises: as `annotate()`; TypeError for an option that it does not have.
    """
    arguments = arguments_of("explain", vcf, sources, options)
    return _native.explain(request_of(arguments), settings_of(arguments), optional_path("home", arguments["home"]))
