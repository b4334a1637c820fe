# SPDX-License-Identifier: BSD-3-Clause
"""Honest traffic is untouched: real transfers over a bad path arrive whole, and as quickly as over a
plain bridge.

The path is made worse by a relay of our own before the server (framework/relay.py): loss,
duplicates, another order, uneven delays, a smaller MTU. Every transfer is checked by its hash.
"""

import hashlib
import json
import random
import shutil
import tempfile
from pathlib import Path

from api.test import log, verify
from framework.peers import Nginx, Sshd
from framework.relay import Behind
from framework.test_suite import TestSuite, func_test, perf_test

SEED = 11
SIZE = 3_000_000
UPLOAD = 1_000_000
WITHIN = 0.10  # of a plain bridge's throughput
SECONDS = 4
ROUNDS = 4  # of each, in turn: the machine is others' too
PATHS = {
    "loss": {"loss": 0.01},
    "duplicates": {"duplicate": 0.03},
    "order": {"reorder": 0.05},
    "jitter": {"jitter": 0.004},
    "all": {"loss": 0.01, "duplicate": 0.01, "reorder": 0.02, "jitter": 0.002},
}
LARGE = {"policy": {"mode": "prevent"}, "port": {"mbufs": 32768}}
RULES = """
drop http any any -> any any (msg:"never"; http.uri; content:"/never-asked-for"; sid:1;)
drop tcp any any -> any any (msg:"never"; content:"bytes that nobody sends here"; sid:2;)
drop http any any -> any any (msg:"never"; file.data; content:"bytes that nobody sends here"; sid:3;)
"""


def digest(path: Path) -> str:
    """What tells whether a file is the same."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


class TestHonest(TestSuite):
    """What honest peers notice of the appliance: nothing."""

    config = LARGE
    rules = RULES

    def set_up_suite(self):
        """A file to carry, and the servers' side."""
        self.folder = Path(tempfile.mkdtemp(prefix="gauze-honest-"))
        self.file = self.folder / "file.bin"
        self.file.write_bytes(random.Random(SEED).randbytes(SIZE))
        self.upload = self.folder / "upload.bin"
        self.upload.write_bytes(random.Random(SEED + 1).randbytes(UPLOAD))
        self.nginx = Nginx(self.testbed.server)
        self.nginx.put("file.bin", self.file.read_bytes())
        self.sshd = Sshd(self.testbed.server, self.testbed.client)
        self.gauze.start(self.config, self.rules)

    def tear_down_suite(self):
        """End the servers, forget the files."""
        self.nginx.stop()
        self.sshd.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _fetch(self, url: str) -> None:
        target = self.folder / "fetched"
        done = self.testbed.client.run("curl", "-s", "-g", "--max-time", "60", "-o", str(target),
                                       url, check=False)
        verify(done.returncode == 0, f"curl {url} ended with {done.returncode}")
        verify(digest(target) == digest(self.file), f"{url} arrived otherwise than it was sent")

    def _copy(self) -> None:
        target = self.folder / "copied"
        self.sshd.copy(self.upload, target)
        verify(digest(target) == digest(self.upload), "scp brought other bytes")

    def _transfer(self, what: str) -> None:
        """A download over IPv4 and IPv6 and an upload by scp."""
        server = self.testbed.server
        drops = self._stopped()
        for address in (server.ip, f"[{server.ip6}]"):
            self._fetch(f"http://{address}/plain/file.bin")
        self._copy()
        stopped = {why: n - drops.get(why, 0) for why, n in self._stopped().items()
                   if n != drops.get(why, 0)}
        verify(not stopped, f"{what}: packets of honest peers were dropped: {stopped}")

    def _stopped(self) -> dict:
        """What was dropped, by reason. Segments that come late, after their retransmission, have a
        timestamp from the past: their receiver discards them too (RFC 7323 section 5), and they are
        not counted here."""
        found = {row["why"]: int(row["dropped"]) for row in self.gauze.show("drops")["drops"]}
        late = self.gauze.counter("tcp.invalid.timestamp")
        found["tcp-invalid"] = max(0, found["tcp-invalid"] - late)
        return found

    @func_test
    def carry_over_a_bad_path(self):
        """Transfers over a path that loses, doubles, reorders and delays arrive whole.

        Steps:
            * For each kind of bad path, and for all at once: download 3 MB by curl over IPv4 and
              IPv6, upload 1 MB by scp.

        Verify:
            * What arrives has the hash of what was sent; the appliance dropped no packet that its
              receiver would have taken.
        """
        for name, how in PATHS.items():
            with Behind(self.testbed.server, seed=SEED, **how):
                self._transfer(name)
            log(f"path {name}: whole")

    @func_test
    def carry_over_a_smaller_mtu(self):
        """A server with a smaller MTU than its client.

        Steps:
            * Give the server an MTU of 1,280 bytes; the same transfers.

        Verify:
            * As above.
        """
        with Behind(self.testbed.server, mtu=1280):
            self._transfer("mtu 1280")

    def _throughput(self) -> float:
        """Mbit/s that iperf3 brings to the server."""
        server, client = self.testbed.server, self.testbed.client
        child = server.popen("iperf3", "-s", "-1")
        try:
            for _ in range(50):
                if "5201" in server.run("ss", "-Htln").stdout:
                    break
            done = client.run("iperf3", "-c", server.ip, "-t", str(SECONDS), "-J", timeout=60)
            told = json.loads(done.stdout)
            return told["end"]["sum_received"]["bits_per_second"] / 1e6
        finally:
            child.terminate()
            child.wait()

    @perf_test
    def keep_up_under_loss(self):
        """Under 1 % loss a transfer is as quick as over a plain bridge.

        Steps:
            * Lose 1 % of the frames of both directions; measure iperf3 over a bridge and through
              the appliance in turn, four times each.

        Verify:
            * The best through the appliance is within 10 % of the best over the bridge.
        """
        bridged, through = [], []
        for turn in range(ROUNDS):
            with Behind(self.testbed.server, loss=0.01, seed=SEED + turn):
                through.append(self._throughput())
                self.gauze.stop()
                with self.testbed.bridged():
                    bridged.append(self._throughput())
                self.gauze.start(self.config, self.rules)
        print(f"honest: Mbit/s under 1 % loss over a bridge {max(bridged):.0f}, through the "
              f"appliance {max(through):.0f}")
        verify(max(through) >= (1 - WITHIN) * max(bridged),
               f"{max(through):.0f} Mbit/s, over a bridge {max(bridged):.0f}")
