# SPDX-License-Identifier: BSD-3-Clause
"""Segments, their IP packets and fragments, by struct: right unless an oddity says otherwise.

Oddities, by name:

    ttl iplen ihl version tos ident df evil ipsum   of the IP header (ipsum: xor; "ones": below)
    proto                             another protocol number
    ipopts                            bytes of IPv4 options, padded
    chain                             IPv6 extension headers: [(kind, bytes)], in order
    jumbo                             payload length 0
    sum doff win urg options          of the TCP header (sum: xor; "zero": 0; "ones": below)
    ulen usize                        of the UDP header
    trail                             bytes after the IP packet, in the frame
    mac                               the frame's destination
    frag                              pieces of the datagram: fragments.py
    one                               of the same datagram as the connection's others like that
    tags                              VLAN tags, outermost first

A sum of "ones" is zero as ones' complement has it the other way: all bits set, where another field
was chosen so that none should be.
"""

import struct

FIN, SYN, RST, PSH, ACK, URG, ECE, CWR = 0x01, 0x02, 0x04, 0x08, 0x10, 0x20, 0x40, 0x80
TTL = 64
TCP, UDP = 6, 17
IP4, IP6 = b"\x08\x00", b"\x86\xdd"
MANY = 1 << 14  # tags' and fragments' numbers stay below


def checksum(data: bytes, total: int = 0) -> int:
    """RFC 1071, quickly: the sum of 16-bit words is the number modulo 65,535."""
    if len(data) % 2:
        data += b"\0"
    total += int.from_bytes(data, "big")
    if total == 0:
        return 0xffff
    return ~(total % 0xffff or 0xffff) & 0xffff


def all_ones(header: bytes, free: int, place: int) -> bytes:
    """With its 16 bits at `free` chosen so that the checksum, at `place`, may be all ones."""
    header = bytearray(header)
    header[free:free + 2] = header[place:place + 2] = b"\0\0"
    struct.pack_into("!H", header, free, checksum(bytes(header)))
    struct.pack_into("!H", header, place, 0xffff)
    return bytes(header)


class Ends:
    """Who speaks to whom: MACs, addresses, ports."""

    def __init__(self, macs: bytes, src: bytes, dst: bytes, sport: int, dport: int, tags=()):
        self.macs, self.src, self.dst = macs, src, dst
        self.sport, self.dport = sport, dport
        self.tags = tags
        self.ipv6 = len(src) == 16

    def spoofed(self) -> "Ends":
        """As if the other end spoke, from here: the link's addresses stay."""
        return Ends(self.macs, self.dst, self.src, self.dport, self.sport, self.tags)


def tcp(ends: Ends, seq: int, ack: int, flags: int, data: bytes, odd: dict) -> bytes:
    """A TCP header and its payload."""
    options = odd.get("options", b"")
    options += b"\0" * (-len(options) % 4)
    words = odd.get("doff", (20 + len(options)) // 4)
    segment = struct.pack("!HHIIBBHHH", ends.sport, ends.dport, seq & 0xffffffff,
                          ack & 0xffffffff, words << 4 | odd.get("reserved", 0), flags,
                          odd.get("win", 65535), 0, odd.get("urg", 0)) + options + data
    pseudo = ends.src + ends.dst + struct.pack("!II", len(segment), TCP)
    total = checksum(pseudo + segment)
    wrong = odd.get("sum", 0)
    if wrong == "ones":  # the urgent pointer, which nobody reads without its flag
        return all_ones(pseudo + segment, len(pseudo) + 18, len(pseudo) + 16)[len(pseudo):]
    total = 0 if wrong == "zero" else total ^ wrong
    return segment[:16] + struct.pack("!H", total) + segment[18:]


def _ip4(ends: Ends, payload: bytes, place: int, odd: dict) -> bytes:
    options = odd.get("ipopts", b"")
    options += b"\0" * (-len(options) % 4)
    size = 20 + len(options) + len(payload)
    header = struct.pack("!BBHHHBBH", odd.get("version", 4) << 4
                         | odd.get("ihl", 5 + len(options) // 4), odd.get("tos", 0),
                         (size + odd.get("iplen", 0)) & 0xffff, odd.get("ident", 0) & 0xffff,
                         place | (0x8000 if odd.get("evil") else 0), odd.get("ttl", TTL),
                         odd.get("proto", TCP), 0) + ends.src + ends.dst + options
    if odd.get("ipsum") == "ones":
        return all_ones(header, 4, 10) + payload
    total = checksum(header) ^ odd.get("ipsum", 0)
    return header[:10] + struct.pack("!H", total) + header[12:] + payload


def _ip6(ends: Ends, payload: bytes, kind: int, odd: dict) -> bytes:
    for number, body in reversed(odd.get("chain", ())):
        payload = bytes([kind]) + body[1:] + payload
        kind = number
    size = 0 if odd.get("jumbo") else len(payload) + odd.get("iplen", 0)
    return struct.pack("!IHBB", odd.get("version", 6) << 28 | odd.get("tos", 0) << 20,
                       size & 0xffff, kind, odd.get("ttl", TTL)) + ends.src + ends.dst + payload


def _frame(ends: Ends, packet: bytes, odd: dict) -> bytes:
    macs = odd["mac"] + ends.macs[6:] if "mac" in odd else ends.macs
    tags = odd.get("tags", ends.tags)
    for depth, tag in enumerate(tags, 1):
        macs += struct.pack("!HH", 0x8100 if depth == len(tags) else 0x88a8, tag)
    return macs + (IP6 if ends.ipv6 else IP4) + packet + odd.get("trail", b"")


def packets(ends: Ends, payload: bytes, odd: dict) -> list:
    """The frames of one datagram."""
    if "frag" in odd:
        return [_frame(ends, packet, odd) for packet in _fragments(ends, payload, odd)]
    if ends.ipv6:
        packet = _ip6(ends, payload, odd.get("proto", TCP), odd)
    else:
        packet = _ip4(ends, payload, 0x4000 if odd.get("df", True) else 0, odd)
    return [_frame(ends, packet, odd)]


def _fragments(ends: Ends, payload: bytes, odd: dict):
    ident = odd.get("ident", 0)
    for piece in odd["frag"](payload):
        mine = {**odd, **piece.odd, "ident": ident + piece.odd.get("other", 0)}
        if not ends.ipv6:
            place = (piece.at // 8 & 0x1fff) | (0x2000 if piece.more else 0)
            yield _ip4(ends, piece.data, place, mine)
            continue
        header = struct.pack("!BBHI", mine.get("proto", TCP), mine.get("reserved6", 0),
                             (piece.at & 0xfff8) | piece.more, mine["ident"])
        data = piece.data
        chain = [*mine.get("chain", ()), (44, header)] + mine.get("after", [])
        yield _ip6(ends, data, mine.get("proto", TCP), {**mine, "chain": chain})


def segment(ends: Ends, seq: int, ack: int, flags: int, data: bytes, odd: dict) -> list:
    """The frames of one segment."""
    return packets(ends, tcp(ends, seq, ack, flags, data, odd), odd)


def datagram(ends: Ends, data: bytes, odd: dict) -> list:
    """The frames of one UDP datagram."""
    size = len(data) + 8
    said = odd["usize"] if "usize" in odd else size + odd.get("ulen", 0)
    head = struct.pack("!HHHH", ends.sport, ends.dport, said, 0)
    covered = (head + data)[:said or size]
    pseudo = ends.src + ends.dst + struct.pack("!II", len(covered), UDP)
    total = checksum(pseudo + covered) or 0xffff
    wrong = odd.get("sum", 0)
    total = 0 if wrong == "zero" else total ^ wrong
    return packets(ends, head[:6] + struct.pack("!H", total) + data, {"proto": UDP, **odd})
