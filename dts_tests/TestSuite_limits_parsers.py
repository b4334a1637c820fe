# SPDX-License-Identifier: BSD-3-Clause
"""What parsers and rules hold of requests is bounded, and is given back.

Attackers say what does not end; honest clients fetch pages meanwhile.
"""

import contextlib
import socket
import struct

from api.test import log, verify, wait_for
from framework.bounded import MIB, Bounded
from framework.peers import Recorder, connect, receive_all
from framework.test_suite import func_test

BOMBS = 24
SLOW = 250


class TestLimitsParsers(Bounded):
    """What is bounded of parsers stays within its bound."""

    @func_test
    def bound_what_rules_remember(self):
        """Requests that go on, and no memory for what rules have found in them so far.

        Steps:
            * Give it 8 KiB, once with exception.detect-memory = pass and once = drop; open 100
              connections that say half a request each; fetch pages.

        Verify:
            * The budget is spent and not exceeded; with pass, it is counted that what came passed,
              and honest clients are served; with drop, it does not arrive, with a drop event.
            * The exploit is stopped when the others are gone.
        """
        client, server = self.testbed.client, self.testbed.server
        for policy in ("pass", "drop"):
            self._start(memory={"workers": 256 * MIB, "detect-tx": 8192},
                        exception={"detect-memory": policy})
            with Recorder(server, 8080) as recorder, contextlib.ExitStack() as stack:
                for _ in range(100):
                    sock = stack.enter_context(connect(client, server.ip, 8080))
                    sock.sendall(b"GET /slow HTTP/1.1\r\nHost: shop\r\nX-A: ")
                if policy == "pass":
                    self._honest()
                    wait_for(lambda: self.gauze.counter("pass.detect-memory") > 0, 5,
                             "who passed is not counted")
                else:
                    self.gauze.wait_event("drop", 5, drop__reason="applayer memcap")
                    verify(self.gauze.drops("detect-memory") > 0, "the drops have no reason")
                    verify(b"" in recorder.received, "what was dropped arrived")
                verify(self._memory("detect-tx")["refused"] > 0, "the budget was not reached")
            self._is_bounded(MIB)
            wait_for(lambda: self._memory("detect-tx")["used"] < 4096, 5, "memory is not back")
            self._exploit_is_stopped()

    @func_test
    def give_back_what_closed_connections_held(self):
        """Connections that were closed are remembered for a minute, their parsers are not.

        Steps:
            * With flow.timeout.tcp-closed = 60 s, fetch a page 100 times, on a connection each.

        Verify:
            * The connections are still there; of their parsers less than 300 bytes each is left.
            * Their transactions were told when they closed.
        """
        self._start(flow={"timeout": {"tcp-closed": "60 s"}})
        self._honest(100)
        self.gauze.settle()
        verify(self.gauze.counter("flow.active") >= 100, "nobody remembers the connections")
        wait_for(lambda: self._memory("app")["used"] < 101 * 300, 5, "parsers are still there")
        verify(self._memory("app")["peak"] > 1000, "there never were any")
        verify(len(self.gauze.events("http")) == 101, "transactions were not told")

    def _fetch_and_reset(self):
        """A server that closes when it has answered, and a client that resets then."""
        client, server = self.testbed.client, self.testbed.server
        with connect(client, server.ip, 80) as sock:
            sock.sendall(b"GET /page HTTP/1.1\r\nHost: shop\r\nConnection: close\r\n\r\n")
            verify(b"welcome" in receive_all(sock), "no page")
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    @func_test
    def give_back_what_reset_connections_held(self):
        """The same of connections that one side closes and the other resets.

        Steps:
            * With flow.timeout.tcp-closed = 60 s, fetch a page 100 times, on a connection each that
              the client resets when the server has closed it.

        Verify:
            * The connections are still there; of their parsers less than 300 bytes each is left.
        """
        self._start(flow={"timeout": {"tcp-closed": "60 s"}})
        for _ in range(100):
            self._fetch_and_reset()
        verify(self.gauze.counter("flow.active") >= 100, "nobody remembers the connections")
        wait_for(lambda: self._memory("app")["used"] < 101 * 300, 5, "parsers are still there")
        verify(self.gauze.counter("tcp.rst") >= 100, "there were no resets")

    def _bomb(self, port, head):
        """A client that says `head`, and what its connection came to."""
        sock = connect(self.testbed.client, self.testbed.server.ip, port)
        with contextlib.suppress(OSError):
            sock.sendall(head)
        return sock

    @func_test
    def bound_the_head_of_a_request(self):
        """Requests with heads that do not end.

        Steps:
            * On 24 connections each: send 4,000 header fields; one field of a mebibyte; 30 fields
              of 30 KB. Meanwhile fetch pages.

        Verify:
            * The first two are told by anomaly events, for the third the parser gives up, with a
              count; parsers stay within their budget, and keep less than a mebibyte of a head.
            * Honest clients are served; the exploit is stopped; what was held is given back.
        """
        self._start(memory={"workers": 256 * MIB, "app": 16 * MIB})
        begin = b"GET / HTTP/1.1\r\nHost: shop\r\n"
        bombs = {"many fields": b"".join(b"X-%d: y\r\n" % n for n in range(4000)),
                 "a long field": b"X: " + b"y" * MIB,
                 "long fields": b"".join(b"X-%d: %s\r\n" % (n, b"y" * 30000) for n in range(30))}
        wanted = {"many fields": "REQUEST_TOO_MANY_HEADERS",
                  "a long field": "REQUEST_FIELD_TOO_LONG", "long fields": None}
        for what, rest in bombs.items():
            with Recorder(self.testbed.server, 8080), contextlib.ExitStack() as stack:
                for n in range(BOMBS):
                    stack.enter_context(self._bomb(8080, begin + rest))
                    if n % 8 == 0:
                        self._honest()
                if wanted[what]:
                    self.gauze.wait_event("anomaly", 5, anomaly__event=wanted[what],
                                          anomaly__app_proto="http")
                else:
                    wait_for(lambda: self.gauze.counter("pass.app-error") >= BOMBS, 5,
                             f"{what}: that parsers gave up is not counted")
                row = self._memory("app")
                log(f"{what}: {row['used'] // BOMBS} bytes for each of {BOMBS} connections")
                verify(row["used"] < BOMBS * MIB, f"{what}: {row['used']} bytes are held")
                self._exploit_is_stopped()
            wait_for(lambda: self._memory("app")["used"] < MIB, 5, f"{what}: memory is not back")
        self._is_bounded(16 * MIB)

    @func_test
    def bound_slow_requests(self):
        """Requests that come byte by byte and do not end.

        Steps:
            * Give parsers 512 KiB, once with exception.app-error = pass and once = drop; open 250
              connections that say a header field now and then; fetch pages.

        Verify:
            * The budget is spent and not exceeded; who found no room is counted.
            * With pass, honest clients are served all the while; with drop, connections without a
              parser are refused, with an event. When the slow ones are gone, all is as before.
        """
        client, server = self.testbed.client, self.testbed.server
        for policy in ("pass", "drop"):
            self._start(memory={"workers": 256 * MIB, "app": MIB // 2},
                        exception={"app-error": policy})
            with Recorder(server, 8080), contextlib.ExitStack() as stack:
                slow = [stack.enter_context(connect(client, server.ip, 8080))
                        for _ in range(SLOW)]
                for words in (b"GET /slow HTTP/1.1\r\n", b"Host: shop\r\n", b"X-A: b\r\n",
                              b"X-C: " + b"d" * 1000, b"d" * 1000, b"d"):
                    for sock in slow:
                        with contextlib.suppress(OSError):
                            sock.sendall(words)
                    if policy == "pass":
                        self._honest()
                wait_for(lambda: self._memory("app")["refused"] > 0, 5,
                         "the budget was not reached")
                if policy == "pass":
                    verify(self.gauze.counter("pass.app-error") > 0, "who passed is not counted")
                else:
                    verify(self.gauze.drops("app-error") > 0, "the drops have no reason")
                    self.gauze.wait_event("drop", 5, drop__reason="applayer error")
            self._is_bounded(MIB)
            wait_for(lambda: self._memory("app")["used"] < MIB // 8, 5, "memory is not back")
            self._honest()
            self._exploit_is_stopped()
