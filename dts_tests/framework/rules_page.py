# SPDX-License-Identifier: BSD-3-Clause
"""A file of rules is a test: each is taken by `gauze check`, or refused with the sentence before it.

    # refused: flow: to_client contradicts
    alert tcp any any -> any any (flow:to_server,to_client; sid:2;)
"""

import re
import subprocess
from pathlib import Path

REFUSED = "# refused: "
SAID = re.compile(r"^(?:error: )?\S*?\.rules:(\d+)(?::\d+)?: (.*)$")


class PageError(AssertionError):
    """A rule was taken that should not be, or the other way round."""


def expected(path: Path) -> dict:
    """What is said of each line that is refused."""
    wanted, sentence = {}, None
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if line.startswith(REFUSED):
            sentence = line[len(REFUSED):]
        elif sentence is not None:
            wanted[number], sentence = sentence, None
    return wanted


def run_page(path: Path, binary: str) -> None:
    """PageError tells the first rules that come out otherwise."""
    done = subprocess.run([binary, "check", "--home-net", "10.0.0.0/8", "--set",
                           "file-store.enabled=true", "--rules", str(path)],
                          capture_output=True, text=True, timeout=60, check=False)
    said, wanted, wrong = {}, expected(path), []
    for line in (done.stdout + done.stderr).splitlines():
        if found := SAID.match(line):
            said.setdefault(int(found[1]), found[2])
    for number in sorted(set(said) | set(wanted)):
        if number not in wanted:
            wrong.append(f"{path.name}:{number}: {said[number]}")
        elif wanted[number] not in said.get(number, ""):
            wrong.append(f"{path.name}:{number}: expected {wanted[number]!r}, it says "
                         f"{said.get(number, 'nothing')!r}")
    if done.returncode not in (0, 1) or not (done.stdout + done.stderr):
        wrong.append(f"exit status {done.returncode}: {done.stderr[-500:]}")
    if wrong:
        raise PageError("\n".join(wrong[:10]))
