# SPDX-License-Identifier: BSD-3-Clause
"""Verdicts and words of a test case."""

import logging
import time

_log = logging.getLogger("dts")
figures = []  # what was measured; told at the end of the run


class TestCaseVerifyError(AssertionError):
    """What a test case wanted did not hold."""


def verify(condition: bool, failure_description: str) -> None:
    """Fail the test case with a sentence unless `condition` holds."""
    if not condition:
        raise TestCaseVerifyError(failure_description)


def log(message: str) -> None:
    """A line for whoever reads the run."""
    _log.info(message)


def figure(message: str) -> None:
    """What was measured: a line at the end of the run, passed or not."""
    _log.info(message)
    figures.append(message)


def wait_for(question, seconds: float, failure_description: str):
    """Ask `question` until it answers truly, and return that answer; fail after `seconds`."""
    deadline = time.monotonic() + seconds
    while True:
        answer = question()
        if answer:
            return answer
        verify(time.monotonic() < deadline, f"{failure_description} (waited {seconds} s)")
        time.sleep(0.05)
