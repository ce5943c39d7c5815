"""Runs a file of the Python package's tests that needs Dagster.

usage: dagster_package_test.py VARJOIN PYTHON_FOLDER ENVIRONMENT FILE
                                           ENVIRONMENT: where a Python with Dagster is made, if this one has none

exit 77: Dagster can't be had, or tests were skipped; the reason is printed.
"""
import os
import sys
from pathlib import Path

from dagster_python import SKIPPED, run_with_dagster

VARJOIN, PACKAGE, ENVIRONMENT = (Path(argument).resolve() for argument in sys.argv[1:4])
run_with_dagster(ENVIRONMENT)

import pytest  # noqa: E402  after run_with_dagster()


class Counted:
    """What was skipped."""

    def __init__(self):
        self.skipped = 0

    def pytest_runtest_logreport(self, report):
        self.skipped += report.skipped


os.environ.update(VARJOIN=str(VARJOIN), PYTHONPATH=str(PACKAGE))
sys.path.insert(0, str(PACKAGE))
counted = Counted()
options = ["-q", "-rs", "--no-header", "-p", "no:cacheprovider", "-W", "ignore::Warning", "--show-capture=no"]
code = pytest.main([*options, str(PACKAGE / "tests" / sys.argv[4])], plugins=[counted])
sys.exit(code if code or not counted.skipped else SKIPPED)
