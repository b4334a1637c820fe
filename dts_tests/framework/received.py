# SPDX-License-Identifier: BSD-3-Clause
"""What the ends of the wire could read of the frames that left it."""

import struct

from framework import session

SYN = 0x02


class TwoVersions(AssertionError):
    """A byte of a stream left in two versions: the receiver's stack would choose."""


def tcp_segments(frames: list):
    """(ends of the stream, flags, sequence number, data) of each whole TCP segment over Ethernet."""
    for frame in frames:
        at = 12
        while frame[at:at + 2] in (b"\x81\x00", b"\x88\xa8"):
            at += 4
        kind, at = frame[at:at + 2], at + 2
        if kind == b"\x08\x00" and frame[at + 9] == 6:
            addresses = frame[at + 12:at + 20]
            end = at + struct.unpack_from("!H", frame, at + 2)[0]
            at += (frame[at] & 15) * 4
        elif kind == b"\x86\xdd" and frame[at + 6] == 6:
            addresses = frame[at + 8:at + 40]
            end = at + 40 + struct.unpack_from("!H", frame, at + 4)[0]
            at += 40
        else:
            continue
        ports, seq, _, offset, flags = struct.unpack_from("!4sIIBB", frame, at)
        yield addresses + ports, flags, seq, frame[at + (offset >> 4) * 4:end]


def datagrams(frames: list) -> list:
    """What whole UDP datagrams over Ethernet and IPv4 carry; a checksum that a receiver would refuse is
    an error."""
    said = []
    for frame in frames:
        if frame[12:14] != b"\x08\x00" or frame[23] != 17:
            continue
        at = 14 + (frame[14] & 15) * 4
        length = struct.unpack_from("!H", frame, at + 4)[0]
        udp = frame[at:at + length]
        pseudo = frame[26:34] + struct.pack("!HH", 17, length)
        if udp[6:8] != b"\0\0" and session.checksum(pseudo + udp) != 0:
            raise AssertionError(f"the UDP checksum of {udp!r} is wrong")
        said.append(udp[8:])
    return said


def reverse(ends: bytes) -> bytes:
    """The ends of the other direction: addresses, then ports."""
    half = (len(ends) - 4) // 2
    return ends[half:-4] + ends[:half] + ends[-2:] + ends[-4:-2]


def stream(frames: list, from_client: bool) -> bytes:
    """The bytes of the first connection that one end can read: up to the first gap."""
    wanted, start, got = None, None, {}
    for ends, flags, seq, data in tcp_segments(frames):
        if wanted is None:
            wanted = ends if from_client else reverse(ends)
        if ends != wanted:
            continue
        if flags & SYN and start is None:
            start = seq + 1
        for at, byte in enumerate(data, seq + bool(flags & SYN)):
            if got.setdefault(at, byte) != byte:
                raise TwoVersions(f"byte {at - (start or 0)} left as {got[at]:#04x} and "
                                  f"as {byte:#04x}")
    at = min(got, default=0) if start is None else start
    read = bytearray()
    while at in got:
        read.append(got[at])
        at += 1
    return bytes(read)
