# SPDX-License-Identifier: BSD-3-Clause
"""How pytest finds and runs the suites: each TestSuite_<topic>.py, each case in it.

    pytest dts_tests [--gauze build/app/gauze] [--testbed FILE] [-k topic]
"""

import importlib.util
import inspect
import shutil
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
TEXT_MOST = 2000  # characters of what went wrong

from api.test import TestCaseVerifyError, figures  # noqa: E402
from framework import replay_case, rules_page, testbed as beds  # noqa: E402
from framework.appliance import Appliance  # noqa: E402
from framework.test_suite import TestSuite  # noqa: E402
from framework.testbed import Testbed  # noqa: E402


def pytest_addoption(parser):
    """Options of the suites."""
    parser.addoption("--gauze", default=str(HERE.parent / "build/app/gauze"), help="the binary")
    parser.addoption("--testbed", default=None, help="a file that names real NICs")
    parser.addoption("--random", type=int, default=500, help="combinations drawn by suite evasion")
    parser.addoption("--seed", type=int, default=None, help="what they are drawn from")
    parser.addoption("--wrapper", default="", help="run the appliance under this (valgrind …)")


def pytest_terminal_summary(terminalreporter):
    """What was measured."""
    for line in figures:
        terminalreporter.write_line(f"figure: {line}")


def pytest_collect_file(parent, file_path):
    """Suites and replay cases."""
    if file_path.name.startswith("TestSuite_") and file_path.suffix == ".py":
        return SuiteFile.from_parent(parent, path=file_path)
    if file_path.name == "expect.yaml":
        return ReplayFile.from_parent(parent, path=file_path)
    if file_path.suffix == ".rules" and file_path.parent == HERE / "rules":
        return PageFile.from_parent(parent, path=file_path)
    return None


class SuiteFile(pytest.File):
    """A file with one suite."""

    def collect(self):
        """Its test cases, in the order written."""
        spec = importlib.util.spec_from_file_location(self.path.stem, self.path)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        for _, cls in inspect.getmembers(module, inspect.isclass):
            if issubclass(cls, TestSuite) and cls.__module__ == module.__name__:
                yield SuiteClass.from_parent(self, name=cls.__name__, suite_class=cls)


class SuiteClass(pytest.Collector):
    """A suite: one testbed and one appliance for all its cases."""

    def __init__(self, suite_class, **kwargs):
        super().__init__(**kwargs)
        self.suite_class = suite_class
        self.suite = None
        self.testbed = None

    def collect(self):
        """The methods marked as test cases."""
        for name, method in vars(self.suite_class).items():
            if getattr(method, "test_case", None):
                yield SuiteCase.from_parent(self, name=name)

    def setup(self):
        """Make the testbed, start the suite."""
        if why := beds.missing():
            pytest.skip(why)
        option = self.config.getoption
        self.testbed = Testbed(option("--testbed"), **self.suite_class.arguments)
        self.testbed.__enter__()
        gauze = Appliance(self.testbed, str(Path(option("--gauze")).resolve()),
                          option("--wrapper").split())
        self.suite = self.suite_class(self.testbed, gauze)
        self.suite.options = self.config.option
        try:
            self.suite.set_up_suite()
        except BaseException:
            print(gauze.output()[-3000:])
            self._remove()
            raise

    def teardown(self):
        """End the suite, take the testbed down."""
        if self.suite is None:
            return
        try:
            self.suite.tear_down_suite()
        finally:
            self._remove()

    def _remove(self):
        try:
            self.suite.gauze.remove()
        finally:
            self.testbed.remove()
            self.suite = None


class SuiteCase(pytest.Item):
    """One test case of a suite."""

    def runtest(self):
        """Set up, run, tear down."""
        suite = self.parent.suite
        suite.set_up_test_case()
        try:
            getattr(suite, self.name)()
        finally:
            suite.tear_down_test_case()

    def repr_failure(self, excinfo, style=None):
        """The failure, and what the appliance had to say."""
        if isinstance(excinfo.value, TestCaseVerifyError):
            places = [e for e in excinfo.traceback if e.path.name.startswith("TestSuite_")]
            at = f"{places[-1].path.name}:{places[-1].lineno + 1}: " if places else ""
            text = at + str(excinfo.value)[:TEXT_MOST]
        else:
            text = str(super().repr_failure(excinfo, style))
        said = self.parent.suite.gauze.output()[-TEXT_MOST:] if self.parent.suite else ""
        return f"{text}\n--- the appliance said:\n{said}" if said else text

    def reportinfo(self):
        """How the case is called in the report."""
        return self.path, 0, f"{self.parent.name}.{self.name}"


class PageFile(pytest.File):
    """A file of dts_tests/rules: one case."""

    def collect(self):
        """The case."""
        yield PageItem.from_parent(self, name=self.path.stem)


class PageItem(pytest.Item):
    """Let the binary read the rules, and hold what it says against the file."""

    def runtest(self):
        """All of the page."""
        rules_page.run_page(self.path, self.config.getoption("--gauze"))

    def repr_failure(self, excinfo, style=None):
        """The rules alone."""
        if isinstance(excinfo.value, rules_page.PageError):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self):
        """How the case is called in the report."""
        return self.path, 0, f"rules {self.name}"


class ReplayFile(pytest.File):
    """A folder of dts_tests/replay: one case."""

    def collect(self):
        """The case."""
        yield ReplayItem.from_parent(self, name=self.path.parent.name)


class ReplayItem(pytest.Item):
    """Run the capture through the binary and hold the outcome against expect.yaml."""

    def runtest(self):
        """Run in a folder of its own."""
        binary = self.config.getoption("--gauze")
        if shutil.which(binary) is None:
            pytest.fail(f"{binary} is not there: run make", pytrace=False)
        replay_case.run_case(self.path.parent, binary)

    def repr_failure(self, excinfo, style=None):
        """The sentence alone."""
        if isinstance(excinfo.value, replay_case.CaseError):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self):
        """How the case is called in the report."""
        return self.path, 0, f"replay {self.name}"
