# SPDX-License-Identifier: BSD-3-Clause
"""A piece of network between a host and the wire: a TAP for the host, tags and a bad path beyond it.

    usage: relay.py WIRE TAP JSON     (in the host's namespace; tells "ready")

    {"tags": [7],            VLAN tags of the frames on the wire, outermost first
     "loss": 0.01,           of the frames of each direction
     "rate": 5e6,            bytes a second of each direction; the queue before it is short
     "duplicate": 0.01, "reorder": 0.05, "jitter": 0.005,      (seconds at most)
     "seed": 1}

What kernels without netem and 802.1Q cannot do is done here, frame by frame.
"""

import fcntl
import heapq
import json
import os
import random
import select
import socket
import struct
import subprocess
import sys
import time
from pathlib import Path

TUNSETIFF, IFF_TAP, IFF_NO_PI = 0x400454ca, 0x2, 0x1000
SOL_PACKET, PACKET_AUXDATA, PACKET_IGNORE_OUTGOING, PACKET_ADD_MEMBERSHIP = 263, 8, 23, 1
SO_RCVBUFFORCE, PROMISC = 33, 1
VLAN_VALID, TPID_VALID = 0x10, 0x40
NOBODY = "02:00:00:00:00:01"
MOST = 64  # frames in a row
QUEUE = 0.03  # seconds that a frame waits at most for those before it
LATE = 0.004  # seconds that a reordered frame is held back


class Way:
    """What happens to the frames of one direction."""

    def __init__(self, how: dict, seed: int, out):
        self.how, self.random, self.out = how, random.Random(seed), out
        self.held, self.number, self.free_at = [], 0, 0.0

    def take(self, frame: bytes) -> None:
        """A frame comes."""
        how, draw = self.how, self.random.random
        if not how.get("bad"):
            self.out(frame)
            return
        if draw() < how.get("loss", 0):
            return
        delay = draw() * how.get("jitter", 0)
        if "rate" in how:
            now = time.monotonic()
            if self.free_at > now + QUEUE:
                return
            self.free_at = max(self.free_at, now) + len(frame) / how["rate"]
            delay += self.free_at - now
        if draw() < how.get("reorder", 0):
            delay += LATE
        if draw() < how.get("duplicate", 0):
            self._hold(frame, delay)
        self._hold(frame, delay)

    def _hold(self, frame: bytes, delay: float) -> None:
        if delay == 0:
            self.out(frame)
            return
        self.number += 1
        heapq.heappush(self.held, (time.monotonic() + delay, self.number, frame))

    def turn(self) -> float:
        """Let go what is due. @return seconds to the next."""
        now = time.monotonic()
        while self.held and self.held[0][0] <= now:
            self.out(heapq.heappop(self.held)[2])
        return max(0.0, self.held[0][0] - now) if self.held else 1.0


def _open_tap(name: str) -> int:
    tap = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(tap, TUNSETIFF, struct.pack("16sH22x", name.encode(), IFF_TAP | IFF_NO_PI))
    return tap


def _open_wire(name: str) -> socket.socket:
    wire = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
    wire.setsockopt(SOL_PACKET, PACKET_AUXDATA, 1)
    wire.setsockopt(SOL_PACKET, PACKET_IGNORE_OUTGOING, 1)
    wire.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, 16 << 20)
    wire.bind((name, 0))
    wire.setsockopt(SOL_PACKET, PACKET_ADD_MEMBERSHIP,
                    struct.pack("IHH8s", socket.if_nametoindex(name), PROMISC, 0, b""))
    wire.setblocking(False)
    return wire


def _retag(frame: bytes, control: list) -> bytes:
    """The outer tag that the kernel took off goes back."""
    for level, kind, value in control:
        if level == SOL_PACKET and kind == PACKET_AUXDATA:
            status, _, _, _, _, tci, tpid = struct.unpack("=IIIHHHH", value[:20])
            if status & VLAN_VALID:
                tpid = tpid if status & TPID_VALID else 0x8100
                return frame[:12] + struct.pack("!HH", tpid, tci) + frame[12:]
    return frame


class Relay:
    """The program itself."""

    def __init__(self, wire: str, tap: str, how: dict):
        self.tap, self.wire = _open_tap(tap), _open_wire(wire)
        tags = how.get("tags", [])
        self.tag = b"".join(struct.pack("!HH", 0x8100 if depth == len(tags) else 0x88a8, tag)
                            for depth, tag in enumerate(tags, 1))
        how["bad"] = any(how.get(k) for k in ("loss", "rate", "duplicate", "reorder", "jitter"))
        seed = how.get("seed", 1)
        self.inwards = Way(how, seed, self._to_host)
        self.outwards = Way(how, seed + 1, self._to_wire)

    def _to_host(self, frame: bytes) -> None:
        try:
            os.write(self.tap, frame)
        except OSError:
            pass  # no room, or the host's interface is down: as on a network

    def _to_wire(self, frame: bytes) -> None:
        try:
            self.wire.send(frame)
        except OSError:
            pass

    def _from_wire(self) -> None:
        for _ in range(MOST):
            try:
                frame, control, _, _ = self.wire.recvmsg(70000, 64)
            except BlockingIOError:
                return
            if self.tag:
                frame = _retag(frame, control)
                if frame[12:12 + len(self.tag)] != self.tag:
                    continue
                frame = frame[:12] + frame[12 + len(self.tag):]
            self.inwards.take(frame)

    def _from_host(self) -> None:
        for _ in range(MOST):
            try:
                frame = os.read(self.tap, 70000)
            except BlockingIOError:
                return
            self.outwards.take(frame[:12] + self.tag + frame[12:])

    def run(self) -> None:
        """Until standard input ends."""
        print("ready", flush=True)
        wait = 1.0
        while True:
            ready, _, _ = select.select([self.tap, self.wire, sys.stdin], [], [], wait)
            if sys.stdin in ready:
                return
            if self.wire in ready:
                self._from_wire()
            if self.tap in ready:
                self._from_host()
            wait = min(self.inwards.turn(), self.outwards.turn())


class Behind:
    """A host of a testbed behind a relay, while it lasts."""

    TAP = "t0"

    def __init__(self, host, **how):
        self.host, self.wire, self.mac = host, host.interface, host.mac
        self.child = subprocess.Popen(
            ["ip", "netns", "exec", host.namespace, sys.executable, str(Path(__file__)),
             self.wire, self.TAP, json.dumps(how)], stdin=subprocess.PIPE,
            stdout=subprocess.PIPE)
        self.child.stdout.readline()
        self._move(self.wire, self.TAP)
        # Linux takes what is for any of its addresses from any interface: by another MAC address
        # the wire's frames are for somebody else, and come by the relay alone.
        host.run("ip", "link", "set", self.wire, "arp", "off", "address", NOBODY)
        host.run("ip", "link", "set", self.TAP, "address", self.mac, "mtu",
                 str(how.get("mtu", 1500)))

    def _move(self, source: str, target: str) -> None:
        host = self.host
        host.run("ip", "addr", "flush", "dev", source)
        host.run("sysctl", "-q", f"net.ipv6.conf.{source}.disable_ipv6=1")
        host.run("sysctl", "-q", f"net.ipv6.conf.{target}.disable_ipv6=0")
        host.run("sysctl", "-q", f"net.ipv6.conf.{target}.accept_dad=0")
        host.run("ip", "addr", "add", f"{host.ip}/24", "dev", target)
        host.run("ip", "addr", "add", f"{host.ip6}/64", "dev", target, "nodad")
        host.run("ip", "link", "set", target, "up")
        host.interface = target

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._move(self.TAP, self.wire)
        self.host.run("ip", "link", "set", self.wire, "arp", "on", "address", self.mac)
        self.child.stdin.close()
        self.child.wait(10)
        self.child.stdout.close()


if __name__ == "__main__":
    Relay(sys.argv[1], sys.argv[2], json.loads(sys.argv[3])).run()
