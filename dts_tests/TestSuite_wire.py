# SPDX-License-Identifier: BSD-3-Clause
"""What is not inspected passes unchanged, and a wire behaves like a wire.

Frames are made by hand and compared bit by bit where they arrive.
"""

import random
import socket
import struct

from scapy.all import (ARP, LLC, STP, Dot1AD, Dot1Q, Dot3, Ether, GRE, ICMP, IP, IPv6,
                       ICMPv6EchoRequest, IPv6ExtHdrDestOpt, IPv6ExtHdrFragment,
                       IPv6ExtHdrHopByHop, IPv6ExtHdrRouting, PadN, PPPoE, PPP, Raw, SCTP,
                       SCTPChunkInit, TCP, UDP, fragment)
from scapy.contrib.mpls import MPLS

from api.packet import RawPort, match_all_packets, send_packets_and_capture
from api.test import verify, wait_for
from framework.peers import Nginx, fetch
from framework.session import checksum
from framework.test_suite import TestSuite, func_test
from framework.testbed import run

FRAME_MOST = 9216
LLDP, LOCAL_EXPERIMENT = 0x88cc, 0x88b5


class TestWire(TestSuite):
    """The wire itself."""

    arguments = {"mtu": FRAME_MOST}

    def set_up_suite(self):
        """Start, and a source of bytes that is the same in each run."""
        self.random = random.Random(2)
        self.gauze.start(self.config, self.rules)

    def tear_down_test_case(self):
        """As it was."""
        if self.gauze.config.get("worker"):
            self.gauze.restart(self.config, self.rules)

    def _bytes(self, length):
        return Raw(self.random.randbytes(length))

    def _ends(self, backwards=False):
        ends = [self.testbed.client, self.testbed.server]
        return ends[::-1] if backwards else ends

    def _passes(self, what, make):
        """Send what `make(ether, source, target)` says in both directions; all must arrive."""
        for backwards in (False, True):
            source, target = self._ends(backwards)
            link = Ether(src=source.mac, dst=target.mac)
            frames = [bytes(p) for p in make(link, source, target)]
            got = send_packets_and_capture(source, target, frames)
            lost = [f.hex()[:120] for f in frames if f not in got]
            verify(match_all_packets(frames, got), f"{what}: {len(lost)} of {len(frames)} frames "
                   f"did not arrive unchanged {'outwards' if backwards else 'inwards'}: {lost}")
            mine = [f for f in got if f in frames]
            verify(mine == frames, f"{what}: frames arrived in another order")

    @func_test
    def pass_what_is_not_ip(self):
        """ARP, LLDP, STP and unknown EtherTypes pass.

        Steps:
            * Send ARP, LLDP, spanning tree (802.3 with LLC), an unknown EtherType, PPPoE and MPLS
              in both directions.

        Verify:
            * Each arrives, bit for bit, in order.
        """
        self._passes("not IP", lambda link, a, b: [
            link / ARP(op=1, hwsrc=a.mac, psrc="192.0.2.1", pdst="192.0.2.2"),
            Ether(src=a.mac, dst="01:80:c2:00:00:0e", type=LLDP) / self._bytes(60),
            Dot3(src=a.mac, dst="01:80:c2:00:00:00") / LLC() / STP() / self._bytes(8),
            Ether(src=a.mac, dst=b.mac, type=LOCAL_EXPERIMENT) / self._bytes(100),
            link / PPPoE(sessionid=7) / PPP(proto=0xc021) / self._bytes(20),
            link / MPLS(label=100, s=1) / IP(src=a.ip, dst=b.ip) / UDP(sport=1, dport=2),
        ])

    @func_test
    def pass_tags(self):
        """VLAN and QinQ tags stay as they are.

        Steps:
            * Send UDP and an unknown EtherType with a tag, with priority bits, and with two tags.

        Verify:
            * Each arrives, bit for bit.
        """
        self._passes("tags", lambda link, a, b: [
            link / Dot1Q(vlan=7, prio=3) / IP(src=a.ip, dst=b.ip) / UDP(sport=9, dport=9)
            / self._bytes(50),
            link / Dot1Q(vlan=0, prio=5) / IP(src=a.ip, dst=b.ip) / ICMP() / self._bytes(50),
            link / Dot1AD(vlan=100) / Dot1Q(vlan=7) / IP(src=a.ip, dst=b.ip)
            / UDP(sport=9, dport=9) / self._bytes(50),
            link / Dot1Q(vlan=4094, type=LOCAL_EXPERIMENT) / self._bytes(60),
            link / Dot1Q(vlan=7) / IPv6(src=a.ip6, dst=b.ip6) / UDP(sport=9, dport=9)
            / self._bytes(50),
        ])

    @func_test
    def pass_ip(self):
        """IP of every kind passes.

        Steps:
            * Send ICMP, SCTP, GRE, an unknown protocol, IP options, multicast, IPv6 with extension
              headers, TCP that belongs to nothing.

        Verify:
            * Each arrives, bit for bit.
        """
        self._passes("IP", lambda link, a, b: [
            link / IP(src=a.ip, dst=b.ip) / ICMP(type=8, id=3) / self._bytes(56),
            link / IP(src=a.ip, dst=b.ip) / SCTP(sport=5, dport=6) / SCTPChunkInit(),
            link / IP(src=a.ip, dst=b.ip) / GRE() / IP(src="192.0.2.1", dst="192.0.2.2")
            / UDP(sport=5, dport=6) / self._bytes(20),
            link / IP(src=a.ip, dst=b.ip, proto=253) / self._bytes(40),
            link / IP(src=a.ip, dst=b.ip, options=[b"\x07\x07\x04\0\0\0\0", b"\0"])
            / UDP(sport=5, dport=6) / self._bytes(20),
            Ether(src=a.mac, dst="01:00:5e:00:00:fb") / IP(src=a.ip, dst="224.0.0.251", ttl=1)
            / UDP(sport=5353, dport=5353) / self._bytes(40),
            Ether(src=a.mac, dst="33:33:00:00:00:fb") / IPv6(src=a.ip6, dst="ff02::fb")
            / UDP(sport=5353, dport=5353) / self._bytes(40),
            link / IPv6(src=a.ip6, dst=b.ip6) / IPv6ExtHdrHopByHop(options=[PadN(optdata=b"\0" * 4)])
            / IPv6ExtHdrDestOpt(options=[PadN(optdata=b"\0" * 12)]) / UDP(sport=5, dport=6)
            / self._bytes(30),
            link / IPv6(src=a.ip6, dst=b.ip6) / IPv6ExtHdrRouting(type=2, addresses=[b.ip6])
            / ICMPv6EchoRequest(id=3, data=b"x" * 40),
            link / IPv6(src=a.ip6, dst=b.ip6, nh=59),
            link / IP(src=a.ip, dst=b.ip) / TCP(sport=41234, dport=4242, flags="PA", seq=77, ack=3)
            / self._bytes(100),
        ])

    @func_test
    def pass_fragments(self):
        """Fragments pass as they came.

        Steps:
            * Send UDP datagrams in fragments, IPv4 and IPv6, in order.

        Verify:
            * Each fragment arrives, bit for bit, in order.
        """
        def make(link, a, b):
            whole = IP(src=a.ip, dst=b.ip, id=self.random.randrange(65536)) \
                / UDP(sport=5, dport=6) / self._bytes(3000)
            yield from (link / p for p in fragment(whole, 1024))
            data = bytes(UDP(sport=5, dport=6, len=1208, chksum=1) / self._bytes(1200))
            number = self.random.randrange(2**32)
            for at in range(0, len(data), 400):
                yield link / IPv6(src=a.ip6, dst=b.ip6) / IPv6ExtHdrFragment(
                    nh=17, offset=at // 8, m=at + 400 < len(data), id=number) \
                    / data[at:at + 400]
        self._passes("fragments", make)

    @func_test
    def pass_jumbo(self):
        """Frames of every length to 9,216 bytes pass; longer ones are refused whole.

        Steps:
            * Send frames from 60 to 9,216 bytes; then one of 9,230.

        Verify:
            * All of the first arrive, bit for bit; the last does not arrive, not even in part, and
              is counted as oversize.
        """
        self._passes("jumbo", lambda link, a, b: [
            link / IP(src=a.ip, dst=b.ip) / UDP(sport=5, dport=6, chksum=0)
            / self._bytes(length - 42)
            for length in (60, 61, 1514, 1515, 2000, 4096, 9000, FRAME_MOST - 1, FRAME_MOST)])
        before = self.gauze.drops("oversize")
        client, server = self._ends()
        too_long = Ether(src=client.mac, dst=server.mac) / IP(src=client.ip, dst=server.ip) \
            / UDP(sport=5, dport=6, chksum=0) / self._bytes(FRAME_MOST + 14 - 42)
        got = send_packets_and_capture(client, server, [too_long], seconds=0.5)
        verify(not any(f[:40] == bytes(too_long)[:40] for f in got),
               "a frame that is too long arrived in part")
        wait_for(lambda: self.gauze.drops("oversize") == before + 1, 3,
                 "a frame that is too long was not counted")

    @func_test
    def show_link_loss(self):
        """A side that loses its link takes the other one along, and back.

        Steps:
            * Take the server's interface down; look at the client's; take it up again.

        Verify:
            * The client's link goes down, and comes up again; ping works again.
        """
        client, server = self._ends()

        def link(host):
            shown = host.run("ip", "-o", "link", "show", host.interface).stdout
            return "LOWER_UP" in shown and "NO-CARRIER" not in shown

        verify(link(client), "the client has no link to begin with")
        server.run("ip", "link", "set", server.interface, "down")
        wait_for(lambda: not link(client), 10, "the client does not see that the link is lost")
        ports = {row["side"]: row["link"] for row in self.gauze.show("ports")["ports"]}
        verify("down" in ports["inside"], f"show ports says {ports}")
        server.run("ip", "link", "set", server.interface, "up")
        wait_for(lambda: link(client), 10, "the client's link does not come back")
        wait_for(lambda: client.run("ping", "-c", "1", "-W", "1", server.ip,
                                    check=False).returncode == 0, 10, "ping does not come back")
        server.run("ip", "addr", "replace", f"{server.ip6}/64", "dev", server.interface, "nodad")
        client.run("ip", "addr", "replace", f"{client.ip6}/64", "dev", client.interface, "nodad")

    @func_test
    def survive_transmit_failure(self):
        """A frame that the other port does not take is counted, and all goes on.

        Steps:
            * Make the inside port's MTU smaller than the outside port's; send frames that are too
              long for it, and short ones.

        Verify:
            * The short ones arrive, the long ones are counted as not transmitted.
        """
        client, server = self._ends()
        gateway = self.testbed.gateway_prefix()
        before = self.gauze.drops("transmit")
        link = Ether(src=client.mac, dst=server.mac) / IP(src=client.ip, dst=server.ip) \
            / UDP(sport=7, dport=8, chksum=0)
        run(*gateway, "ip", "link", "set", self.testbed.inside, "mtu", "1500")
        try:
            long = [link / self._bytes(4000) for _ in range(5)]
            short = [link / self._bytes(100 + n) for n in range(5)]
            mixed = [frame for pair in zip(long, short) for frame in pair]
            got = send_packets_and_capture(client, server, mixed, seconds=0.7)
            verify(match_all_packets(short, got), "short frames were lost beside long ones")
            wait_for(lambda: self.gauze.drops("transmit") == before + 5, 3,
                     "frames that could not be sent were not counted")
        finally:
            run(*gateway, "ip", "link", "set", self.testbed.inside, "mtu", str(FRAME_MOST))

    @func_test
    def take_offloaded_frames(self):
        """Frames longer than the wire's, and without checksums, as virtual links make them.

        Steps:
            * Switch checksum and segmentation offload on at both hosts, with the longest MTU that
              port.frame-max has room for; fetch a file.

        Verify:
            * It arrives whole: such frames are handled, not truncated.
            * That the ports' own MTU is longer than that was told when it started.
        """
        hosts = self._ends()
        mtu = FRAME_MOST - len(Ether())
        verify(f"port.frame-max lets {mtu} pass" in self.gauze.output(),
               "it does not say that longer packets are dropped")
        web = Nginx(hosts[1])
        web.put("big", (b"0123456789abcdef" * 64 * 1024)[:1_000_000])
        try:
            for host in hosts:
                host.run("ip", "link", "set", host.interface, "mtu", str(mtu))
                host.run("ethtool", "-K", host.interface, "tx", "on", "tso", "on", "gso", "on",
                         check=False)
            got = fetch(hosts[0], f"http://{hosts[1].ip}/plain/big")
            verify(len(got) == 1_000_000 and got == ("0123456789abcdef" * 64 * 1024)[:1_000_000],
                   f"{len(got)} of 1000000 bytes arrived")
        finally:
            for host in hosts:
                host.run("ethtool", "-K", host.interface, "tx", "off", "tso", "off", "gso", "off",
                         check=False)
                host.run("ip", "link", "set", host.interface, "mtu", str(FRAME_MOST))
            web.stop()

    @func_test
    def keep_order_with_two_workers(self):
        """Two workers, steered by software: order within each flow stays.

        Steps:
            * Restart with two workers; send numbered datagrams of 32 flows, mixed, both ways.

        Verify:
            * All arrive, each flow's in order; both workers had packets; show ports says how flows
              find their worker.
        """
        self.gauze.restart({**self.config, "worker": {"count": 2}}, self.rules)
        verify(self.gauze.show("ports")["steering"] == "software", "af_packet needs steering")
        for backwards in (False, True):
            source, target = self._ends(backwards)
            sent = self._send_numbered(source, target)
            for flow, numbers in sent.items():
                verify(numbers == list(range(len(numbers))),
                       f"flow {flow} arrived in another order: {numbers[:20]}")
            verify(sum(map(len, sent.values())) == 32 * 40, "datagrams were lost")
        rows = self.gauze.show("workers")["workers"]
        verify(len(rows) == 2 and all(int(row["forwarded"]) > 500 for row in rows),
               f"the work was not shared: {rows}")

    @staticmethod
    def _send_numbered(source, target):
        """Datagrams of 32 flows, in bursts; what arrived, by flow."""
        arrived = {}
        link = bytes(Ether(src=source.mac, dst=target.mac) / IP(src=source.ip, dst=target.ip)
                     / UDP(sport=0, dport=7000, chksum=0, len=12))[:34]
        with RawPort(source) as out, RawPort(target) as into:
            into.drain()
            for number in range(40):
                for flow in range(32):
                    udp = struct.pack("!HHHHHH", 20000 + flow, 7000, 12, 0, flow, number)
                    head = bytearray(link)
                    struct.pack_into("!H", head, 16, 20 + len(udp))
                    struct.pack_into("!H", head, 24, 0)
                    struct.pack_into("!H", head, 24, checksum(bytes(head[14:34])))
                    out.send(bytes(head) + udp)
                wait_for(lambda: TestWire._collect(into, arrived) >= 32 * (number + 1), 5,
                         "datagrams do not arrive")
        return arrived

    @staticmethod
    def _collect(into, arrived):
        for frame in into.drain():
            if len(frame) >= 46 and frame[12:14] == b"\x08\x00" and frame[23] == socket.IPPROTO_UDP:
                port, _, _, _, flow, number = struct.unpack_from("!HHHHHH", frame, 34)
                if port == 20000 + flow:
                    arrived.setdefault(flow, []).append(number)
        return sum(map(len, arrived.values()))
