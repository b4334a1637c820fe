# SPDX-License-Identifier: BSD-3-Clause
"""A TCP client without a kernel: it sends the segments it likes, in the order it likes."""

import socket
import struct
import time

from api.packet import RawPort
from api.test import verify, wait_for
from framework.session import checksum
from framework.testbed import Host

FIN, SYN, RST, PSH, ACK = 0x01, 0x02, 0x04, 0x08, 0x10
ADDRESS = "10.77.0.9"  # nobody's, so that no kernel answers for it
WINDOW = 65535


class RawTcp:
    """One connection from ADDRESS to a server behind the wire.

    Sequence numbers are offsets into what this client says: send(0, b"GET ") is its beginning.
    """

    def __init__(self, client: Host, server: Host, port: int, client_port: int):
        server.run("ip", "neigh", "replace", ADDRESS, "lladdr", client.mac, "dev",
                   server.interface, "nud", "permanent")
        self.port = RawPort(client)
        self.ends = (bytes.fromhex(server.mac.replace(":", "")
                                   + client.mac.replace(":", "")),
                     socket.inet_aton(ADDRESS), socket.inet_aton(server.ip))
        self.ports = (client_port, port)
        self.first, self.ack = 0x1000, 0
        self.said = 0  # up to this offset
        self.ident = 0
        self.got = b""
        self.end = ""  # "" or "end" or "reset"
        self._segment(self.first, SYN)
        wait_for(self._synack, 5, "the server does not answer a SYN")
        self._segment(self.first + 1, ACK)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self) -> None:
        """Reset the connection, if it is still there."""
        if not self.end:
            self.send(self.said, b"", RST | ACK)
        self.port.sock.close()

    def frame(self, seq: int, flags: int, data: bytes = b"") -> bytes:
        """A whole frame of this connection."""
        link, src, dst = self.ends
        segment = struct.pack("!HHIIBBHHH", *self.ports, seq % 2**32, self.ack, 0x50, flags,
                              WINDOW, 0, 0) + data
        total = checksum(src + dst + struct.pack("!HH", 6, len(segment)) + segment)
        segment = segment[:16] + struct.pack("!H", total) + segment[18:]
        self.ident += 1
        header = struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(segment), self.ident, 0x4000, 64, 6,
                             0) + src + dst
        header = header[:10] + struct.pack("!H", checksum(header)) + header[12:]
        return link + b"\x08\x00" + header + segment

    def _segment(self, seq: int, flags: int, data: bytes = b"") -> None:
        self.port.send(self.frame(seq, flags, data))

    def send(self, offset: int, data: bytes, flags: int = PSH | ACK) -> None:
        """A segment with `data` at `offset`."""
        self._segment(self.first + 1 + offset, flags, data)
        self.said = max(self.said, offset + len(data))

    def _mine(self):
        for frame in self.port.drain():
            if len(frame) < 54 or frame[12:14] != b"\x08\x00" or frame[23] != 6:
                continue
            at = 14 + (frame[14] & 15) * 4
            ports = struct.unpack_from("!HH", frame, at)
            if frame[30:34] == self.ends[1] and ports == self.ports[::-1]:
                end = 14 + struct.unpack_from("!H", frame, 16)[0]
                yield at, end, frame

    def _synack(self) -> bool:
        for at, _, frame in self._mine():
            verify(not frame[at + 13] & RST, "the server refuses the connection")
            if frame[at + 13] & SYN:
                self.ack = struct.unpack_from("!I", frame, at + 4)[0] + 1
                return True
        return False

    def look(self) -> None:
        """Take what arrived: acknowledge data in order, note the end."""
        for at, end, frame in self._mine():
            seq = struct.unpack_from("!I", frame, at + 4)[0]
            data = frame[at + (frame[at + 12] >> 4) * 4:end]
            if frame[at + 13] & RST:
                self.end = "reset"
            elif seq == self.ack and (data or frame[at + 13] & FIN):
                self.got += data
                self.ack += len(data) + bool(frame[at + 13] & FIN)
                self.end = "end" if frame[at + 13] & FIN else self.end
                self.send(self.said, b"", ACK)

    def wait(self, question, seconds: float = 3) -> bool:
        """Take what arrives until `question(self)` is true; False when time is over."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            self.look()
            if question(self):
                return True
            time.sleep(0.01)
        return False
