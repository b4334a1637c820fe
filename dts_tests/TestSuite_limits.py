# SPDX-License-Identifier: BSD-3-Clause
"""Every bound holds, is told of, and hurts nobody but those who ran into it.

Attackers fill the flow table, the memory of connections, fragments and streams; honest clients
fetch pages and send long datagrams meanwhile.
"""

import contextlib
import socket
import struct

from scapy.layers.inet import IP, UDP
from scapy.layers.l2 import Ether

from api.packet import RawPort
from api.tcp import RawTcp
from api.test import log, verify, wait_for
from framework.appliance import merge
from framework.bounded import MIB, PREVENT, ROOM, RULES, Bounded
from framework.flood import Flood
from framework.peers import Answerer, Recorder, connect
from framework.session import checksum
from framework.test_suite import func_test

BATCH = 64
SLOW = ('alert udp any any -> any 7001 (msg:"slow"; content:"aaaa"; '
        'pcre:"/(a+a+)+b/"; sid:9;)\n')
FRAGMENTS = 256


class TestLimits(Bounded):
    """What is bounded of flows, connections, fragments and streams stays within its bound."""

    # ---- the flow table ----

    def _established_udp(self, ports):
        """A datagram from each of these ports of the client's, answered; how many arrived."""
        client, server = self.testbed.client, self.testbed.server
        link = bytes.fromhex((server.mac + client.mac).replace(":", "")) + b"\x08\0"
        ends = socket.inet_aton(client.ip) + socket.inet_aton(server.ip)
        with Answerer(server, 5004) as echo, RawPort(client) as out:
            for number, port in enumerate(ports, 1):
                udp = struct.pack("!HHHH", port, 5004, 12, 0) + b"data"
                head = struct.pack("!BBHHHBBH", 0x45, 0, 32, number, 0, 64, 17, 0) + ends
                head = head[:10] + struct.pack("!H", checksum(head)) + head[12:]
                out.send(link + head + udp)
                if number % BATCH == 0:
                    self._arrived(echo, number)
            self._arrived(echo, len(ports))
            return len(echo.received)

    @staticmethod
    def _arrived(echo, number):
        """They may have been dropped: who asked judges."""
        with contextlib.suppress(AssertionError):
            wait_for(lambda: len(echo.received) >= number, 0.5, "")

    @func_test
    def pass_when_the_flow_table_is_full(self):
        """More conversations than there is room for: by default they pass, unseen.

        Steps:
            * Allow 1,024 flows; begin 1,200 answered ones.

        Verify:
            * All datagrams arrive.
            * The table never held more than it may; what found no room is counted, and so is that
              it passed.
        """
        self._start(flow={"max": ROOM})
        arrived = self._established_udp(range(10000, 11200))
        verify(arrived == 1200, f"{arrived} of 1200 datagrams arrived")
        verify(self.gauze.counter("flow.active") <= ROOM, "the table outgrew its bound")
        verify(self.gauze.counter("flow.memcap") >= 100, "what found no room is not counted")
        verify(self.gauze.counter("pass.flow-full") >= 100, "nor is that it passed")

    @func_test
    def drop_when_the_flow_table_is_full(self):
        """The same, fail-closed: new conversations are refused, old ones go on.

        Steps:
            * exception.flow-full = drop; begin 1,024 answered flows and more; use an old one.

        Verify:
            * What found no room did not arrive, with a reason counted and a drop event each.
            * The old one still works.
        """
        self._start(flow={"max": ROOM}, exception={"flow-full": "drop"})
        arrived = self._established_udp(range(10000, 11200))
        # one that waits for its answer makes room for another
        verify(ROOM - 50 <= arrived <= ROOM + BATCH, f"{arrived} arrived, about {ROOM} may")
        self._still_counts("decoder.pkts")
        self.gauze.settle()
        dropped = self.gauze.drops("flow-full")
        verify(dropped >= 100, "the drops have no reason")
        verify(arrived + dropped >= 1200, f"{arrived} arrived, {dropped} were dropped, of 1200")
        told = [e for e in self.gauze.events("drop") if e["drop"]["reason"] == "flow memcap"]
        verify(len(told) == dropped, f"{len(told)} drop events for {dropped} packets")
        verify(self._established_udp([10000]) == 1, "an old conversation was cut")

    # ---- steering ----

    def _datagrams(self, out, port, text, times):
        """As many of one flow, at once."""
        client, server = self.testbed.client, self.testbed.server
        frame = bytes(Ether(src=client.mac, dst=server.mac) / IP(src=client.ip, dst=server.ip)
                      / UDP(sport=port, dport=7001, chksum=0) / text)
        for _ in range(times):
            out.send(frame)

    def _steered_flow(self, out):
        """A port of a flow that comes to another worker than its own."""
        for port in range(20000, 20050):
            before = self._still_counts("port.steered")
            self._datagrams(out, port, b"which way?", 4)
            if self._still_counts("port.steered") == before + 4:
                return port
        raise AssertionError("no flow is handed from worker to worker")

    @func_test
    def drop_when_a_worker_is_behind(self):
        """Packets for a worker that is slow, received by one that is not.

        Steps:
            * With two workers, steered by software, and a rule that takes long, find a flow that
              is handed over, and send 20,000 datagrams of it that the rule looks at for long.

        Verify:
            * Its owner's ring, of 4,096, fills up: what found no room is dropped, counted as
              steer-full.
            * Afterwards all is as before: honest clients are served, the exploit is stopped, and
              a datagram of the same flow arrives.
        """
        self.gauze.restart(merge(PREVENT, {"worker": {"count": 2}, "port": {"mbufs": 32768}}),
                           RULES + SLOW)
        verify(self.gauze.show("ports")["steering"] == "software", "packets are not steered")
        self.gauze.mark()
        with RawPort(self.testbed.client) as out:
            port = self._steered_flow(out)
            self._datagrams(out, port, b"a" * 1400, 20000)
            self._still_counts("drop.steer-full")
            lost = self.gauze.drops("steer-full")
            log(f"{lost} of 20000 datagrams found the ring full")
            verify(lost > 0, "the ring was never full")
            self._still_counts("decoder.pkts")
            self._honest(20)
            self._exploit_is_stopped()
            with Answerer(self.testbed.server, 7001) as heard:
                self._datagrams(out, port, b"and now?", 1)
                wait_for(lambda: heard.received, 5, "nothing arrives any more")

    @func_test
    def outlive_a_syn_flood(self):
        """SYNs from more strangers than there is room for flows.

        Steps:
            * Allow 1,024 flows; open a connection and fetch the exploit's page on it in the end;
              send 20,000 SYNs, each from another address; meanwhile fetch pages.

        Verify:
            * Flows of strangers make room for each other, with a count, and an event that says
              forced; honest clients never fail; the connection from before is still inspected, and
              so are new ones.
            * The table and memory stay within their bounds.
        """
        self._start(flow={"max": ROOM})
        client, server = self.testbed.client, self.testbed.server
        with connect(client, server.ip, 80) as old, Flood(client, server) as flood:
            old.sendall(b"GET /page HTTP/1.1\r\nHost: shop\r\n\r\n")
            verify(b"welcome" in old.recv(4096), "no page before the flood")
            for first in range(0, 20000, 1000):
                flood.syns(first, 1000, 80)
                self._honest()
            self._exploit_is_stopped()
            old.sendall(b"GET /exploit HTTP/1.1\r\nHost: shop\r\n\r\n")
            self.gauze.wait_event("alert", 5, src_port=old.getsockname()[1],
                                  alert__signature_id=1)
        forced = self._still_counts("flow.end.forced")
        verify(forced > 20000 - 2 * ROOM, f"only {forced} flows made room")
        verify(self.gauze.counter("flow.active") <= ROOM, "the table outgrew its bound")
        # The hosts' own neighbour discovery has flows too.
        event = self.gauze.wait_event("flow", 5, proto="TCP", flow__reason="forced",
                                      flow__state="new")
        verify(event["src_ip"].startswith("198.1"), f"whose flow was it? {event}")
        self._is_bounded(0)

    @func_test
    def outlive_a_syn_flood_without_memory(self):
        """SYNs that spend the memory for connections, with room in the flow table.

        Steps:
            * Give connections 512 KiB, once with exception.tcp-memory = pass and once = drop; send
              8,000 SYNs, each from another address; fetch pages.

        Verify:
            * The budget is spent and not exceeded, and told by counters; with pass, honest clients
              fetch pages all the while; with drop, what found no room is refused with an event,
              and an old connection goes on.
        """
        client, server = self.testbed.client, self.testbed.server
        for policy in ("pass", "drop"):
            self._start(memory={"workers": 256 * MIB, "tcp-connection": MIB // 2},
                        exception={"tcp-memory": policy})
            with connect(client, server.ip, 80) as old, Flood(client, server) as flood:
                for first in range(0, 8000, 1000):
                    flood.syns(first, 1000, 80)
                    if policy == "pass":
                        self._honest()
                self._still_counts("decoder.pkts")
                old.sendall(b"GET /page HTTP/1.1\r\nHost: shop\r\n\r\n")
                verify(b"welcome" in old.recv(4096), "the old connection was cut")
            verify(self._memory("tcp-connection")["refused"] > 0, "the budget was not reached")
            verify(self.gauze.counter("tcp.memcap") > 0, "what found no room is not counted")
            self._is_bounded(8000 * 1024)
            if policy == "drop":
                verify(self.gauze.drops("tcp-memory") > 0, "the drops have no reason")
                self.gauze.wait_event("drop", 5, drop__reason="stream memcap")
            else:
                verify(self.gauze.counter("pass.tcp-memory") > 0, "who passed is not counted")

    @func_test
    def bound_what_one_source_begins(self):
        """One stranger who begins more connections than a source may leave unanswered.

        Steps:
            * Allow 100 unanswered flows of a source; once with exception.flow-source = drop and
              once = pass, send 1,000 SYNs from one stranger; meanwhile fetch pages.

        Verify:
            * Of the stranger there are 100 flows, and no more.
            * With drop, each SYN beyond is dropped, with a count, a reason and a drop event; with
              pass, it is counted that it passed.
            * Honest clients are served, and the exploit is stopped.
        """
        for policy in ("drop", "pass"):
            self._start(flow={"per-source": 100}, exception={"flow-source": policy})
            with Flood(self.testbed.client, self.testbed.server) as flood:
                flood.syns(0, 500, 80, 1)
                self._honest()
                flood.syns(500, 500, 80, 1)
                self._honest()
            self._still_counts("decoder.pkts")
            verify(self.gauze.counter("flow.per_source") == 900, "what is beyond is not counted")
            verify(self.gauze.counter("flow.active") < 100 + 10, "the bound did not hold")
            if policy == "drop":
                verify(self.gauze.drops("flow-source") == 900, "the drops have no reason")
                self.gauze.settle()
                told = [e for e in self.gauze.events("drop") if e["src_ip"] == "198.18.0.0"]
                verify(len(told) == 900 and told[0]["drop"]["reason"] == "flow memcap",
                       f"{len(told)} drop events")
            else:
                verify(self.gauze.counter("pass.flow-source") == 900, "that it passed is not told")
            self._exploit_is_stopped()

    # ---- fragments ----

    def _long_datagrams(self, times):
        with Answerer(self.testbed.server, 7000) as echo, \
                self.testbed.client.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
            sock.settimeout(5)
            for _ in range(times):
                data = b"." * 3000 + b"HONEST"
                sock.sendto(data, (self.testbed.server.ip, 7000))
                verify(sock.recv(8192) == data, "a long datagram came back changed")
            return len(echo.received)

    @func_test
    def outlive_a_flood_of_fragments(self):
        """First fragments to which no second one comes.

        Steps:
            * Hold 256 fragments at most; send 8,000 first fragments from as many addresses, then
              2,000 from one; meanwhile send datagrams of three fragments each, both ways.

        Verify:
            * The datagrams arrive whole, and were inspected as a whole.
            * Never more than 256 are held; those given up are dropped, with a count and an event;
              one address has no more than its share.
        """
        self._start(defrag={"fragments": FRAGMENTS, "datagrams": FRAGMENTS, "per-source": 32})
        with Flood(self.testbed.client, self.testbed.server) as flood:
            for first in range(0, 8000, 1000):
                flood.fragments(first, 1000, 1 << 17)
                self._long_datagrams(1)
                held = self.gauze.counter("defrag.held")
                verify(held <= FRAGMENTS, f"{held} datagrams are held")
            self._still_counts("defrag.fragments")
            full = self.gauze.drops("fragment-full")
            verify(full >= 8000 - FRAGMENTS, f"only {full} fragments were given up")
            for first in range(0, 2000, 1000):
                flood.fragments(first, 1000, 1)
                self._long_datagrams(2)
        self._still_counts("defrag.fragments")
        verify(self.gauze.drops("fragment-full") - full >= 2000 - 64,
               "one address had more than its share")
        self.gauze.wait_event("drop", 5, drop__reason="defrag memcap")
        self.gauze.settle()
        alerts = [e for e in self.gauze.events("alert") if e["alert"]["signature_id"] == 2]
        verify(len(alerts) == 12, f"{len(alerts)} of 12 long datagrams were inspected")
        self._is_bounded(0)

    # ---- streams ----

    @func_test
    def bound_what_lies_beyond_a_gap(self):
        """Segments beyond a gap that is not filled.

        Steps:
            * Keep 64 KiB beyond a gap; on 8 connections send each second byte of 4,000, never the
              first one; then all that is missing; meanwhile fetch pages.

        Verify:
            * What is over the bound is dropped, with a count, a drop event and a stream event; no
              stream held more than it may.
            * The byte stream is whole in the end, and the connection still inspected.
        """
        self._start(stream={"beyond": "64K"})
        client, server = self.testbed.client, self.testbed.server
        text = b"GET /exploit HTTP/1.1\r\nHost: a\r\nX-Long: " + b"x" * 3956
        with Recorder(server, 8080) as recorder, contextlib.ExitStack() as stack:
            ends = [stack.enter_context(RawTcp(client, server, 8080, 21000 + n))
                    for n in range(8)]
            for end in ends:
                for at in range(1, len(text), 2):
                    end.send(at, text[at:at + 1])
                    if at % 1000 == 1:
                        self._honest()
            self._still_counts("tcp.out_of_order")
            used = self._memory("tcp-stream")["peak"]
            verify(used <= 8 * 3 * 64 * 1024, f"{used} bytes were kept beyond gaps")
            verify(self.gauze.drops("tcp-reassembly") >= 8 * 1000, "too few were over the bound")
            self.gauze.wait_event("drop", 5, drop__reason="stream reassembly")
            verify(all(map(lambda got: got == b"", recorder.received)), "a gap was no gap")
            for at in range(0, len(text), 500):
                ends[0].send(at, text[at:at + 500])
            ends[0].send(len(text), b"\r\n\r\n")
            self.gauze.wait_event("alert", 5, src_port=21000, alert__signature_id=1)
        self._is_bounded(0)

    @func_test
    def bound_the_memory_of_streams(self):
        """More beyond gaps than there is memory for, on many connections.

        Steps:
            * Give streams 1 MiB; on 40 connections send each second byte of 512; fetch pages.

        Verify:
            * The budget is spent and not exceeded; what found no room is dropped and counted.
            * Honest clients are served.
        """
        self._start(memory={"workers": 256 * MIB, "tcp-stream": MIB})
        client, server = self.testbed.client, self.testbed.server
        ends = []
        with Recorder(server, 8080), contextlib.ExitStack() as stack:
            for n in range(40):
                end = stack.enter_context(RawTcp(client, server, 8080, 22000 + n))
                for at in range(1, 512, 2):
                    end.send(at, b"x")
                ends.append(end)
            self._honest(3)
            self._still_counts("tcp.out_of_order")
            wait_for(lambda: self._memory("tcp-stream")["refused"] > 0, 5,
                     "the budget was not reached")
            verify(self.gauze.drops("tcp-reassembly") > 0, "nothing was dropped for it")
            for end in ends:
                end.said = 0  # a reset where the server expects it
        self._is_bounded(MIB)
        wait_for(lambda: self._memory("tcp-stream")["used"] < MIB // 8, 5,
                 "what the ended connections held was not given back")
        self._exploit_is_stopped()
