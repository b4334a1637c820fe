# SPDX-License-Identifier: BSD-3-Clause
"""Captures written and read, in each of the forms that people bring.

    capture:
      format: pcap              # or pcapng
      big_endian: false
      nano: false               # nanoseconds, not microseconds
      link: ethernet            # or raw, sll, sll2, none (BSD loopback), ppp, chdlc
      cut: 7                    # so many bytes are missing at the end of the file
      garbage: 40               # so many bytes 0xff stand behind it
"""

import struct
from pathlib import Path

LINKS = {"ethernet": 1, "raw": 101, "sll": 113, "sll2": 276, "none": 0, "ppp": 9, "chdlc": 104}
IP4, IP6 = 0x0800, 0x86dd
PPP_PROTOCOLS = {IP4: 0x0021, IP6: 0x0057}
NULL_FAMILIES = {IP4: 2, IP6: 10}


def relink(frame: bytes, link: str) -> bytes:
    """An Ethernet frame as a capture of another link has it."""
    kind, packet = struct.unpack_from("!H", frame, 12)[0], frame[14:]
    if link == "ethernet":
        return frame
    if link == "raw":
        return packet
    if link == "sll":
        return struct.pack("!HHH8sH", 0, 1, 6, frame[6:12], kind) + packet
    if link == "sll2":
        return struct.pack("!HHIHBB8s", kind, 0, 1, 1, 0, 6, frame[6:12]) + packet
    if link == "none":
        return struct.pack("=I", NULL_FAMILIES[kind]) + packet
    if link == "ppp":
        return b"\xff\x03" + struct.pack("!H", PPP_PROTOCOLS[kind]) + packet
    return struct.pack("!BBH", 0x0f, 0, kind) + packet  # Cisco's HDLC


def _pcap(frames: list, order: str, link: int, nano: bool) -> bytes:
    magic = 0xa1b23c4d if nano else 0xa1b2c3d4
    data = [struct.pack(order + "IHHiIII", magic, 2, 4, 0, 0, 262144, link)]
    for time_us, frame in frames:
        part = time_us % 1_000_000 * (1000 if nano else 1)
        data.append(struct.pack(order + "IIII", time_us // 1_000_000, part, len(frame),
                                len(frame)) + frame)
    return b"".join(data)


def _block(order: str, kind: int, body: bytes) -> bytes:
    body += b"\0" * (-len(body) % 4)
    length = struct.pack(order + "I", len(body) + 12)
    return struct.pack(order + "I", kind) + length + body + length


def _pcapng(frames: list, order: str, link: int, nano: bool) -> bytes:
    resolution = struct.pack(order + "HHBxxxHH", 9, 1, 9, 0, 0) if nano else b""
    data = [_block(order, 0x0a0d0d0a, struct.pack(order + "IHHq", 0x1a2b3c4d, 1, 0, -1)),
            _block(order, 1, struct.pack(order + "HHI", link, 0, 0) + resolution)]
    for time_us, frame in frames:
        time = time_us * (1000 if nano else 1)
        data.append(_block(order, 6, struct.pack(order + "IIIII", 0, time >> 32,
                                                 time & 0xffffffff, len(frame), len(frame))
                           + frame + b"\0" * (-len(frame) % 4)))
    return b"".join(data)


def write(path: Path, frames: list, form: dict | None = None) -> list:
    """Write frames, (microseconds, bytes) each; return them as they stand in the file."""
    form = form or {}
    link, order = form.get("link", "ethernet"), ">" if form.get("big_endian") else "<"
    linked = [(time_us, relink(frame, link)) for time_us, frame in frames]
    make = _pcapng if form.get("format") == "pcapng" else _pcap
    data = make(linked, order, LINKS[link], form.get("nano", False))
    path.write_bytes(data[:len(data) - form.get("cut", 0)] + b"\xff" * form.get("garbage", 0))
    return [frame for _, frame in linked]


def read(path: Path) -> list:
    """The frames of a classic pcap file."""
    data = path.read_bytes()
    order = "<" if data[:4] in (b"\xd4\xc3\xb2\xa1", b"\x4d\x3c\xb2\xa1") else ">"
    frames, at = [], 24
    while at + 16 <= len(data):
        length = struct.unpack_from(order + "I", data, at + 8)[0]
        frames.append(data[at + 16:at + 16 + length])
        at += 16 + length
    return frames
