# SPDX-License-Identifier: BSD-3-Clause
"""Every kind of port that a configuration may name carries packets and says what it is.

The other suites run over af_packet; physical devices come by a testbed file.
"""

import os
import socket

from api.packet import RawPort, match_all_packets
from api.test import verify
from framework import capture, session
from framework.peers import Recorder, connect, receive_all
from framework.test_suite import TestSuite, func_test
from framework.testbed import run

MARK = b"carry me not"
RULES = ('drop tcp any any -> any any (msg:"marked"; flow:to_server,established; '
         f'content:"{MARK.decode()}"; sid:1;)\n')


class TestPorts(TestSuite):
    """af_xdp, tap, pcap and whatever DPDK can make."""

    rules = RULES

    def set_up_suite(self):
        """Each case starts the appliance on ports of its own kind."""

    def tear_down_test_case(self):
        """Leave nothing of the case's ports."""
        verify(self.gauze.stop() == 0, "gauze did not end with exit status 0")

    def _start(self, outside, inside, drivers):
        """Start on these ports; they are up, and shown with their drivers."""
        self.gauze.start({"wires": [{"name": "wire0", "outside": outside, "inside": inside}],
                          "policy": {"mode": "prevent"}}, RULES)
        ports = self.gauze.show("ports")["ports"]
        shown = {row["side"]: row["driver"] for row in ports}
        verify(shown == dict(zip(("outside", "inside"), drivers)), f"show ports says {ports}")

    def _judges(self):
        """A megabyte each way arrives whole; what a rule drops does not."""
        data = os.urandom(1 << 20)
        with Recorder(self.testbed.server, 5001) as server:
            with connect(self.testbed.client, self.testbed.server.ip, 5001) as sock:
                sock.sendall(data)
                sock.shutdown(socket.SHUT_WR)
                verify(receive_all(sock) == b"", "the server had nothing to say")
            verify(server.all() == data, "a megabyte to the server arrived damaged")
        with Recorder(self.testbed.server, 5002, answer=data):
            with connect(self.testbed.client, self.testbed.server.ip, 5002) as sock:
                sock.sendall(b"?")
                sock.shutdown(socket.SHUT_WR)
                verify(receive_all(sock) == data, "a megabyte to the client arrived damaged")
        with Recorder(self.testbed.server, 5003) as server:
            with connect(self.testbed.client, self.testbed.server.ip, 5003) as sock:
                sock.sendall(b"now " + MARK)
                self.gauze.wait_event("alert", alert__signature_id=1, dest_port=5003)
            verify(MARK not in server.all(), "what a rule drops came through")

    def _pings(self):
        for ping, address in (("-4", self.testbed.server.ip), ("-6", self.testbed.server.ip6)):
            done = self.testbed.client.run("ping", ping, "-c", "3", "-i", "0.05", "-W", "2",
                                           address, check=False)
            verify(" 0% packet loss" in done.stdout, f"ping {ping} lost packets: {done.stdout}")

    @func_test
    def carry_over_af_xdp(self):
        """A wire of AF_XDP sockets.

        Steps:
            * Start on two interfaces as af_xdp ports.
            * Ping; send a megabyte each way; send what a rule drops.

        Verify:
            * All arrives undamaged but what the rule drops; show ports names the driver.
        """
        self._start(f"af_xdp:{self.testbed.outside}", f"af_xdp:{self.testbed.inside}",
                    ("net_af_xdp", "net_af_xdp"))
        self._pings()
        self._judges()

    @func_test
    def carry_over_tap(self):
        """A wire of TAP devices that the appliance makes.

        Steps:
            * Start on two tap ports; bridge them to the hosts.
            * Ping; send a megabyte each way; send what a rule drops; stop.

        Verify:
            * All arrives undamaged but what the rule drops; the devices go with the appliance.
        """
        gateway = self.testbed.gateway
        self._start("tap:gzo", "tap:gzi", ("net_tap", "net_tap"))
        try:
            for tap, port in (("gzo", self.testbed.outside), ("gzi", self.testbed.inside)):
                run("ip", "-n", gateway, "link", "add", f"b{tap}", "type", "bridge")
                for link in (tap, port):
                    run("ip", "-n", gateway, "link", "set", link, "master", f"b{tap}", "up")
                run("ip", "-n", gateway, "link", "set", f"b{tap}", "up")
            self._pings()
            self._judges()
            verify(self.gauze.stop() == 0, "gauze did not end with exit status 0")
            links = run("ip", "-n", gateway, "-o", "link", "show").stdout
            verify("gzo" not in links.replace("bgzo", ""), f"a TAP device stayed: {links}")
        finally:
            for bridge in ("bgzo", "bgzi"):
                run("ip", "-n", gateway, "link", "del", bridge, check=False)

    @func_test
    def carry_over_what_dpdk_makes(self):
        """A port that is given as a device argument of DPDK's.

        Steps:
            * Start on two interfaces through DPDK's own packet-socket driver.
            * Ping; send a megabyte each way; send what a rule drops.

        Verify:
            * All arrives undamaged but what the rule drops.
        """
        self._start(f"vdev:net_af_packet0,iface={self.testbed.outside}",
                    f"vdev:net_af_packet1,iface={self.testbed.inside}",
                    ("net_af_packet", "net_af_packet"))
        self._pings()
        self._judges()

    @func_test
    def play_a_capture_into_a_wire(self):
        """A port that is a capture file.

        Steps:
            * Write a capture of datagrams to the server; start with the file as the outside.

        Verify:
            * The server receives each datagram as it is in the file.
        """
        frames = session.build({"udp": True, "port": 5002, "steps": [
            {"c2s": f"datagram {number}"} for number in range(20)]})
        path = self.gauze.folder / "outside.pcap"
        capture.write(path, frames)
        with RawPort(self.testbed.server) as server:
            self._start(f"pcap:{path}", self.testbed.inside, ("net_pcap", "veth"))
            wanted = [frame for _, frame in frames]
            verify(match_all_packets(wanted, server.wait(wanted, 10)),
                   "not every frame of the capture came to the server")
