# SPDX-License-Identifier: BSD-3-Clause
"""A capture made from what two hosts say to each other.

    session:
      port: 80                  # the server's; default 80
      udp: false
      ipv6: false
      vlan: 7                   # outer tag, if any
      split: 1400               # bytes in a segment at most
      repeat: 1                 # so many sessions, each from a port of its own
      steps:
        - c2s: "GET / HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n"
        - s2c: "HTTP/1.1 200 OK\\r\\nContent-Length: 0\\r\\n\\r\\n"

Text is Latin-1: "\\xff" is one byte. TCP gets its handshake, acknowledgements and ends.
"""

import socket
import struct
from pathlib import Path

CLIENT, SERVER = ("10.77.0.1", "fd77::1"), ("10.77.0.2", "fd77::2")
SYN, ACK, PSH, FIN = 0x02, 0x10, 0x08, 0x01
START_S, STEP_US = 1_700_000_000, 1000


def checksum(data: bytes) -> int:
    """RFC 1071."""
    data += b"\0" * (len(data) % 2)
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return ~total & 0xffff


class Session:
    """Collects the frames of one session."""

    def __init__(self, described: dict):
        self.port = described.get("port", 80)
        self.client_port = described.get("client_port", 40000)
        self.udp = described.get("udp", False)
        self.ipv6 = described.get("ipv6", False)
        self.vlan = described.get("vlan")
        self.split = described.get("split", 1400)
        self.steps = described["steps"]
        self.next_seq = {True: 1000, False: 5000}  # by "from the client"
        self.frames = []

    def build(self) -> list:
        """All frames, in order."""
        if not self.udp:
            self._segment(True, SYN)
            self._segment(False, SYN | ACK)
            self._segment(True, ACK)
        for step in self.steps:
            for who, text in step.items():
                self._say(who == "c2s", text.encode("latin-1"))
        if not self.udp:
            self._segment(True, FIN | ACK)
            self._segment(False, FIN | ACK)
            self._segment(True, ACK)
        return self.frames

    def _say(self, from_client: bool, data: bytes) -> None:
        if self.udp:
            ports = self._ports(from_client)
            self._ip(from_client, 17, struct.pack("!HHHH", *ports, 8 + len(data), 0) + data)
            return
        for at in range(0, len(data), self.split):
            self._segment(from_client, PSH | ACK, data[at:at + self.split])
        self._segment(not from_client, ACK)

    def _ports(self, from_client: bool) -> tuple:
        return (self.client_port, self.port) if from_client else (self.port, self.client_port)

    def _segment(self, from_client: bool, flags: int, data: bytes = b"") -> None:
        seq = self.next_seq[from_client]
        ack = self.next_seq[not from_client] if flags & ACK else 0
        options = struct.pack("!BBH", 2, 4, 1460) if flags & SYN else b""
        header = struct.pack("!HHIIBBHHH", *self._ports(from_client), seq, ack,
                             (20 + len(options)) // 4 << 4, flags, 65535, 0, 0)
        self._ip(from_client, 6, header + options + data)
        self.next_seq[from_client] = seq + len(data) + bool(flags & (SYN | FIN))

    def _ip(self, from_client: bool, proto: int, payload: bytes) -> None:
        family = socket.AF_INET6 if self.ipv6 else socket.AF_INET
        src, dst = (CLIENT, SERVER) if from_client else (SERVER, CLIENT)
        src = socket.inet_pton(family, src[self.ipv6])
        dst = socket.inet_pton(family, dst[self.ipv6])
        at = 16 if proto == 6 else 6
        pseudo = src + dst + struct.pack("!II" if self.ipv6 else "!HH",
                                         *((len(payload), proto) if self.ipv6
                                           else (proto, len(payload))))
        total = checksum(pseudo + payload) or 0xffff
        payload = payload[:at] + struct.pack("!H", total) + payload[at + 2:]
        if self.ipv6:
            header = struct.pack("!IHBB", 6 << 28, len(payload), proto, 64) + src + dst
        else:
            header = struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(payload), len(self.frames) + 1,
                                 0x4000, 64, proto, 0) + src + dst
            header = header[:10] + struct.pack("!H", checksum(header)) + header[12:]
        self._ethernet(from_client, header + payload)

    def _ethernet(self, from_client: bool, packet: bytes) -> None:
        macs = [b"\x02\0\0\0\0\x02", b"\x02\0\0\0\0\x01"]
        tag = struct.pack("!HH", 0x8100, self.vlan) if self.vlan else b""
        kind = struct.pack("!H", 0x86dd if self.ipv6 else 0x0800)
        self.frames.append(b"".join(macs if from_client else macs[::-1]) + tag + kind + packet)


def write_pcap(path: Path, frames: list) -> None:
    """A classic pcap of Ethernet frames, a millisecond apart."""
    with open(path, "wb") as f:
        f.write(struct.pack("<IHHiIII", 0xa1b2c3d4, 2, 4, 0, 0, 262144, 1))
        for number, frame in enumerate(frames):
            f.write(struct.pack("<IIII", START_S + number * STEP_US // 1_000_000,
                                number * STEP_US % 1_000_000, len(frame), len(frame)))
            f.write(frame)


def write_session(path: Path, described: dict | list) -> None:
    """A capture of one session, or of several one after the other."""
    frames, port = [], 40000
    for one in described if isinstance(described, list) else [described]:
        for _ in range(one.get("repeat", 1)):
            frames += Session({"client_port": port, **one}).build()
            port += 1
    write_pcap(path, frames)
