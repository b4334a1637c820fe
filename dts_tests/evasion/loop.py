# SPDX-License-Identifier: BSD-3-Clause
"""Many connections at once, of clients without a kernel, in one loop over one packet socket."""

import heapq
import json
import random
import select
import socket
import struct
import subprocess
import sys
import time
from pathlib import Path

from evasion.frames import TCP, UDP, Ends
from evasion.late import TIMEOUT
from evasion.talk import Talk

PACKET_IGNORE_OUTGOING, SOL_PACKET, SO_RCVBUFFORCE, SO_SNDBUFFORCE = 23, 263, 33, 32
FIRST_PORT, LAST_PORT = 1025, 65000
AT_ONCE = 200  # connections
BATCH = 3000  # connections that the server has open at most
READ_MOST = 256  # frames in a row
MIN_TTL = 4
HEARD = (TCP, UDP)
PORTS = {"http": 80, "tcp": 5001, "fastopen": 5002, "reverse": 5003, "inline": 5004,
         "udp": 5005, "answer": 5006, "answer-http": 5007, "answer-body": 5008,
         "answer-udp": 5010}


def client_address(ipv6: bool, number: int) -> bytes:
    """Addresses that are nobody's, so that no kernel answers for them."""
    if ipv6:
        return socket.inet_pton(socket.AF_INET6, f"fd78::{number + 1:x}")
    return socket.inet_aton(f"10.78.0.{number + 1}")


class Loop:
    """The clients of one wire, and the server behind it."""

    ADDRESSES = 8

    def __init__(self, testbed, tags=()):
        self.tags = tags
        server = testbed.server
        self._prepare(testbed)
        self.macs = bytes.fromhex((server.mac + testbed.client.mac).replace(":", ""))
        self.targets = {False: socket.inet_aton(server.ip),
                        True: socket.inet_pton(socket.AF_INET6, server.ip6)}
        self.server = subprocess.Popen(
            ["ip", "netns", "exec", server.namespace, sys.executable,
             str(Path(__file__).with_name("server.py")), str(MIN_TTL), "80", "5001",
             "5002:fastopen", "5004:inline", "5005:udp", "5010:udp"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.server.stdout.readline()
        self.sock = testbed.client.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
        self.sock.setsockopt(SOL_PACKET, PACKET_IGNORE_OUTGOING, 1)
        self.sock.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, 64 << 20)
        self.sock.setsockopt(socket.SOL_SOCKET, SO_SNDBUFFORCE, 16 << 20)
        self.sock.bind((testbed.client.interface, 0))
        self.sock.setblocking(False)
        self.port, self.idents = FIRST_PORT, 0
        self.talks, self.waiting, self.timers = {}, {}, []
        self.sent = 0
        self.keys = []  # (address, port) of the connections of the last run, in order

    def _prepare(self, testbed) -> None:
        server = testbed.server
        for number in range(self.ADDRESSES):
            for ipv6 in (False, True):
                address = client_address(ipv6, number)
                text = socket.inet_ntop(socket.AF_INET6 if ipv6 else socket.AF_INET, address)
                server.run("ip", "neigh", "replace", text, "lladdr", testbed.client.mac, "dev",
                           server.interface, "nud", "permanent")
        server.run("ip", "route", "replace", "10.78.0.0/16", "dev", server.interface)
        server.run("ip", "-6", "route", "replace", "fd78::/64", "dev", server.interface)
        # else the client's kernel would tell by ICMPv6 that it has no route there, and end what the
        # server is opening; over IPv4 a host that does not forward says nothing
        testbed.client.run("ip", "-6", "route", "replace", "blackhole", "fd78::/64")
        for setting in ("net.core.somaxconn=8192", "net.ipv4.tcp_max_syn_backlog=65536",
                        "net.ipv4.tcp_fastopen=515", "net.ipv4.tcp_syncookies=0",
                        "net.ipv4.ipfrag_high_thresh=134217728", f"net.ipv4.ipfrag_time={TIMEOUT}",
                        "net.ipv6.ip6frag_high_thresh=134217728", f"net.ipv6.ip6frag_time={TIMEOUT}",
                        "net.ipv4.icmp_ratelimit=0", "net.ipv4.ipfrag_max_dist=0"):
            server.run("sysctl", "-q", "-w", setting)

    def close(self) -> None:
        """End the server."""
        self.sock.close()
        self.server.stdin.close()
        self.server.wait(10)
        self.server.stdout.close()

    def ident(self) -> int:
        """An id that no other datagram in flight has."""
        self.idents = self.idents % 65000 + 1
        return self.idents

    def emit(self, frame: bytes) -> None:
        """Send a frame."""
        self.sent += 1
        if len(frame) > 1514:
            return  # no wire takes it
        while True:
            try:
                self.sock.send(frame)
                return
            except (BlockingIOError, OSError) as error:
                if getattr(error, "errno", 0) not in (11, 105):
                    raise
                select.select([], [self.sock], [], 0.01)

    def tell_server(self, line: str) -> None:
        """A command for the server."""
        self.server.stdin.write(line.encode() + b"\n")
        self.server.stdin.flush()

    # ---- connections ----

    def _begin(self, case, text: bytes, seed) -> Talk:
        if self.port > LAST_PORT * self.ADDRESSES:
            raise RuntimeError("too many connections in one loop")
        number, port = divmod(self.port, LAST_PORT)
        if port < FIRST_PORT:
            self.port += FIRST_PORT - port
            port = FIRST_PORT
        self.port += 1
        ends = Ends(self.macs, client_address(case.ipv6, number), self.targets[case.ipv6], port,
                    PORTS[case.kind], self.tags)
        talk = Talk(self, ends, case, text, random.Random(seed))
        self.talks[(ends.src, port)] = talk
        talk.script = talk.run()
        return talk

    def _go_on(self, talk: Talk, answer) -> None:
        """Run its script up to the next wait that is not over yet."""
        try:
            question, seconds = talk.script.send(answer)
            while question():
                question, seconds = talk.script.send(True)
        except StopIteration:
            self.waiting.pop(talk, None)
            return
        deadline = time.monotonic() + seconds
        self.waiting[talk] = (question, deadline)
        heapq.heappush(self.timers, (deadline, id(talk), talk))

    def _receive(self) -> None:
        for _ in range(READ_MOST):
            try:
                frame = self.sock.recv(65536)
            except BlockingIOError:
                return
            if frame[12:14] == b"\x81\x00":  # the inner tag: the kernel takes one off
                frame = frame[:12] + frame[16:]
            kind = frame[12:14]
            if kind == b"\x08\x00" and frame[23] in HEARD:
                at = 14 + (frame[14] & 15) * 4
                key = (frame[30:34], struct.unpack_from("!H", frame, at + 2)[0])
                end = 14 + struct.unpack_from("!H", frame, 16)[0]
            elif kind == b"\x86\xdd" and frame[20] in HEARD:
                at = 54
                key = (frame[38:54], struct.unpack_from("!H", frame, at + 2)[0])
                end = 54 + struct.unpack_from("!H", frame, 18)[0]
            else:
                continue
            talk = self.talks.get(key)
            if talk is None:
                continue
            if frame[23 if kind == b"\x08\x00" else 20] == TCP:
                talk.hear(frame, at, end)
            else:
                talk.got += frame[at + 8:end]
            wait = self.waiting.get(talk)
            if wait is not None and wait[0]():
                self._go_on(talk, True)

    def _expire(self) -> None:
        now = time.monotonic()
        while self.timers and self.timers[0][0] <= now:
            deadline, _, talk = heapq.heappop(self.timers)
            if self.waiting.get(talk, (None, None))[1] == deadline:
                self._go_on(talk, False)

    def run(self, wanted: list) -> list:
        """Run (case, text, seed) each; return what the server's application received for each:
        a list with the bytes of each connection."""
        found, self.keys = [], []
        for at in range(0, len(wanted), BATCH):
            found += self._run(wanted[at:at + BATCH])
        return found

    def _run(self, wanted: list) -> list:
        left, made = iter(wanted), []
        more = True
        while more or self.waiting:
            while more and len(self.waiting) < AT_ONCE:
                job = next(left, None)
                more = job is not None
                if more:
                    made.append(self._begin(*job))
                    self._go_on(made[-1], None)
                    self._receive()
                    self._expire()
            wait = self.timers[0][0] - time.monotonic() if self.timers else 0
            select.select([self.sock], [], [], min(max(wait, 0), 0.05))
            self._receive()
            self._expire()
        return self._take(made)

    def _take(self, made: list) -> list:
        time.sleep(0.3)
        self.tell_server("take")
        told = json.loads(self.server.stdout.readline())
        self.talks.clear()
        self.timers.clear()
        found = []
        for talk in made:
            family = socket.AF_INET6 if talk.ends.ipv6 else socket.AF_INET
            key = f"{socket.inet_ntop(family, talk.ends.src)}|{talk.ends.sport}"
            self.keys.append((talk.ends.src, talk.ends.sport))
            found.append([bytes.fromhex(data) for data in told.get(key, [])])
        return found
