# SPDX-License-Identifier: BSD-3-Clause
"""Frames made from what two hosts say to each other.

    session:                    # one, or a list of sessions one after the other
      port: 80                  # the server's; default 80
      client_port: 40000        # default: the next free one
      udp: false
      ipv6: false
      vlan: 7                   # tag, or a list of tags from the outside in
      split: 1400               # bytes in a segment at most
      fragment: 64              # IP fragments with so many bytes of data at most
      open: true                # false: no handshake is seen
      isn: 1000                 # the client's first sequence number
      close: fin                # or rst, or none
      repeat: 1                 # so many sessions, each from a port of its own
      steps:
        - c2s: "GET / HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n"    # what is said: said.py
        - {s2c: "HTTP/1.1 200 OK\\r\\nContent-Length: 0\\r\\n\\r\\n", split: 10}
        - {c2s: "late", order: [2, 1, 0], split: 2}   # segments in another order
        - {c2s: "again", at: 4}   # from byte 4 of what the client says, be it old or new
        - {c2s: "", flags: R}     # of F S R P A U
        - {c2s: "x", wrong: checksum}
        - {c2s: "x", ttl: 1, fragment: 8, ack: false}
        - {c2s: "", flags: S, at: -1}     # a SYN is the byte before the first
        - {c2s: "x", acks: 7, window: 100, options: "0303 07"}  # acknowledges 7 bytes; TCP options
        - wait: 30                # seconds

    session:
      - packets: ["IP(dst='10.77.0.2')/ICMP()"]   # expressions of scapy, Ethernet may be left out

TCP gets its handshake, acknowledgements and ends.
"""

import socket
import struct

from framework.said import bytes_of

CLIENT, SERVER = ("10.77.0.1", "fd77::1"), ("10.77.0.2", "fd77::2")
CLIENT_MAC, SERVER_MAC = b"\x02\0\0\0\0\x01", b"\x02\0\0\0\0\x02"
FIN, SYN, RST, PSH, ACK, URG = 0x01, 0x02, 0x04, 0x08, 0x10, 0x20
FLAGS = {"F": FIN, "S": SYN, "R": RST, "P": PSH, "A": ACK, "U": URG}
START_US, STEP_US = 1_700_000_000_000_000, 1000


def checksum(data: bytes) -> int:
    """RFC 1071."""
    data += b"\0" * (len(data) % 2)
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return ~total & 0xffff


class Session:
    """Collects the frames of one session, each as (microseconds, bytes)."""

    def __init__(self, described: dict, now_us: int = START_US):
        self.told = described
        self.ports = {True: described.get("client_port", 40000), False: described.get("port", 80)}
        self.udp = described.get("udp", False)
        self.ipv6 = described.get("ipv6", False)
        self.first_seq = {True: described.get("isn", 1000), False: 5000}  # by "from the client"
        self.next_seq = {who: seq + 1 for who, seq in self.first_seq.items()}
        self.step = {}
        self.now_us = now_us
        self.ident = 0
        self.frames = []

    def build(self) -> list:
        """All frames, in order."""
        if "packets" in self.told:
            return self._packets()
        if not self.udp and self.told.get("open", True):
            self._segment(True, self.first_seq[True], SYN)
            self._segment(False, self.first_seq[False], SYN | ACK)
            self._segment(True, self.next_seq[True], ACK)
        for step in self.told["steps"]:
            self.step = step
            self.now_us += step.get("wait", 0) * 1_000_000
            for who in {"c2s", "s2c"} & set(step):
                self._say(who == "c2s", bytes_of(step[who]))
        self.step = {}
        if not self.udp:
            self._close()
        return self.frames

    def _close(self) -> None:
        how = self.told.get("close", "fin")
        if how == "rst":
            self._segment(True, self.next_seq[True], RST | ACK)
        if how != "fin":
            return
        for from_client in (True, False):
            self._segment(from_client, self.next_seq[from_client], FIN | ACK)
            self.next_seq[from_client] += 1
        self._segment(True, self.next_seq[True], ACK)

    def _option(self, name: str, default=None):
        return self.step.get(name, self.told.get(name, default))

    def _say(self, from_client: bool, data: bytes) -> None:
        if self.udp:
            self._layer4(from_client, 17, struct.pack("!HHHH", self.ports[from_client],
                                                      self.ports[not from_client],
                                                      8 + len(data), 0) + data)
            return
        start = self.next_seq[from_client]
        if "at" in self.step:
            start = self.first_seq[from_client] + 1 + self.step["at"]
        size = self._option("split", 1400)
        pieces = [(start + at, data[at:at + size]) for at in range(0, len(data), size)]
        pieces = pieces or [(start, b"")]
        flags = sum(FLAGS[f] for f in self.step.get("flags", "PA"))
        for number in self.step.get("order", range(len(pieces))):
            self._segment(from_client, pieces[number][0], flags, pieces[number][1])
        if not flags & RST:
            end = start + len(data) + bool(flags & FIN)
            self.next_seq[from_client] = max(self.next_seq[from_client], end)
            if self.step.get("ack", True):
                answer = {k: v for k, v in self.step.items() if k == "vlan"}
                self.step = answer
                self._segment(not from_client, self.next_seq[not from_client], ACK)

    def _segment(self, from_client: bool, seq: int, flags: int, data: bytes = b"") -> None:
        ack = self.next_seq[not from_client] if flags & ACK else 0
        if "acks" in self.step:
            ack = self.first_seq[not from_client] + 1 + self.step["acks"]
        options = struct.pack("!BBH", 2, 4, 1460) if flags & SYN else b""
        options += bytes.fromhex(self.step.get("options", ""))
        options += b"\1" * (-len(options) % 4)
        header = struct.pack("!HHIIBBHHH", self.ports[from_client], self.ports[not from_client],
                             seq % 2**32, ack % 2**32, (20 + len(options)) // 4 << 4, flags,
                             self.step.get("window", 65535), 0,
                             self._option("urgent", len(data)) if flags & URG else 0)
        self._layer4(from_client, 6, header + options + data)

    def _layer4(self, from_client: bool, proto: int, payload: bytes) -> None:
        family = socket.AF_INET6 if self.ipv6 else socket.AF_INET
        src, dst = (CLIENT, SERVER) if from_client else (SERVER, CLIENT)
        src = socket.inet_pton(family, src[self.ipv6])
        dst = socket.inet_pton(family, dst[self.ipv6])
        pseudo = src + dst + struct.pack("!II" if self.ipv6 else "!HH",
                                         *((len(payload), proto) if self.ipv6
                                           else (proto, len(payload))))
        total = checksum(pseudo + payload) or 0xffff
        total ^= 0x5555 if self.step.get("wrong") == "checksum" else 0
        at = 16 if proto == 6 else 6
        payload = payload[:at] + struct.pack("!H", total) + payload[at + 2:]
        self.ident += 1
        make = self._ip6 if self.ipv6 else self._ip4
        for packet in make(proto, src, dst, payload):
            self._ethernet(from_client, packet)

    def _pieces(self, payload: bytes) -> list:
        """(offset, are there more, data) of each fragment."""
        size = self._option("fragment", 0) // 8 * 8
        if size == 0 or len(payload) <= size:
            return [(0, False, payload)]
        return [(at, at + size < len(payload), payload[at:at + size])
                for at in range(0, len(payload), size)]

    def _ip4(self, proto: int, src: bytes, dst: bytes, payload: bytes):
        pieces = self._pieces(payload)
        for at, more, data in pieces:
            place = at // 8 | (0x2000 if more else 0) | (0x4000 if len(pieces) == 1 else 0)
            header = struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(data), self.ident, place,
                                 self.step.get("ttl", 64), proto, 0) + src + dst
            yield header[:10] + struct.pack("!H", checksum(header)) + header[12:] + data

    def _ip6(self, proto: int, src: bytes, dst: bytes, payload: bytes):
        pieces = self._pieces(payload)
        for at, more, data in pieces:
            next_header = proto
            if len(pieces) > 1:
                data = struct.pack("!BBHI", proto, 0, at | more, self.ident) + data
                next_header = 44
            yield struct.pack("!IHBB", 6 << 28, len(data), next_header,
                              self.step.get("ttl", 64)) + src + dst + data

    def _ethernet(self, from_client: bool, packet: bytes) -> None:
        tags = self._option("vlan") or []
        tags = tags if isinstance(tags, list) else [tags]
        macs = SERVER_MAC + CLIENT_MAC if from_client else CLIENT_MAC + SERVER_MAC
        for depth, tag in enumerate(tags, 1):
            macs += struct.pack("!HH", 0x8100 if depth == len(tags) else 0x88a8, tag)
        kind = struct.pack("!H", 0x86dd if self.ipv6 else 0x0800)
        self._frame(macs + kind + packet)

    def _frame(self, frame: bytes) -> None:
        self.frames.append((self.now_us, frame))
        self.now_us += STEP_US

    def _packets(self) -> list:
        from scapy import all as scapy  # slow to load, and few cases need it
        for text in self.told["packets"]:
            packet = eval(text, dict(vars(scapy)))  # pylint: disable=eval-used
            ends = scapy.Ether(dst="02:00:00:00:00:02", src="02:00:00:00:00:01")
            self._frame(bytes(packet if isinstance(packet, (scapy.Ether, scapy.Dot3))
                              else ends / packet))
        return self.frames


def build(described: dict | list) -> list:
    """The frames of one session, or of several one after the other."""
    frames, port, now_us = [], 40000, START_US
    for one in described if isinstance(described, list) else [described]:
        for _ in range(one.get("repeat", 1)):
            made = Session({"client_port": port, **one}, now_us)
            frames += made.build()
            now_us = made.now_us
            port += 1
    return frames
