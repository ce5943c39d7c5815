"""varjoin looks up the variants of a VCF in large databases kept as Parquet, in little memory.

>>> import varjoin
>>> varjoin.Catalog().import_("clinvar", "clinvar.vcf.gz")
>>> result = varjoin.annotate("person.vcf.gz", ["clinvar"], "person.parquet")
>>> result.metadata["num_rows"]

Positions are 1-based, as in VCF. Every function lets other threads of Python run while it works, stops within a second
at Ctrl-C (KeyboardInterrupt), and raises an `Error`: `InputError` for wrong use and bad files, `RunError` for work that
was begun and failed, `BusyError` for a lock that another process holds.
"""
from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ._annotate import Result, annotate, explain
    from ._catalog import Catalog
    from ._many import ManyResults, annotate_many
    from ._native import BusyError, Error, InputError, RunError, duckdb_version
    from ._native import version as __version__
    from ._rows import Rows, lookup, read_vcf

__all__ = [
    "BusyError",
    "Catalog",
    "Error",
    "InputError",
    "ManyResults",
    "Result",
    "Rows",
    "RunError",
    "__version__",
    "annotate",
    "annotate_many",
    "duckdb_version",
    "explain",
    "lookup",
    "read_vcf",
]

# Which module has a name. The native one is loaded when it is needed: varjoin.dagster does without.
_MODULES = {name: "_annotate" for name in ("Result", "annotate", "explain")}
_MODULES |= {name: "_many" for name in ("ManyResults", "annotate_many")}
_MODULES |= {name: "_rows" for name in ("Rows", "lookup", "read_vcf")}
_MODULES |= {name: "_native" for name in ("BusyError", "Error", "InputError", "RunError", "duckdb_version")}
_MODULES |= {"Catalog": "_catalog", "__version__": "_native"}


def __getattr__(name: str) -> object:
    if name not in _MODULES:
        raise AttributeError(f"module 'varjoin' has no attribute '{name}'")
    module = importlib.import_module(f".{_MODULES[name]}", __name__)
    value = getattr(module, "version" if name == "__version__" else name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
