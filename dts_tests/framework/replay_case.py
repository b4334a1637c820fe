# SPDX-License-Identifier: BSD-3-Clause
"""A folder is a test: in.pcap, or a session that expect.yaml tells in words (session.py), through
`gauze replay`, held against expect.yaml.

    about: what the case shows, in a sentence
    arguments: ["--mode", "prevent"]     # further arguments of replay
    patches: true                        # rules are those of rules/patch, not test.rules
    events:                              # each must be there exactly `count` times (default 1)
      - {event_type: alert, alert.signature_id: 1}
      - {event_type: alert, count: 0}
    out: same                            # packets out: same (bit-identical to in.pcap), or
    out: {packets: 3, dropped: [4, 6]}   # how many left, and which of in.pcap (from 1) did not
    exit: 0
"""

import json
import struct
import subprocess
import tempfile
from pathlib import Path

import yaml

from framework import session

ROOT = Path(__file__).resolve().parents[2]


class CaseError(AssertionError):
    """The case did not come out as expected."""


def read_pcap(path: Path) -> list:
    """The frames of a classic pcap file."""
    data = path.read_bytes()
    order = "<" if data[:4] in (b"\xd4\xc3\xb2\xa1", b"\x4d\x3c\xb2\xa1") else ">"
    frames, at = [], 24
    while at + 16 <= len(data):
        length = struct.unpack_from(order + "I", data, at + 8)[0]
        frames.append(data[at + 16:at + 16 + length])
        at += 16 + length
    return frames


def member(event: dict, path: str):
    """`alert.signature_id` of an event; a number is an index into a list."""
    value = event
    for part in path.split("."):
        if isinstance(value, list) and part.isdigit() and int(part) < len(value):
            value = value[int(part)]
        elif isinstance(value, dict):
            value = value.get(part)
        else:
            return None
    return value


def check_events(events: list, expected: list) -> None:
    """Each expectation's count of matching events."""
    for wanted in expected:
        members = {k: v for k, v in wanted.items() if k != "count"}
        found = [e for e in events if all(member(e, k) == v for k, v in members.items())]
        if len(found) != wanted.get("count", 1):
            kinds = sorted({e["event_type"] for e in events})
            raise CaseError(f"expected {wanted.get('count', 1)} of {members}, found {len(found)}; "
                            f"events there: {kinds}")


def check_out(capture: Path, written: Path, expected) -> None:
    """Which packets left, and that they are bit-identical."""
    came, left = read_pcap(capture), read_pcap(written)
    if expected == "same":
        expected = {"dropped": []}
    if "packets" in expected and len(left) != expected["packets"]:
        raise CaseError(f"{len(left)} packets left, expected {expected['packets']}")
    if "dropped" not in expected:
        return
    stay = [frame for number, frame in enumerate(came, 1) if number not in expected["dropped"]]
    if left != stay:
        gone = [n for n, frame in enumerate(came, 1) if frame not in left]
        raise CaseError(f"{len(left)} packets left where {len(stay)} should, unchanged; "
                        f"not among them: {gone}")


def run_case(folder: Path, binary: str) -> None:
    """Run one case; CaseError says what differs."""
    with open(folder / "expect.yaml", encoding="utf-8") as f:
        expect = yaml.safe_load(f)
    with tempfile.TemporaryDirectory(prefix="gauze-case-") as scratch:
        log, written, capture = Path(scratch), Path(scratch) / "out.pcap", folder / "in.pcap"
        if "session" in expect:
            capture = Path(scratch) / "in.pcap"
            session.write_session(capture, expect["session"])
        command = [binary, "replay", str(capture), "--log", scratch,
                   "--write", str(written)]
        rules = sorted((ROOT / "rules/patch").glob("*.rules")) if expect.get("patches") \
            else sorted(folder.glob("test.rules"))
        for path in rules:
            command += ["--rules", str(path)]
        command += expect.get("arguments", [])
        done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False,
                              cwd=folder)
        if done.returncode != expect.get("exit", 0):
            raise CaseError(f"exit status {done.returncode}: {done.stderr[-1500:]}")
        events = []
        if (log / "eve.json").exists():
            with open(log / "eve.json", encoding="utf-8") as f:
                events = [json.loads(line) for line in f]
        check_events(events, expect.get("events", []))
        if "out" in expect:
            check_out(capture, written, expect["out"])
