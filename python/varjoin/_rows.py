"""varjoin.read_vcf() and varjoin.lookup(): rows as Arrow streams."""
from __future__ import annotations

import numbers
import operator
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any, TypeVar, Union

from . import _native
from ._arguments import Path, files, flag, one_of, optional_path, paths, settings, some, tell, text, wrong_type

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

    def __reduce__(self) -> tuple[object, ...]:
        raise TypeError("varjoin.Rows are read where they are and can't be pickled: pickle rows.arrow(), or call the "
                        "function that made them in the other process")

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

        return self._as(lambda: polars.DataFrame(_PolarsRows(self._rows)))

    def frames(self) -> Iterator[polars.DataFrame]:
        """The rows as polars.DataFrames, one a batch, for what would not fit into memory. Needs polars and pyarrow."""
        import polars
        import pyarrow

        reader = self._as(lambda: pyarrow.RecordBatchReader.from_stream(_PolarsRows(self._rows)))
        while True:
            try:
                batch = self._as(reader.read_next_batch)
            except StopIteration:
                return
            yield polars.DataFrame(batch)

    def df(self) -> pandas.DataFrame:
        """All rows as a pandas.DataFrame. Needs the packages pandas and pyarrow."""
        frame: pandas.DataFrame = self.arrow().to_pandas()
        return frame

    def __repr__(self) -> str:
        return f"<varjoin.Rows of {len(self.columns)} columns: {', '.join(self.columns[:8])}" + (
            ", …>" if len(self.columns) > 8 else ">")


class _PolarsRows:
    """The stream with text as Polars has it, which Polars then needs not copy."""

    def __init__(self, rows: _native.Rows) -> None:
        self._rows = rows

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        return self._rows.stream(string_views=True)


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

    Raises: TypeError; InputError, at once where the file or a column is not there; RunError. While rows are drawn, an
        error is an exception of whatever draws them, with varjoin's message in it.
    """
    request = _native.ReadRequest()
    request.paths = files("path", path)
    request.columns = some("columns", columns)
    filters = _native.Filters()
    filters.regions, filters.samples = some("regions", regions), some("samples", samples)
    filters.where = text("where", where)
    request.filters = filters
    options = {
        "split": "true" if flag("split", split) else "false",
        "on_bad_record": _native.sql_string(one_of("on_bad_record", on_bad_record, _BAD_RECORDS)),
    }
    if genotypes != "list":
        options["genotypes"] = _native.sql_string(one_of("genotypes", genotypes, _GENOTYPES))
    if gt != "text":
        options["gt"] = _native.sql_string(one_of("gt", gt, _GT))
    if info_other is not None:
        options["info_other"] = "true" if flag("info_other", info_other) else "false"
    if flag("filename", filename):
        options["filename"] = "true"
    request.options = options
    return Rows(_native.read_vcf(
        request, settings(memory_limit=memory_limit, threads=threads, temp_directory=temp_directory)))


def _variant(number: int, given: Variant) -> tuple[str, int, str, str]:
    name = f"variants[{number}]"
    if isinstance(given, str):
        return _native.parse_variant(text(name, given))
    try:
        chrom, start, ref, alt = given
        position = operator.index(start)
        if isinstance(start, bool) or not all(isinstance(word, str) for word in (chrom, ref, alt)):
            raise TypeError
    except (TypeError, ValueError):
        raise wrong_type(name, given, "'chr7:55191822:T:G' or ('chr7', 55191822, 'T', 'G')") from None
    if not 0 <= position < 2**63:
        raise _native.InputError(f"{name}={given!r}: {position} is no position; they count from 1")
    return text(name, chrom), position, text(name, ref), text(name, alt)


def _is_one_variant(given: object) -> bool:
    return isinstance(given, str) or (isinstance(given, (tuple, list)) and len(given) == 4
                                      and isinstance(given[1], numbers.Number))


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

    Raises: TypeError; InputError, where a variant can't be read, a source or a column is not there, or has no current
        index.
    """
    given: Any = [variants] if _is_one_variant(variants) else variants
    if isinstance(given, bytes) or not isinstance(given, Iterable):
        raise wrong_type("variants", given, "'chr7:55191822:T:G', ('chr7', 55191822, 'T', 'G'), or several of them")
    named = paths("sources", sources)
    if not named:
        raise _native.InputError("sources=[]: name a source at least, or a file")
    return Rows(_native.lookup(
        named, [_variant(number, one) for number, one in enumerate(given)],
        settings(memory_limit=memory_limit, threads=threads, temp_directory=temp_directory), optional_path("home", home)))
