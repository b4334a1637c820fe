# SPDX-License-Identifier: BSD-3-Clause
"""The shape of a suite, as in DPDK's test suites.

A file TestSuite_<topic>.py holds one class Test<Topic>(TestSuite). Its test cases are methods
without the prefix test_, marked @func_test, each with a docstring of Steps and Verify.
"""

from framework.appliance import Appliance
from framework.testbed import Testbed


def func_test(method):
    """Mark a method as a functional test case."""
    method.test_case = "functional"
    return method


def perf_test(method):
    """Mark a method as a test case that measures."""
    method.test_case = "performance"
    return method


class TestSuite:
    """Set up once, run the cases, tear down; `self.testbed` and `self.gauze` are there."""

    __test__ = False  # pytest collects the cases by conftest.py, not by name
    config: dict = {}  # settings of this suite's appliance over the framework's own
    rules: str = ""  # rules of this suite's appliance
    arguments: dict = {}  # of the Testbed: mtu, …

    def __init__(self, testbed: Testbed, gauze: Appliance):
        self.testbed = testbed
        self.gauze = gauze
        self.options = None  # pytest's, by name

    def set_up_suite(self) -> None:
        """Before the first test case; the appliance is not running yet."""
        self.gauze.start(self.config, self.rules)

    def tear_down_suite(self) -> None:
        """After the last test case."""

    def set_up_test_case(self) -> None:
        """Before each test case."""

    def tear_down_test_case(self) -> None:
        """After each test case."""
