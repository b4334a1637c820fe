# SPDX-License-Identifier: BSD-3-Clause
"""Frames in and out of the hosts at the ends of the wire."""

import select
import socket
import struct
import time

from framework.testbed import Host

ETH_P_ALL = 3
PACKET_AUXDATA, SOL_PACKET = 8, 263
PACKET_OUTGOING = 4
TP_STATUS_VLAN_VALID, TP_STATUS_VLAN_TPID_VALID = 0x10, 0x40


class RawPort:
    """A packet socket on a host's interface: sends frames, sees those that arrive.

    The kernel takes the outer VLAN tag off a frame that arrives; it is put back here.
    """

    def __init__(self, host: Host):
        self.sock = host.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETH_P_ALL))
        self.sock.setsockopt(SOL_PACKET, PACKET_AUXDATA, 1)
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUFFORCE
                             if hasattr(socket, "SO_RCVBUFFORCE") else 33, 16 << 20)
        self.sock.bind((host.interface, 0))
        self.sock.setblocking(False)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.sock.close()

    def send(self, frame) -> None:
        """Send one frame (bytes or a scapy packet)."""
        self.sock.send(bytes(frame))

    def receive(self) -> bytes | None:
        """The next frame that arrived, or None."""
        while True:
            try:
                data, control, _, address = self.sock.recvmsg(70000, 64)
            except BlockingIOError:
                return None
            if address[2] != PACKET_OUTGOING:
                return self._with_tag(data, control)

    @staticmethod
    def _with_tag(data: bytes, control: list) -> bytes:
        for level, kind, value in control:
            if level != SOL_PACKET or kind != PACKET_AUXDATA:
                continue
            status, _, _, _, _, tci, tpid = struct.unpack("=IIIHHHH", value[:20])
            if status & TP_STATUS_VLAN_VALID:
                tpid = tpid if status & TP_STATUS_VLAN_TPID_VALID else 0x8100
                return data[:12] + struct.pack("!HH", tpid, tci) + data[12:]
        return data

    def drain(self) -> list:
        """All frames that are there now."""
        frames = []
        while (frame := self.receive()) is not None:
            frames.append(frame)
        return frames

    def wait(self, wanted, seconds: float = 2.0) -> list:
        """Collect frames until each of `wanted` (frames) arrived or the time is over."""
        left, found = [bytes(f) for f in wanted], []
        deadline = time.monotonic() + seconds
        while left and time.monotonic() < deadline:
            select.select([self.sock], [], [], 0.05)
            for frame in self.drain():
                found.append(frame)
                if frame in left:
                    left.remove(frame)
        return found


def send_packets_and_capture(sender: Host, receiver: Host, packets, seconds: float = 2.0) -> list:
    """Send `packets` on one host and return the frames that the other one received."""
    with RawPort(sender) as out, RawPort(receiver) as into:
        into.drain()
        for packet in packets:
            out.send(packet)
        return into.wait(packets, seconds)


def match_all_packets(expected, received) -> bool:
    """Did each expected frame arrive, bit for bit, once?"""
    left = list(received)
    for packet in expected:
        if bytes(packet) not in left:
            return False
        left.remove(bytes(packet))
    return True
