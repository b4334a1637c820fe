# SPDX-License-Identifier: BSD-3-Clause
"""A folder is a test: in.pcap, or a session that expect.yaml tells in words (session.py), through
`gauze replay`, held against expect.yaml.

    about: what the case shows, in a sentence
    session: ...                         # instead of in.pcap: session.py
    capture: {format: pcapng}            # how the session is written down: capture.py
    arguments: ["--mode", "prevent"]     # further arguments of replay
    rules: ["alert ..."]                 # instead of test.rules
    patches: true                        # rules are those of rules/patch, not test.rules
    events:                              # each must be there exactly `count` times (default 1)
      - {event_type: alert, alert.signature_id: 1}
      - {event_type: alert, count: 0}
    out: same                            # packets out: same (bit-identical to what came), or
    out: {packets: 3, dropped: [4, 6]}   # how many left, and which of them (from 1) did not
    reads: {server: "GET /", client: ""} # what the ends can read of the first connection that
                                         # left, each byte in one version
    datagrams: ["one", "another"]        # what UDP datagrams that left carry, with right checksums
    stores: ["content", ...]             # the contents of the files kept in filestore/, no others
    records: 2                           # events of files that stand beside them (default 0)
    certs: 2                             # chains of certificates kept in certs/, and who they are of
    says: ["Gbit/s"]                     # what stands in its output
    exit: 0
"""

import hashlib
import json
import ssl
import subprocess
import tempfile
from datetime import datetime, timezone
from pathlib import Path

import yaml

from framework import capture, received, session
from framework.said import bytes_of

ROOT = Path(__file__).resolve().parents[2]
EVENTS_MOST, EVENT_MOST = 6, 400  # shown when one is missing


class CaseError(AssertionError):
    """The case did not come out as expected."""


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
            there = "\n".join(json.dumps(e)[:EVENT_MOST] for e in
                              [e for e in events if e["event_type"] != "stats"][:EVENTS_MOST])
            raise CaseError(f"expected {wanted.get('count', 1)} of {members}, found {len(found)}; "
                            f"events there:\n{there}")


def check_out(came: list, left: list, expected) -> None:
    """Which packets left, and that they are bit-identical."""
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


def check_records(there: dict, count: int) -> None:
    """Events of files under their digest, second and number."""
    for name, text in there.items():
        info = json.loads(text)["fileinfo"]
        digest, second, number, _ = name.split("/")[1].split(".")
        if (digest, number) != (info["sha256"], str(info["file_id"])) or not second.isdigit():
            raise CaseError(f"{name} is about {info}")
    if len(there) != count:
        raise CaseError(f"events stored are {list(there)}, expected {count}")


def check_stores(folder: Path, expected: list, records: int) -> None:
    """Which contents were kept, each under its digest, and that nothing was left behind."""
    contents = [bytes_of(content) for content in expected]
    wanted = {hashlib.sha256(c).hexdigest() for c in contents}
    there = {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}
    check_records({n: there.pop(n) for n in list(there) if n.endswith(".json")}, records)
    if set(there) != {f"{digest[:2]}/{digest}" for digest in wanted}:
        raise CaseError(f"kept are {there}, expected {expected}")
    if sorted(there.values()) != sorted(contents):
        raise CaseError(f"contents under digests are {there}")


def check_certs(folder: Path, expected: int) -> None:
    """Each chain is PEM, the first of it the one that the file beside it names, with their time."""
    chains = list(folder.glob("*.pem"))
    for chain in chains:
        says = chain.with_suffix(".meta").read_text()
        der = ssl.PEM_cert_to_DER_cert(chain.read_text().split("-----END")[0]
                                       + "-----END CERTIFICATE-----")
        second, part = chain.name.split("-")[0].split(".")
        when = datetime.fromtimestamp(int(second), timezone.utc)
        if (hashlib.sha1(der).hexdigest() not in says.replace(":", "") or "TLS SUBJECT:" not in says
                or f"{when:%m/%d/%Y-%H:%M:%S}.{part}\n" not in says):
            raise CaseError(f"{chain.name} is not what is told of it: {says}")
    there = [p for p in folder.rglob("*") if p.is_file()]
    if len(chains) != expected or len(there) != 2 * expected:
        raise CaseError(f"certificates kept are {there}, expected {expected}")


def check_reads(left: list, expected: dict) -> None:
    """What the server and the client could read."""
    for who, wanted in expected.items():
        try:
            read = received.stream(left, who == "server")
        except received.TwoVersions as two:
            raise CaseError(f"the {who}'s stream: {two}") from None
        if read != bytes_of(wanted):
            raise CaseError(f"the {who} reads {read!r}, expected {bytes_of(wanted)!r}")


def check_datagrams(left: list, expected: list) -> None:
    """What UDP datagrams that left carry."""
    carried = received.datagrams(left)
    if carried != [bytes_of(wanted) for wanted in expected]:
        raise CaseError(f"datagrams carry {carried!r}, expected {expected!r}")


class Case:
    """One folder, run once."""

    def __init__(self, folder: Path, binary: str, scratch: Path):
        self.folder, self.binary, self.scratch = folder, binary, scratch
        with open(folder / "expect.yaml", encoding="utf-8") as f:
            self.expect = yaml.safe_load(f)

    def _capture(self) -> tuple:
        """The capture's path and its frames."""
        if "session" not in self.expect:
            return self.folder / "in.pcap", capture.read(self.folder / "in.pcap")
        path = self.scratch / "in.pcap"
        frames = session.build(self.expect["session"])
        return path, capture.write(path, frames, self.expect.get("capture"))

    def _rules(self) -> list:
        if self.expect.get("patches"):
            return sorted((ROOT / "rules/patch").glob("*.rules"))
        if "rules" not in self.expect:
            return sorted(self.folder.glob("*.rules"))
        path = self.scratch / "test.rules"
        path.write_text("\n".join(self.expect["rules"]) + "\n", encoding="utf-8")
        return [path]

    def run(self) -> None:
        """CaseError says what differs."""
        expect, (path, came) = self.expect, self._capture()
        written = self.scratch / "out.pcap"
        command = [self.binary, "replay", str(path), "--log", str(self.scratch),
                   "--write", str(written)]
        for rules in self._rules():
            command += ["--rules", str(rules)]
        done = subprocess.run(command + expect.get("arguments", []), capture_output=True,
                              timeout=120, check=False, cwd=self.folder, text=True)
        said = done.stdout + done.stderr
        if done.returncode != expect.get("exit", 0):
            raise CaseError(f"exit status {done.returncode}: {said[-1500:]}")
        for words in expect.get("says", []):
            if words not in said:
                raise CaseError(f"it does not say {words!r}: {said[-1500:]}")
        check_events(self._events(), expect.get("events", []))
        if "certs" in expect:
            check_certs(self.scratch / "certs", expect["certs"])
        if "stores" in expect:
            check_stores(self.scratch / "filestore", expect["stores"],
                         expect.get("records", 0))
        left = capture.read(written) if written.exists() else []
        if "out" in expect:
            check_out(came, left, expect["out"])
        check_reads(left, expect.get("reads", {}))
        if "datagrams" in expect:
            check_datagrams(left, expect["datagrams"])

    def _events(self) -> list:
        path = self.scratch / "eve.json"
        if not path.exists():
            return []
        with open(path, encoding="utf-8") as f:
            return [json.loads(line) for line in f]


def run_case(folder: Path, binary: str) -> None:
    """Run one case; CaseError says what differs."""
    with tempfile.TemporaryDirectory(prefix="gauze-case-") as scratch:
        Case(folder, binary, Path(scratch)).run()
