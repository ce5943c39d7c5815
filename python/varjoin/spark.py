"""varjoin on Spark: shards of many VCFs run by its executors, and a source's columns for any DataFrame.

>>> import varjoin.spark
>>> varjoin.spark.annotate(spark, ["people/*.vcf.gz"], ["clinvar"], "/shared/annotated")
>>> df = varjoin.spark.lookup(spark.read.parquet("calls"), "clinvar", ["CLNSIG"])

Every executor needs this package, and sees inputs, sources (VARJOIN_HOME) and outputs under the same paths as the
driver. Indexes are mapped from there, so that executors of one machine share them; `local_copies` makes a copy a machine
first.
"""
from __future__ import annotations

import fcntl
import json
import os
import pathlib
import re
import shutil
import subprocess
import time
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from ._command import COMMAND

if TYPE_CHECKING:
    import pyarrow
    from pyspark.sql import DataFrame, SparkSession

__all__ = ["annotate", "lookup"]

_TRY_AGAIN = 75
_TRIES = 60  # a shard whose process has just been killed is free when the system has noticed
_BASES = re.compile("[A-Za-z]+")


def _run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([COMMAND, *arguments], capture_output=True, text=True)


def _must(*arguments: str) -> str:
    done = _run(*arguments)
    if done.returncode != 0:
        raise RuntimeError(f"varjoin {arguments[0]} ended with {done.returncode}: {done.stderr.strip()}")
    return done.stdout


def _run_shard(manifest: str, shard: int) -> int:
    """On an executor. Spark runs a task again when its executor is lost; what a shard has done is not done twice."""
    for _ in range(_TRIES):
        done = _run("run-shard", manifest, str(shard), "--threads", "1")
        if done.returncode != _TRY_AGAIN:
            break
        time.sleep(1)
    if done.returncode != 0:
        raise RuntimeError(f"shard {shard} of {manifest} ended with {done.returncode}: {done.stderr.strip()}")
    return shard


def annotate(
    spark: SparkSession,
    inputs: str | os.PathLike[str] | Iterable[str | os.PathLike[str]],
    sources: str | Iterable[str],
    output: str | os.PathLike[str],
    *,
    shards: int | None = None,
    options: Sequence[str] = (),
) -> int:
    """Annotates VCFs on Spark's executors, as `varjoin plan`, `run-shard` and `merge` do.

    Args:
        inputs: VCF files or patterns.
        sources: as `-s` of the command has them: "clinvar", "clinvar:CLNSIG=significance".
        output: a folder that does not exist; it becomes one Parquet dataset, with a folder `sample=NAME` for each input,
            complete or not at all. A call that has failed goes on where it was, if it is called again.
        shards: how many; default: one for each 64 MB of input.
        options: others of `varjoin annotate`: ["--duplicates", "first"].

    Returns: the number of shards.

    Raises: RuntimeError, with varjoin's message; FileExistsError.
    """
    target = pathlib.Path(output).absolute()
    if target.exists():
        raise FileExistsError(f"{target}: exists already; name another folder, or remove it")
    work = target.with_name(f".{target.name}.varjoin")
    given = [inputs] if isinstance(inputs, (str, os.PathLike)) else list(inputs)
    wanted = [sources] if isinstance(sources, str) else list(sources)
    _must("plan", *(os.fspath(path) for path in given), *(word for name in wanted for word in ("-s", name)), "--out-dir",
          str(work), "--no-trial", *([] if shards is None else ["--shards", str(shards)]), *options)
    manifest = work / "varjoin-shards.json"
    planned = json.loads(manifest.read_text(encoding="utf-8"))
    numbers = [shard["shard"] for shard in planned["shards"]]
    path = str(manifest)
    spark.sparkContext.parallelize(numbers, len(numbers)).map(lambda number: _run_shard(path, number)).collect()
    _must("merge", path, "--dataset")
    made = work / "dataset"
    shutil.rmtree(made, ignore_errors=True)
    made.mkdir()
    for entry in planned["inputs"]:
        folder = pathlib.Path(entry["output"]).with_suffix("")
        parts = made / f"sample={folder.name}"
        parts.mkdir()
        for part in sorted(folder.glob("*.parquet")):  # a second name of each: merging again has nothing to do
            os.link(part, parts / part.name)
    os.rename(made, target)
    shutil.rmtree(work)
    return len(numbers)


def _variants(batch: pyarrow.RecordBatch) -> tuple[list[int], list[tuple[str, int, str, str]]]:
    """The rows that can be looked up, and what they are. What is no sequence of bases matches nothing."""
    rows, variants = [], []
    columns = [batch.column(name).to_pylist() for name in ("chrom", "start", "ref", "alt")]
    for row, (chrom, start, ref, alt) in enumerate(zip(*columns)):
        if chrom and start is not None and start >= 0 and ref and alt and _BASES.fullmatch(ref) and _BASES.fullmatch(alt):
            rows.append(row)
            variants.append((chrom, start, ref, alt))
    return rows, variants


def _added(source: str, variants: list[tuple[str, int, str, str]], home: str) -> pyarrow.Table:
    from ._rows import lookup as look_up

    found = look_up(source, variants, home=home, threads=1).arrow()
    return found.drop_columns([name for name in ("chrom", "start", "ref", "alt") if name in found.column_names])


def _look_up_batches(batches: Iterator[pyarrow.RecordBatch], source: str, home: str,
                     copies: str | None) -> Iterator[pyarrow.RecordBatch]:
    import pyarrow

    if copies is not None:
        home = _local_copy(home, copies)
    nothing = None
    for batch in batches:
        rows, variants = _variants(batch)
        if nothing is None:  # how a miss looks: a row of NULLs, with 0 hits
            nothing = _added(source, [("no such contig", 1, "A", "C")], home)
        found = _added(source, variants, home) if variants else nothing.slice(0, 0)
        hit = dict[int, list[int]]()
        for place, variant in enumerate(found.column("variant").to_pylist()):
            hit.setdefault(rows[variant], []).append(place)
        # A row for each hit, in the order of the DataFrame; the row after the found ones is the miss.
        of_row = [(row, place) for row in range(batch.num_rows) for place in hit.get(row, [found.num_rows])]
        taken = batch.take(pyarrow.array([row for row, _ in of_row], pyarrow.int64()))
        values = pyarrow.concat_tables([found, nothing]).drop_columns(["variant"]).take(
            pyarrow.array([place for _, place in of_row], pyarrow.int64()))
        both = pyarrow.table([*taken.columns, *values.columns], [*taken.schema.names, *values.schema.names])
        yield from both.combine_chunks().to_batches()


def _local_copy(home: str, folder: str) -> str:
    """A copy of the home on this machine, made once, by whichever task is the first."""
    copy = pathlib.Path(folder) / re.sub("[^A-Za-z0-9]+", "-", home).strip("-")
    copy.parent.mkdir(parents=True, exist_ok=True)
    with open(copy.with_suffix(".lock"), "w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not copy.exists():
            half = copy.with_suffix(".half")
            shutil.rmtree(half, ignore_errors=True)
            shutil.copytree(home, half, ignore=shutil.ignore_patterns("runs", "users", "tmp"))
            half.rename(copy)
    return str(copy)


def lookup(df: DataFrame, source: str, columns: Iterable[str] | None = None, *,
           home: str | os.PathLike[str] | None = None, local_copies: str | None = None) -> DataFrame:
    """Adds a source's columns to a DataFrame with chrom, start (1-based), ref and alt, one alternate a row.

    Alleles match as in `annotate`: by contig aliases and minimal forms. A row has a row for each of its hits, and one of
    NULLs where there is none; `<source>_hits` tells how many. Rows keep their partitions and their order in them.

    Args:
        source: of the catalog, with an index.
        columns: the source's; default: all. "CLNSIG=significance" renames one.
        home: VARJOIN_HOME, the same path on all machines.
        local_copies: a folder of each machine, into which the home is copied once, and read from there.

    Raises: varjoin.InputError, where the source or a column is not there, or it has no index.
    """
    from pyspark.sql.pandas.types import from_arrow_schema
    from pyspark.sql.types import StructType

    from ._catalog import Catalog

    missing = [name for name in ("chrom", "start", "ref", "alt") if name not in df.columns]
    if missing:
        raise ValueError(f"the DataFrame has no column {', '.join(missing)}; it has {', '.join(df.columns)}")
    wanted = source if columns is None else f"{source}:{','.join(columns)}"
    place = str(Catalog(home).home.absolute())  # the executors' own environment may say something else
    added = _added(wanted, [("no such contig", 1, "A", "C")], place).drop_columns(["variant"])
    twice = [name for name in added.column_names if name in df.columns]
    if twice:
        raise ValueError(f"the DataFrame has a column {twice[0]} already; rename it, or the source's: COLUMN=NAME")
    schema = StructType([*df.schema.fields, *from_arrow_schema(added.schema).fields])

    def look_up(batches: Iterator[Any]) -> Iterator[Any]:
        return _look_up_batches(batches, wanted, place, local_copies)

    return df.mapInArrow(look_up, schema)
