"""The names that users of the pipeline before varjoin have: their code runs as it is, but for the import line.

>>> import logging
>>> from varjoin.pipelines import AnnotationConfig, annotate_vcf_with_duckdb, ensure_ensembl_duckdb_exists
>>> config = AnnotationConfig(vcf_path="person.vcf.gz", user_name="maria", sample_name="NA12878")
>>> output, metadata = annotate_vcf_with_duckdb(
...     logging.getLogger(), config.vcf_path, ensure_ensembl_duckdb_exists("ensembl/"), config, "maria")

All of it is thin: `varjoin.annotate()` does the work. Columns have bare names, `id` of a source is `rsid`, and an output
of the same run before is replaced, as it was there.
"""
from __future__ import annotations

import logging
import pathlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Optional, Union

from pydantic import BaseModel, ConfigDict, Field

from .. import _native
from .._annotate import annotate
from .._arguments import optional_path, record_of
from .._catalog import Catalog

__all__ = [
    "AnnotationConfig",
    "DuckDBConfig",
    "ResourceReport",
    "annotate_vcf_with_duckdb",
    "annotate_vcf_with_ensembl",
    "ensure_ensembl_duckdb_exists",
    "get_default_duckdb_memory_limit",
    "get_default_duckdb_threads",
    "resource_tracker",
]

PathLike = Union[str, pathlib.Path]
_ENSEMBL = "ensembl"


def get_default_duckdb_memory_limit() -> str:
    """75 % of the RAM that this process may use, 8 to 128 GiB, as "12GB"."""
    return _native.default_limits()[0]


def get_default_duckdb_threads() -> int:
    """75 % of the processors that this process may use, 2 to 16."""
    return _native.default_limits()[1]


class DuckDBConfig(BaseModel):
    """What a run may use of the machine. None: the default."""

    model_config = ConfigDict(extra="forbid")

    memory_limit: Optional[str] = Field(default=None, description="16GB or 50%; default: 75 % of RAM")
    threads: Optional[int] = Field(default=None, ge=1, description="default: 75 % of the CPUs")
    temp_directory: Optional[str] = Field(default=None, description="where to spill; default: /tmp/duckdb_temp")
    preserve_insertion_order: Optional[bool] = Field(default=None, description="None, true: sorted output")
    enable_object_cache: Optional[bool] = Field(default=None, description="true: keep Parquet footers in memory")


class AnnotationConfig(BaseModel):
    """A run for one sample of one user."""

    model_config = ConfigDict(extra="forbid")

    vcf_path: PathLike = Field(description="the VCF")
    user_name: Optional[str] = Field(default=None, description="who the run is for; default: $USER")
    sample_name: Optional[str] = Field(default=None, description="default: the VCF's name")
    sample_description: Optional[str] = None
    sequencing_type: Optional[str] = Field(default=None, description="WGS, WES, panel, …")
    species: Optional[str] = None
    reference_genome: Optional[str] = Field(default=None, description="the input's assembly: GRCh38, GRCh37, …")
    output_path: Optional[PathLike] = Field(default=None, description="default: in varjoin's folder")
    compression: str = "zstd"
    join_columns: Optional[list[str]] = Field(default=None, description="plain equality on these, not matching alleles")
    sources: Optional[list[str]] = Field(default=None, description="default: ensembl, or the catalog's only source")
    duckdb_config: DuckDBConfig = DuckDBConfig()


def ensure_ensembl_duckdb_exists(parquet_dir: PathLike | None = None, home: PathLike | None = None) -> pathlib.Path:
    """Makes sure that the catalog knows Ensembl's Parquet as the source `ensembl`, and returns the catalog's path.

    Args:
        parquet_dir: the folder with Ensembl's *.parquet; not needed where the catalog has the source already.
        home: varjoin's folder; by default $VARJOIN_HOME or that of the user.

    Raises: InputError, where there is no such source and no folder is given, or no Parquet in it; BusyError.
    """
    if parquet_dir is not None:
        return pathlib.Path(_native.ensure_ensembl_catalog(optional_path("parquet_dir", parquet_dir),
                                                           optional_path("home", home)))
    catalog = Catalog(home)
    if _ENSEMBL not in (source["name"] for source in catalog.list()):
        raise _native.InputError(f"the catalog {catalog.path} has no source '{_ENSEMBL}'; give the folder of its Parquet: "
                                 "ensure_ensembl_duckdb_exists(parquet_dir)")
    return catalog.path


def _home_of(duckdb_path: PathLike) -> pathlib.Path:
    path = pathlib.Path(duckdb_path)
    if path.name != "catalog.duckdb":
        raise _native.InputError(f"{path}: is not a catalog of varjoin's; give the path that "
                                 "ensure_ensembl_duckdb_exists() returns, or Catalog().path")
    return path.parent


def _sources(config: AnnotationConfig, home: pathlib.Path) -> list[str]:
    if config.sources:
        return config.sources
    names = [source["name"] for source in Catalog(home).list()]
    if _ENSEMBL in names or not names:
        return [_ENSEMBL]
    if len(names) > 1:
        raise _native.InputError(f"the catalog has the sources {', '.join(names)}, and no '{_ENSEMBL}'; say which with "
                                 "AnnotationConfig(sources=[…])")
    return names


def _annotate(logger: Any, vcf_path: PathLike, duckdb_path: PathLike, config: AnnotationConfig, user_name: str | None,
              engine: str) -> tuple[pathlib.Path, dict[str, Any]]:
    home = _home_of(duckdb_path)
    result = annotate(
        vcf_path, _sources(config, home), config.output_path, engine=engine, force=True, bare_names=True,
        join_columns=config.join_columns, assembly=config.reference_genome or "", compression=config.compression,
        user=user_name or config.user_name or "", sample=config.sample_name or "",
        sample_description=config.sample_description or "", sequencing_type=config.sequencing_type or "",
        species=config.species or "", home=home, **config.duckdb_config.model_dump())
    if logger is not None:
        logger.info("annotated %s: %s rows in %s s, CPU %s %%, peak memory %s MB, engine %s: %s", vcf_path,
                    *(result.metadata[key] for key in ("num_rows", "duration_sec", "cpu_percent", "peak_memory_mb",
                                                       "engine", "output_file")))
    return result.path, result.metadata


def annotate_vcf_with_duckdb(logger: Any, vcf_path: PathLike, duckdb_path: PathLike, config: AnnotationConfig,
                             user_name: str | None = None) -> tuple[pathlib.Path, dict[str, Any]]:
    """Annotates with the engine `duckdb`: Parquet as it is, in little memory.

    Args:
        logger: gets a line at the end; has the method `info`, or None.
        vcf_path: the VCF; that of `config` does not count here.
        duckdb_path: the catalog, as `ensure_ensembl_duckdb_exists()` returns it.
        user_name: goes before that of `config`.

    Returns: the output's path, and its figures: see `varjoin.Result.metadata`.
    Raises: as `varjoin.annotate()`.
    """
    return _annotate(logger, vcf_path, duckdb_path, config, user_name, "duckdb")


def annotate_vcf_with_ensembl(logger: Any, vcf_path: PathLike, duckdb_path: PathLike, config: AnnotationConfig,
                              user_name: str | None = None) -> tuple[pathlib.Path, dict[str, Any]]:
    """The same with the default engine: `index` where the source has a current one."""
    return _annotate(logger, vcf_path, duckdb_path, config, user_name, "auto")


class ResourceReport:
    """What something has cost: so far within the `with` of `resource_tracker()`, and in all after it."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._tracker = _native.ResourceTracker()

    @property
    def report(self) -> dict[str, Any]:
        """All figures: duration_sec, cpu_sec, cpu_percent, peak_memory_mb, memory_delta_mb, bytes_read, …"""
        return record_of(self._tracker.usage())

    @property
    def duration_sec(self) -> float:
        return float(self.report["duration_sec"])

    @property
    def cpu_percent(self) -> float:
        """Over 100 where several cores were at work."""
        return float(self.report["cpu_percent"])

    @property
    def peak_memory_mb(self) -> float:
        """The largest resident set, in 10^6 bytes."""
        return float(self.report["peak_memory_mb"])

    def stop(self) -> None:
        """Ends the measurement. Later figures are those of now."""
        self._tracker.stop()


@contextmanager
def resource_tracker(name: str, logger: Any = None) -> Iterator[ResourceReport]:
    """Measures what the process spends in the `with`: duration, CPU %, peak memory; logs it at the end.

    >>> with resource_tracker("annotate") as tracker:
    ...     pass
    >>> tracker.duration_sec, tracker.cpu_percent, tracker.peak_memory_mb
    """
    tracker = ResourceReport(name)
    try:
        yield tracker
    finally:
        tracker.stop()
        report = tracker.report
        (logger or logging.getLogger("varjoin")).info("%s: %s s, CPU %s %%, peak memory %s MB", name,
                                                      report["duration_sec"], report["cpu_percent"],
                                                      report["peak_memory_mb"])
