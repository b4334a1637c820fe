# SPDX-License-Identifier: BSD-3-Clause
"""Honest traffic is untouched: real transfers over a bad path arrive whole, and as quickly as over a
plain bridge.

The path is made worse by a relay of our own before the server (framework/relay.py): loss,
duplicates, another order, uneven delays, a smaller MTU. Then the two directions take different
ways, by two wires or by one that sees only one of them. What is transferred, and how it is held
against what was sent, is in framework/transfers.py.
"""

import time
from concurrent.futures import ThreadPoolExecutor

from api.test import figure, log, verify
from framework.peers import curl
from framework.relay import Behind
from framework.test_suite import TestSuite, func_test, perf_test
from framework.transfers import Transfers

SEED = 11
WITHIN = 0.10  # of a plain bridge's throughput
SECONDS = 4
RATE = 5e6  # bytes a second: less than the slowest machine's relay carries, so that it is the limit
ROUNDS = 4  # of each, in turn: the machine is others' too
PATHS = {
    "loss": {"loss": 0.01},
    "duplicates": {"duplicate": 0.03},
    "order": {"reorder": 0.05},
    "jitter": {"jitter": 0.004},
    "mtu": {"mtu": 1280},
    "all": {"loss": 0.01, "duplicate": 0.01, "reorder": 0.02, "jitter": 0.002, "mtu": 1400},
}
NEVER = ("tcp.rewritten", "tcp.cut", "tcp.reassembly_gap", "tcp.memcap", "flow.memcap")
LARGE = {"policy": {"mode": "prevent"}, "port": {"mbufs": 32768}}
RULES = """
drop http any any -> any any (msg:"never"; http.uri; content:"/never-asked-for"; sid:1;)
drop tcp any any -> any any (msg:"never"; content:"bytes that nobody sends here"; sid:2;)
drop http any any -> any any (msg:"never"; file.data; content:"bytes that nobody sends here"; sid:3;)
"""


class TestHonest(TestSuite):
    """What honest peers notice of the appliance: nothing."""

    config = LARGE
    rules = RULES

    def set_up_suite(self):
        """The servers, and the appliance."""
        self.transfers = Transfers(self.testbed.client, self.testbed.server)
        self.gauze.start(self.config, self.rules)

    def tear_down_suite(self):
        """End the servers, forget the files."""
        self.transfers.close()

    def _refused(self) -> dict:
        """What was dropped, by reason, and what honest traffic gives no cause for. Segments that come
        late, after their retransmission, have a timestamp from the past: their receiver discards them
        too (RFC 7323 section 5), and they are not counted here."""
        found = {row["why"]: int(row["dropped"]) for row in self.gauze.show("drops")["drops"]}
        late = self.gauze.counter("tcp.invalid.timestamp")
        found["tcp-invalid"] = max(0, found["tcp-invalid"] - late)
        return {**found, **{name: self.gauze.counter(name) for name in NEVER}}

    def _transfer(self, what: str) -> None:
        """All transfers at once; nothing of them may be refused."""
        before, begin = self._refused(), time.monotonic()
        jobs = self.transfers.all()
        with ThreadPoolExecutor(len(jobs)) as pool:
            for job in [pool.submit(job) for job in jobs]:
                job.result()
        refused = {why: n - before.get(why, 0) for why, n in self._refused().items()
                   if n != before.get(why, 0)}
        verify(not refused, f"{what}: packets of honest peers were dropped: {refused}")
        log(f"{what}: {len(jobs)} transfers whole, {time.monotonic() - begin:.1f} s")

    @func_test
    def carry_over_a_bad_path(self):
        """Transfers over a path that loses, doubles, reorders, delays or is narrow arrive whole.

        Steps:
            * For each kind of bad path, and for all at once: at the same time download by curl over
              IPv4 and IPv6, upload by scp, ask for a page by wrk, send and ask for rows by psql, send
              a stream by iperf3.

        Verify:
            * What arrives is what was sent; the appliance dropped no packet that its receiver would
              have taken, and changed and cut nothing.
        """
        for name, how in PATHS.items():
            with Behind(self.testbed.server, seed=SEED, **how):
                self._transfer(f"path {name}")

    def _counted(self, name: str, least: int) -> None:
        found = self.gauze.counter(name)
        verify(found >= least, f"{name} is {found}, at least {least} were expected")

    def _forbidden(self, name: str) -> None:
        """What the rules forbid does not get through, whichever way the answer takes. The client's
        kernel says it again for long, also to an appliance that was started anew: each has a name."""
        url = f"http://{self.testbed.server.ip}/never-asked-for/{name}"
        done = curl(self.testbed.client, url, seconds=3)
        verify(done.returncode != 0, f"a forbidden request was answered: {done.stdout[:80]}")
        asked = (self.transfers.nginx.folder / "access.log").read_text("utf-8")
        verify(f"never-asked-for/{name}" not in asked, "a forbidden request reached the server")

    @func_test
    def carry_over_two_wires(self):
        """The two directions of a flow cross different wires of the appliance.

        Steps:
            * Lay a second wire; the server's answers take it. Allow flows to (flow.wire-tracking).
            * All transfers; then a request that the rules forbid.

        Verify:
            * The transfers arrive whole, nothing of them is refused; flow.wires_crossed counts them.
            * The request does not reach the server.
        """
        client, server = self.testbed.client, self.testbed.server
        with self.testbed.beside() as way, way.taken(server, client):
            names = (("wire0", self.testbed), ("wire1", way))
            wires = [{"name": name, "outside": w.outside, "inside": w.inside}
                     for name, w in names]
            self.gauze.restart({**LARGE, "wires": wires, "flow": {"wire-tracking": False}}, RULES)
            self._transfer("two wires")
            self._counted("flow.wires_crossed", len(self.transfers.all()))
            self._forbidden("two-wires")
            verify(self.gauze.stop() == 0, "gauze did not end with exit status 0")
        self.gauze.start(self.config, self.rules)

    @func_test
    def carry_one_direction(self):
        """The appliance sees one direction only: refused, unless the owner says that it may be so.

        Steps:
            * Lay a plain bridge beside the wire; the server's answers take it. Ask for a page.
            * Allow it (tcp.async). All transfers, the client's requests over the bridge, then the
              server's answers; then a request that the rules forbid.

        Verify:
            * At first the page does not come, and tcp.invalid.handshake tells why.
            * Then the transfers arrive whole; tcp.async_sessions counts their connections.
            * The forbidden request does not reach the server.
        """
        client, server = self.testbed.client, self.testbed.server
        with self.testbed.beside() as way, self.testbed.bridged(way):
            with way.taken(server, client):
                done = curl(client, f"http://{server.ip}/page.bin", seconds=2)
                verify(done.returncode != 0, "a connection with an unseen side was let through")
                self._counted("tcp.invalid.handshake", 1)
            self.gauze.restart({**LARGE, "tcp": {"async": True}}, RULES)
            for what, ends in (("answers", (client, server)), ("requests", (server, client))):
                with way.taken(*ends):
                    before = self.gauze.counter("tcp.async_sessions")
                    self._transfer(f"{what} alone")
                    self._counted("tcp.async_sessions", before + len(self.transfers.all()))
                    if what == "requests":
                        self._forbidden("requests-alone")
        self.gauze.restart(self.config, self.rules)

    @perf_test
    def keep_up_under_loss(self):
        """Under 1 % loss a transfer is as quick as over a plain bridge.

        Steps:
            * Lay a plain bridge beside the wire, between the same two hosts.
            * Lose 1 % of the frames of both directions of a path of 40 Mbit/s; measure iperf3 over
              the bridge and through the appliance in turn, four times each.

        Verify:
            * The bad path is the limit of both; the best through the appliance is within 10 % of
              the best over the bridge.
        """
        bridged, through = [], []
        with self.testbed.beside() as way, self.testbed.bridged(way):
            for turn in range(ROUNDS):
                for server, found in ((self.testbed.server, through), (way.server, bridged)):
                    with Behind(server, loss=0.01, rate=RATE, seed=SEED + turn):
                        found.append(self.transfers.throughput(server.ip, SECONDS))
        figure(f"honest: Mbit/s under 1 % loss over a bridge {max(bridged):.0f}, through the "
               f"appliance {max(through):.0f}")
        verify(max(bridged) < 1.1 * 8e-6 * RATE, "the path was not the limit")
        verify(max(through) >= (1 - WITHIN) * max(bridged),
               f"{max(through):.0f} Mbit/s, over a bridge {max(bridged):.0f}")
