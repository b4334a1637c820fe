# SPDX-License-Identifier: BSD-3-Clause
"""Does it start, carry packets, answer questions and stop?

Everything else stands on this: the binary on a wire between two hosts, with the settings that
somebody would use who has read only the first page.
"""

import hashlib
import json
import os
import re
import signal
import socket
from pathlib import Path

from api.test import log, verify, wait_for
from framework.peers import Answerer, Recorder, connect, receive_all
from framework.test_suite import TestSuite, func_test

HUGE = Path("/sys/kernel/mm/hugepages/hugepages-2048kB/nr_hugepages")
HUGE_WANTED = 512


class TestSmoke(TestSuite):
    """Start, carry, answer, stop."""

    def tear_down_test_case(self):
        """Cases that restart it leave it as it was."""
        if self.gauze.process is None:
            self.gauze.start(self.config, self.rules)

    def _carries(self):
        for ping, address in (("-4", self.testbed.server.ip), ("-6", self.testbed.server.ip6)):
            done = self.testbed.client.run("ping", ping, "-c", "3", "-i", "0.05", "-W", "2",
                                           address, check=False)
            verify(" 0% packet loss" in done.stdout, f"ping {ping} lost packets: {done.stdout}")

    def _tcp(self, address, ipv6):
        data = os.urandom(1 << 20)
        answer = hashlib.sha256(data).digest()

        with Recorder(self.testbed.server, 5001, ipv6=ipv6) as server:
            with connect(self.testbed.client, address, 5001) as sock:
                sock.sendall(data)
                sock.shutdown(socket.SHUT_WR)
                verify(receive_all(sock) == b"", "the server had nothing to say")
            got = hashlib.sha256(server.all()).digest()
        verify(got == answer, "a megabyte over TCP arrived damaged")

    @func_test
    def carry_ping(self):
        """ICMP and ICMPv6 cross the wire.

        Steps:
            * Ping the server from the client, over IPv4 and IPv6.

        Verify:
            * Each echo is answered.
        """
        self._carries()

    @func_test
    def carry_tcp(self):
        """TCP crosses the wire undamaged.

        Steps:
            * Send a megabyte to a server, over IPv4 and IPv6, and close.

        Verify:
            * The server has received the same bytes.
        """
        self._tcp(self.testbed.server.ip, False)
        self._tcp(self.testbed.server.ip6, True)

    @func_test
    def carry_udp(self):
        """UDP crosses the wire in both directions.

        Steps:
            * Send datagrams of several lengths to an echo server, over IPv4 and IPv6.

        Verify:
            * Each comes back as it was.
        """
        for ipv6 in (False, True):
            address = self.testbed.server.ip6 if ipv6 else self.testbed.server.ip
            family = socket.AF_INET6 if ipv6 else socket.AF_INET
            with Answerer(self.testbed.server, 5002, ipv6=ipv6), \
                    self.testbed.client.socket(family, socket.SOCK_DGRAM) as sock:
                sock.settimeout(3)
                for length in (0, 1, 17, 512, 1400):
                    data = os.urandom(length)
                    sock.sendto(data, (address, 5002))
                    verify(sock.recv(65536) == data,
                           f"a datagram of {length} bytes came back changed")

    @func_test
    def answer_every_show(self):
        """Every show command answers, as text and as JSON.

        Steps:
            * Ask for help, and give each show command that it lists, without optional words.

        Verify:
            * Each succeeds, says something, and as JSON it is one JSON object.
        """
        listed = self.gauze.shell("help show")
        commands = re.findall(r"^(show [a-z]+)", listed, re.MULTILINE)
        verify(len(commands) >= 15, f"help lists only {commands}")
        for command in commands:
            verify(self.gauze.shell(command).strip() != "", f"`{command}` says nothing")
            answer = json.loads(self.gauze.shell(f"{command} json"))
            verify(isinstance(answer, dict) and answer, f"`{command} json` is no JSON object")

    @func_test
    def stop_cleanly(self):
        """SIGTERM and SIGINT end it in order.

        Steps:
            * Start, send the signal, wait for its end; both signals.

        Verify:
            * The exit status is 0.
            * The control socket is gone.
        """
        for number in (signal.SIGTERM, signal.SIGINT):
            if self.gauze.process is None:
                self.gauze.start(self.config, self.rules)
            self.gauze.signal(number)
            status = self.gauze.process.wait(30)
            self.gauze.process = None
            verify(status == 0, f"exit status {status} after signal {number}")
            verify(not (self.gauze.folder / "gauze.sock").exists(), "its socket was left behind")

    @func_test
    def tell_systemd(self):
        """It speaks systemd's notify and watchdog protocol.

        Steps:
            * Start with NOTIFY_SOCKET and WATCHDOG_USEC set, send SIGHUP, then SIGTERM.

        Verify:
            * READY=1 comes when packets are carried, WATCHDOG=1 again and again, RELOADING=1 and
              READY=1 around the reload, STOPPING=1 at the end.
        """
        path = self.gauze.folder / "notify"
        said = []
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sock:
            sock.bind(str(path))
            sock.setblocking(False)

            def heard(line, times=1):
                try:
                    while True:
                        said.extend(sock.recv(4096).decode().split("\n"))
                except BlockingIOError:
                    return said.count(line) >= times

            self.gauze.restart(self.config, self.rules, NOTIFY_SOCKET=str(path),
                               WATCHDOG_USEC="400000")
            wait_for(lambda: heard("READY=1"), 5, "READY=1 did not come")
            self._carries()
            wait_for(lambda: heard("WATCHDOG=1", 3), 5, "the watchdog is not fed")
            self.gauze.signal(signal.SIGHUP)
            wait_for(lambda: heard("RELOADING=1"), 5, "RELOADING=1 did not come")
            wait_for(lambda: heard("READY=1", 2), 20, "no READY=1 after the reload")
            verify(self.gauze.stop() == 0, "it did not end cleanly")
            verify(heard("STOPPING=1"), "STOPPING=1 did not come")
        path.unlink()

    @func_test
    def run_without_hugepages(self):
        """It works where there are no huge pages.

        Steps:
            * Start with port.hugepages = "no".

        Verify:
            * Packets are carried.
        """
        self.gauze.restart({**self.config, "port": {"hugepages": "no"}}, self.rules)
        self._carries()

    @func_test
    def run_with_hugepages(self):
        """It works on huge pages.

        Steps:
            * Reserve huge pages, where the machine gives them, and start with port.hugepages =
              "yes".

        Verify:
            * Packets are carried.
        """
        before = HUGE.read_text(encoding="ascii") if HUGE.exists() else "0"
        try:
            if HUGE.exists() and int(before) < HUGE_WANTED:
                HUGE.write_text(str(HUGE_WANTED), encoding="ascii")
            if not HUGE.exists() or int(HUGE.read_text(encoding="ascii")) < HUGE_WANTED:
                log("this machine gives no huge pages: not tried")
                return
            self.gauze.restart({**self.config, "port": {"hugepages": "yes"}}, self.rules)
            self._carries()
            self.gauze.stop()
        finally:
            if HUGE.exists():
                HUGE.write_text(before.strip(), encoding="ascii")
