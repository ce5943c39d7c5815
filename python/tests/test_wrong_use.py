"""What strangers do: arguments of all sorts, forks, threads, pickles. Each ends in an answer or in a clear error."""
import os
import pathlib
import pickle
import sys
import threading

import numpy as np
import pyarrow as pa
import pytest
from conftest import run_python

import varjoin

LARGE = 2**70

WRONG_TYPES = [
    (lambda: varjoin.read_vcf(5), "path=5"),
    (lambda: varjoin.read_vcf(b"person.vcf"), "path=b'person.vcf'"),
    (lambda: varjoin.read_vcf(open("person.vcf", encoding="utf-8")), "path=<"),
    (lambda: varjoin.read_vcf("person.vcf", columns=[5]), "columns=5"),
    (lambda: varjoin.read_vcf("person.vcf", where=5), "where=5"),
    (lambda: varjoin.read_vcf("person.vcf", split="no"), "split='no': expected True or False"),
    (lambda: varjoin.lookup("db", None), "variants=None"),
    (lambda: varjoin.lookup("db", ("1", 100.7, "A", "G")), r"variants\[0\]"),
    (lambda: varjoin.lookup("db", [("1", 100, "A", "G"), ("1", "100", "A", "G")]), r"variants\[1\]"),
    (lambda: varjoin.lookup("db", ("1", True, "A", "G")), r"variants\[0\]"),
    (lambda: varjoin.lookup("db", [("1", 100, "A")]), r"variants\[0\]"),
    (lambda: varjoin.lookup("db", ("1", 100, None, "G")), r"variants\[0\]"),
    (lambda: varjoin.lookup(5, "1:100:A:G"), "sources=5"),
    (lambda: varjoin.annotate("person.vcf", "db", 5), "output=5"),
    (lambda: varjoin.annotate("person.vcf", "db", "o.parquet", force=1), "force=1"),
    (lambda: varjoin.annotate("person.vcf", "db", "o.parquet", min_qual="x"), "min_qual='x'"),
    (lambda: varjoin.annotate("person.vcf", "db", "o.parquet", min_dp=1.5), "min_dp=1.5"),
    (lambda: varjoin.annotate("person.vcf", "db", "o.parquet", compression_level="9"), "compression_level='9'"),
    (lambda: varjoin.annotate("person.vcf", "db", "o.parquet", progress=5), "progress=5"),
    (lambda: varjoin.Catalog(5), "home=5"),
    (lambda: varjoin.Catalog().import_(5, "db.vcf"), "name=5"),
    (lambda: varjoin.Catalog().add("x", "x.parquet", mapping=["a"]), "mapping="),
    (lambda: varjoin.Catalog().remove(5), "name=5"),
    (lambda: pickle.dumps(varjoin.read_vcf("person.vcf")), "can't be pickled"),
]

WRONG_VALUES = [
    (lambda: varjoin.read_vcf([]), "name a file"),
    (lambda: varjoin.read_vcf("a\0b"), "NUL"),
    (lambda: varjoin.read_vcf("a\udcffb"), "Unicode"),
    (lambda: varjoin.read_vcf("person.vcf", columns=[]), r"columns=\[\]: names nothing"),
    (lambda: varjoin.read_vcf("person.vcf", regions=[]), r"regions=\[\]: names nothing"),
    (lambda: varjoin.read_vcf("person.vcf", samples=[]), r"samples=\[\]: names nothing"),
    (lambda: varjoin.read_vcf("person.vcf", on_bad_record=["skip"]), "expected one of"),
    (lambda: varjoin.lookup([], "1:100:A:G"), "name a source"),
    (lambda: varjoin.lookup("db", ("1", LARGE, "A", "G")), str(LARGE)),
    (lambda: varjoin.lookup("db", ("1", -5, "A", "G")), "-5 is no position"),
    (lambda: varjoin.lookup("db", f"1:{LARGE}:A:G"), "is not a variant"),
    (lambda: varjoin.lookup("db", ("1", 100, "", "G")), "no sequence of bases"),
    (lambda: varjoin.lookup("db", ("1", 100, "A'; DROP", "G")), "no sequence of bases"),
    (lambda: varjoin.lookup("db", ("", 100, "A", "G")), "contig has no name"),
    (lambda: varjoin.annotate("person.vcf", "db:SIG=start", "o.parquet"), "'start', a name that the input has"),
    (lambda: varjoin.annotate("person.vcf", ["db", "db"], "o.parquet"), "given twice"),
    (lambda: varjoin.annotate("person.vcf", "db", "person.vcf", force=True), "is the input itself"),
    (lambda: varjoin.annotate("person.vcf", "db", "o.parquet", min_dp=LARGE), "too large"),
    (lambda: varjoin.annotate("person.vcf", "db", "o.parquet", join_columns=[]), "names nothing"),
]


@pytest.mark.parametrize("cases, kind", [(WRONG_TYPES, TypeError), (WRONG_VALUES, varjoin.InputError)],
                         ids=["types", "values"])
@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_what_is_wrong_is_named_and_nothing_is_written(person, database, cases, kind):
    before = person.read_text(encoding="utf-8")
    for call, message in cases:
        with pytest.raises(kind, match=message):
            call()
    assert person.read_text(encoding="utf-8") == before and not pathlib.Path("o.parquet").exists()


def test_positions_of_numpy_are_numbers(database):
    for given in (("1", np.int64(100), "A", "G"), [("1", np.int32(100), "A", "G")], ["1", 100, "A", "G"]):
        assert varjoin.lookup(database, given).arrow().column("db_SIG").to_pylist() == ["benign"], given
    assert varjoin.lookup(database, ("1", 2**63 - 1, "A", "G")).arrow().column("db_hits").to_pylist() == [0]


def test_what_is_gone_through_once_is_kept(person, database):
    result = varjoin.annotate((path for path in [person]), (name for name in [database]), "o.parquet",
                              regions=(region for region in ["chr1:100-100"]))
    assert result.metadata["num_rows"] == 1
    assert "generator" not in str(result.report)


@pytest.mark.parametrize("ending", ["vcf", "vcf.gz", "csv", "tsv", "json", "parquet"])
def test_each_kind_of_output_is_written_by_default(person, database, ending):
    assert varjoin.annotate(person, database, f"o.{ending}").path.stat().st_size > 0


def test_tables_without_rows_have_their_columns(person, database, work):
    header = [line for line in person.read_text(encoding="utf-8").splitlines() if line.startswith("#")]
    (work / "none.vcf").write_text("\n".join(header) + "\n", encoding="utf-8")
    rows = varjoin.read_vcf("none.vcf")
    assert rows.arrow().num_rows == 0 and rows.pl().shape == (0, 14) and rows.df().shape == (0, 14)
    assert [frame.height for frame in rows.frames()] == []
    assert varjoin.annotate("none.vcf", database, "o.parquet").metadata["num_rows"] == 0


def test_results_errors_and_catalogs_can_be_pickled(person, database):
    result = varjoin.annotate(person, database, "o.parquet")
    assert pickle.loads(pickle.dumps(result)) == result
    catalog = pickle.loads(pickle.dumps(varjoin.Catalog()))
    assert [source["name"] for source in catalog.list()] == ["db"]
    with pytest.raises(varjoin.InputError) as raised:
        varjoin.read_vcf("nosuch.vcf")
    again = pickle.loads(pickle.dumps(raised.value))
    assert type(again) is varjoin.InputError and str(again) == str(raised.value) and again.exit_code == 2


def test_a_stream_that_is_closed_or_taken_twice_is_an_error(person):
    reader = pa.RecordBatchReader.from_stream(varjoin.read_vcf(person))
    reader.close()
    with pytest.raises(pa.ArrowInvalid):
        reader.read_all()
    capsule = varjoin.read_vcf(person).__arrow_c_stream__()
    assert pa.RecordBatchReader._import_from_c_capsule(capsule).read_all().num_rows == 4
    with pytest.raises(pa.ArrowInvalid):
        pa.RecordBatchReader._import_from_c_capsule(capsule)


def test_threads_may_share_a_catalog_and_rows(person, database):
    catalog, rows, wrong = varjoin.Catalog(), varjoin.read_vcf(person), []

    def work(number):
        try:
            for _ in range(5):
                assert "db" in [source["name"] for source in catalog.list()]
                assert rows.arrow().num_rows == 4
                assert varjoin.lookup("db", "1:100:A:G").arrow().num_rows == 1
                assert varjoin.annotate(person, "db", f"o{number}.parquet", force=True).metadata["num_rows"] == 4
            catalog.import_(f"db{number}", "db.vcf")
        except BaseException as error:
            wrong.append(repr(error))

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == [] and [source["name"] for source in catalog.list()] == ["db", "db0", "db1", "db2", "db3"]


FORKED = """
import gc, os, signal, sys
import pyarrow, varjoin

def child(work):
    process = os.fork()
    if process == 0:
        signal.alarm(300)
        try:
            print(work(), flush=True)
        except Exception as error:
            print(error, flush=True)
        gc.collect()
        os._exit(0)
    print(os.waitpid(process, 0)[1], flush=True)

def drop():
    global rows, reader
    del rows, reader
    return "dropped"

path = sys.argv[1]
child(lambda: varjoin.read_vcf(path).arrow().num_rows)
rows = varjoin.read_vcf(path)
reader = pyarrow.RecordBatchReader.from_stream(rows)
child(reader.read_all)
rows = varjoin.read_vcf(path)
child(lambda: rows.arrow().num_rows)
child(drop)
print(reader.read_all().num_rows, rows.arrow().num_rows)
child(lambda: varjoin.annotate(path, "db", "o.parquet").metadata["num_rows"])
print(os.listdir(os.environ["VARJOIN_TEMP_DIRECTORY"]) != [])
"""


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_forked_child_reads_anew_and_leaves_its_parents_work_alone(person, database):
    done = run_python(FORKED, person)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == [
        "4", "0",
        "these rows were being read when the process was forked; read them anew in the child", "0",
        "4", "0", "dropped", "0", "4 4", "4", "0", "True"], done.stdout + done.stderr


SUBINTERPRETER = """
import sys
try:
    import _interpreters as interpreters
except ImportError:
    import _xxsubinterpreters as interpreters
interpreter = interpreters.create()
code = '''
try:
    import varjoin
    print(len(varjoin.read_vcf({!r}).columns))
except ImportError as error:
    print("ImportError:", error)
'''.format(sys.argv[1])
print(interpreters.run_string(interpreter, code) or "ended", flush=True)
"""


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_subinterpreter_works_or_is_told_that_it_cannot(person):
    done = run_python(SUBINTERPRETER, person)
    assert done.returncode == 0 and done.stdout.splitlines()[-1] == "ended", done.stdout + done.stderr
    answer = done.stdout.splitlines()[0]
    told = sys.version_info >= (3, 12) and answer.startswith("ImportError: module varjoin._native")
    assert answer == "14" or told, done.stdout
