# SPDX-License-Identifier: BSD-3-Clause
"""Floods: many frames from addresses that nobody has, as an attacker makes them."""

import socket
import struct

from api.packet import RawPort
from framework.session import checksum
from framework.testbed import Host

STRANGERS = 0xc6120000  # 198.18.0.0/15, for tests of network devices: no host has a route there
SYN = 0x02
MORE_FRAGMENTS = 0x2000


def stranger(number: int) -> bytes:
    """The address of one of 131,072 strangers."""
    return struct.pack("!I", STRANGERS + number % (1 << 17))


class Flood:
    """Frames from strangers on the client's side to the server, sent as fast as Python can."""

    def __init__(self, client: Host, server: Host):
        self.port = RawPort(client)
        self.link = bytes.fromhex((server.mac + client.mac).replace(":", "")) + b"\x08\0"
        self.target = socket.inet_aton(server.ip)
        self.sent = 0

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.port.sock.close()

    def _send(self, source: bytes, proto: int, place: int, data: bytes) -> None:
        self.sent += 1
        head = struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(data), self.sent & 0xffff, place, 64,
                           proto, 0) + source + self.target
        self.port.send(self.link + head[:10] + struct.pack("!H", checksum(head)) + head[12:] + data)

    def syns(self, first: int, count: int, port: int, strangers: int = 1 << 17) -> None:
        """`count` SYNs, by so many strangers in turn, each from a port of its own."""
        for number in range(first, first + count):
            source = stranger(number % strangers)
            segment = struct.pack("!HHIIBBHHH", 1024 + number % 60000, port, number, 0, 0x50, SYN,
                                  65535, 0, 0)
            total = checksum(source + self.target + struct.pack("!HH", 6, 20) + segment)
            self._send(source, 6, 0, segment[:16] + struct.pack("!H", total) + segment[18:])

    def fragments(self, first: int, count: int, strangers: int) -> None:
        """The first fragment of `count` datagrams, by so many strangers; no second one follows."""
        for number in range(first, first + count):
            self._send(stranger(number % strangers), 17, MORE_FRAGMENTS,
                       struct.pack("!HHHH", 1024, 7000, 2000, 0) + b"x" * 504)
