"""varjoin.read_vcf() and varjoin.lookup(): rows as Arrow streams."""
from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, TypeVar, Union

from . import _native
from ._arguments import Path, one_of, optional_path, paths, settings, tell, texts

if TYPE_CHECKING:
    import pandas
    import polars
    import pyarrow

T = TypeVar("T")
Variant = Union[str, "tuple[str, int, str, str]"]

_BAD_RECORDS = {name: name for name in ("fail", "skip", "null")}
_GENOTYPES = {name: name for name in ("list", "long")}
_GT = {name: name for name in ("text", "numbers")}


class Rows:
    """Rows that are read when they are asked for, from the begin each time, by whatever takes Arrow streams.

    `polars.DataFrame(rows)`, `pyarrow.table(rows)`, `duckdb.sql("FROM rows")`, and `pl()`, `arrow()`, `df()` here. A batch
    has at most 16,384 rows; only the batches on their way are in memory. Each stream reads with a database of its own
    and may be read in another thread than this object's.
    """

    def __init__(self, rows: _native.Rows) -> None:
        self._rows = rows
        tell(rows.notes)

    @property
    def columns(self) -> list[str]:
        """The columns' names, in order."""
        return self._rows.names

    @property
    def types(self) -> dict[str, str]:
        """The columns' types, in DuckDB's words."""
        return dict(zip(self._rows.names, self._rows.types))

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        """The rows by the Arrow PyCapsule interface. `requested_schema` is not followed, as the interface allows."""
        return self._rows.stream()

    def __arrow_c_schema__(self) -> object:
        """The columns by the Arrow PyCapsule interface."""
        return self._rows.schema()

    def _as(self, make: Callable[[], T]) -> T:
        try:
            return make()
        except Exception:
            _native.check_signals()  # Ctrl-C has ended the stream: that is what the caller is to see
            self._rows.raise_stream_error()
            raise

    def arrow(self) -> pyarrow.Table:
        """All rows as a pyarrow.Table. Needs the package pyarrow."""
        import pyarrow

        return self._as(lambda: pyarrow.RecordBatchReader.from_stream(self).read_all())

    def pl(self) -> polars.DataFrame:
        """All rows as a polars.DataFrame. Needs the package polars."""
        import polars

        return self._as(lambda: polars.DataFrame(self))

    def df(self) -> pandas.DataFrame:
        """All rows as a pandas.DataFrame. Needs the packages pandas and pyarrow."""
        return self.arrow().to_pandas()

    def __repr__(self) -> str:
        return f"<varjoin.Rows of {len(self.columns)} columns: {', '.join(self.columns[:8])}" + (
            ", …>" if len(self.columns) > 8 else ">")


def read_vcf(
    path: Path | Iterable[Path],
    columns: str | Iterable[str] | None = None,
    regions: str | Iterable[str] | None = None,
    samples: str | Iterable[str] | None = None,
    *,
    where: str = "",
    split: bool = True,
    on_bad_record: str = "fail",
    genotypes: str = "list",
    gt: str = "text",
    info_other: bool | None = None,
    filename: bool = False,
    memory_limit: str | None = None,
    threads: int | None = None,
    temp_directory: Path | None = None,
) -> Rows:
    """The rows of VCF or BCF files, in file order, one per alternate allele.

    Args:
        path: a file or pattern, or several that are read as one.
        columns: only these, by the names of the output; no other field is parsed.
        regions: "chr7:1-9" (1-based, both ends included), or BED files; a TBI or CSI is used where there is one.
        samples: only these samples' genotypes.
        where: SQL; only rows for which it holds: "qual > 30".
        split: False gives one row per record, with its alternates as a list.
        on_bad_record: "fail", "skip" or "null".
        genotypes: of several samples, a "list" in each row, or "long", one row per sample.
        gt: "numbers" adds the numbers of GT to its text.
        info_other: a column with INFO keys that the header lacks; by default where the file has such.
        filename: a column with the file of each row.

    Raises: InputError, at once where the file or a column is not there; RunError. While rows are drawn, an error is an
        exception of whatever draws them, with varjoin's message in it.
    """
    request = _native.ReadRequest()
    request.paths = paths(path)
    request.columns = texts(columns)
    filters = _native.Filters()
    filters.regions, filters.samples, filters.where = texts(regions), texts(samples), where
    request.filters = filters
    options = {
        "split": "true" if split else "false",
        "on_bad_record": _native.sql_string(one_of("on_bad_record", on_bad_record, _BAD_RECORDS)),
    }
    if genotypes != "list":
        options["genotypes"] = _native.sql_string(one_of("genotypes", genotypes, _GENOTYPES))
    if gt != "text":
        options["gt"] = _native.sql_string(one_of("gt", gt, _GT))
    if info_other is not None:
        options["info_other"] = "true" if info_other else "false"
    if filename:
        options["filename"] = "true"
    request.options = options
    return Rows(_native.read_vcf(
        request, settings(memory_limit=memory_limit, threads=threads, temp_directory=temp_directory)))


def _variant(given: Variant) -> tuple[str, int, str, str]:
    if isinstance(given, str):
        return _native.parse_variant(given)
    chrom, start, ref, alt = given
    return chrom, int(start), ref, alt


def lookup(
    sources: Path | Iterable[Path],
    variants: Variant | Iterable[Variant],
    *,
    home: Path | None = None,
    memory_limit: str | None = None,
    threads: int | None = None,
    temp_directory: Path | None = None,
) -> Rows:
    """Looks up single variants in indexed sources.

    Args:
        sources: names of the catalog's sources, or files; "clinvar:CLNSIG" takes some columns.
        variants: "chr7:55191822:T:G" or ("chr7", 55191822, "T", "G"), one or any number. For whole files there is
            `annotate()`.

    Returns: `variant` (its number among the given ones, from 0), chrom, start, ref, alt, then each source's columns and
        its `<source>_hits`; a variant has a row for each hit, and one of NULLs with 0 hits where there is none.

    Raises: InputError, where a variant can't be read, a source or a column is not there, or has no current index.
    """
    is_one = isinstance(variants, str) or (isinstance(variants, tuple) and len(variants) == 4
                                           and isinstance(variants[1], int))
    given: Any = [variants] if is_one else variants
    return Rows(_native.lookup(
        paths(sources), [_variant(one) for one in given],
        settings(memory_limit=memory_limit, threads=threads, temp_directory=temp_directory), optional_path(home)))
