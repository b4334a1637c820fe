# SPDX-License-Identifier: BSD-3-Clause
"""Conversations: shown, ended when quiet, and those whose start was not seen."""

import socket

from api.test import verify, wait_for
from framework.flood import Flood
from framework.peers import Answerer, Recorder, connect
from framework.test_suite import TestSuite, func_test

PREVENT = {"policy": {"mode": "prevent"}}
SHORT = {**PREVENT, "flow": {"timeout": {"tcp-closed": "1 s", "udp-new": "1 s", "udp-established": "2 s"}}}
RULES = ('alert tcp any any -> any 5001 (msg:"marked"; flow:established; content:"MARKED"; sid:1;)\n'
         'alert tcp any any -> any 5001 (msg:"in a packet"; content:"MARKED"; sid:2;)\n')


class TestFlow(TestSuite):
    """The flow table, as seen from outside."""

    config = SHORT
    rules = RULES

    def set_up_test_case(self):
        """Only what this case does is looked at."""
        self.gauze.mark()

    def _flows(self, words):
        return self.gauze.show(f"flows {words}")["flows"]

    def _udp(self, data, port, times=1, answer=True):
        with self.testbed.client.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
            sock.settimeout(3)
            for _ in range(times):
                sock.sendto(data, (self.testbed.server.ip, port))
                if answer:
                    verify(sock.recv(4096) == data, "the echo is another")

    @func_test
    def show_a_connection(self):
        """A connection is shown with what is known of it.

        Steps:
            * Connect, send 10 bytes, look at show flows with a filter; close.

        Verify:
            * There is one flow, established, with the right ends; another filter shows none.
            * Its event tells that it was closed.
        """
        client, server = self.testbed.client, self.testbed.server
        with Recorder(server, 5001) as recorder:
            with connect(client, server.ip, 5001) as sock:
                sock.sendall(b"0123456789")
                wait_for(lambda: recorder.all() == b"0123456789", 3, "the bytes did not arrive")
                rows = self._flows("port 5001 tcp")
                verify(len(rows) == 1, f"expected one flow, found {rows}")
                row = rows[0]
                verify((row["client"], row["server"], row["server-port"]) ==
                       (client.ip, server.ip, 5001), f"other ends: {row}")
                verify("established" in row["state"], f"another state: {row}")
                verify(row["packets-to-server"] >= 3 and row["packets-to-client"] >= 2,
                       f"too few packets: {row}")
                verify(self._flows("port 5999 tcp") == [], "a filter shows what it should not")
        event = self.gauze.wait_event("flow", 10, dest_port=5001)
        verify(event["flow"]["state"] == "closed", f"another state in its event: {event}")

    @func_test
    def list_many(self):
        """Many conversations are counted, and some of them listed, while packets go on.

        Steps:
            * Send 20,000 SYNs from as many addresses; look at show flows again and again during an
              upload.

        Verify:
            * All are counted and 1,000 of them shown; the upload is whole.
        """
        server = self.testbed.server
        self.gauze.restart({**PREVENT, "worker": {"count": 1}}, RULES)
        with Recorder(server, 5001) as recorder, Flood(self.testbed.client, server) as flood:
            flood.syns(0, 20000, 5999)
            wait_for(lambda: self.gauze.counter("flow.tcp") == 20000, 10, "SYNs are missing")
            with connect(self.testbed.client, server.ip, 5001) as sock:
                for _ in range(20):
                    sock.sendall(b"x" * 50000)
                    shown = self.gauze.show("flows port 5999 tcp")
                    verify((shown["matched"], len(shown["flows"])) == (20000, 1000),
                           f"{shown['matched']} flows, {len(shown['flows'])} shown")
                wait_for(lambda: len(recorder.all()) == 1000000, 5, "the upload is not whole")
        self.gauze.restart(SHORT, RULES)

    @func_test
    def end_quiet_flows(self):
        """Quiet flows end after the time of their state, with an event that counts.

        Steps:
            * Send a datagram that is answered, and three that nobody answers; wait.

        Verify:
            * Each flow's event has its packets and bytes, its state and the reason timeout.
            * show flows has neither any more.
        """
        server = self.testbed.server
        with Answerer(server, 5002), Answerer(server, 5003, lambda data: None):
            self._udp(b"x" * 30, 5002)
            self._udp(b"y" * 20, 5003, times=3, answer=False)
            for port, state, counts in ((5003, "new", (3, 0, 186, 0)),
                                        (5002, "established", (1, 1, 72, 72))):
                flow = self.gauze.wait_event("flow", 15, dest_port=port)["flow"]
                got = tuple(flow[k] for k in ("pkts_toserver", "pkts_toclient", "bytes_toserver",
                                              "bytes_toclient"))
                verify(got == counts, f"the event of port {port} counts {got}, not {counts}")
                verify((flow["state"], flow["reason"]) == (state, "timeout"), f"event: {flow}")
                verify(self._flows(f"port {port}") == [], f"port {port} is still shown")

    def _restart_under_a_connection(self, config):
        """A connection that was there before gauze started, on which MARKED is then sent."""
        with Recorder(self.testbed.server, 5001) as server:
            with connect(self.testbed.client, self.testbed.server.ip, 5001) as sock:
                sock.sendall(b"hello ")
                wait_for(lambda: server.all() == b"hello ", 3, "the bytes did not arrive")
                self.gauze.restart({**SHORT, **config}, RULES)
                self.gauze.mark()
                sock.sendall(b"MARKED ")
                try:
                    wait_for(lambda: server.all() == b"hello MARKED ", 1.5, "")
                    return True
                except AssertionError:
                    return False

    @func_test
    def pass_what_began_unseen(self):
        """A connection whose start was not seen passes by default, and is not picked up.

        Steps:
            * Connect, restart gauze, go on; a rule for established connections would match, and one
              that says nothing of the connection.

        Verify:
            * The bytes arrive; the first rule does not match. The second one does, as in Suricata 7
              with stream.midstream off: its content is looked for in packets that are in no stream.
        """
        verify(self._restart_under_a_connection({}), "the connection did not survive a restart")
        self.gauze.wait_event("alert", 5, alert__signature_id=2)
        self.gauze.settle()
        found = [e for e in self.gauze.events("alert") if e["alert"]["signature_id"] != 2]
        verify(found == [], f"it was inspected: {found}")

    @func_test
    def pick_up_what_began_unseen(self):
        """With tcp.midstream = pick-up it is inspected.

        Steps:
            * As above, with the setting.

        Verify:
            * The bytes arrive; there is an alert.
        """
        verify(self._restart_under_a_connection({"tcp": {"midstream": "pick-up"}}),
               "the connection did not survive")
        self.gauze.wait_event("alert", 5, alert__signature_id=1)

    @func_test
    def drop_what_began_unseen(self):
        """With exception.tcp-midstream = drop it is refused.

        Steps:
            * As above, with the setting.

        Verify:
            * The bytes do not arrive, and the reason is counted.
        """
        verify(not self._restart_under_a_connection({"exception": {"tcp-midstream": "drop"}}),
               "the bytes arrived")
        verify(self.gauze.drops("tcp-midstream") > 0, "the drops have no reason")
