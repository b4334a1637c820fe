# SPDX-License-Identifier: BSD-3-Clause
"""A steady stream of numbered datagrams through the wire, with the delay of each."""

import socket
import struct
import threading
import time

from api.test import wait_for
from framework.testbed import Host

HEAD = struct.Struct("!8sQQ")
MARK = b"gzstream"


class Stream:
    """Datagrams of `source` to `target`, so many a second, until stopped.

    Every `odd`-th carries `words`, for a rule to find.
    """

    def __init__(self, source: Host, target: Host, port: int, rate: int, odd: int = 0,
                 words: bytes = b""):
        self.target, self.port, self.rate = target, port, rate
        self.odd, self.words = odd, words
        self.sent = self.marked = 0
        self.arrived = {}  # number: delay in seconds
        self.out = source.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.into = target.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.into.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8 << 20)
        self.into.bind(("", port))
        self.into.settimeout(0.1)
        self._stop = threading.Event()
        self._ended = threading.Event()
        self._threads = [threading.Thread(target=f, daemon=True)
                         for f in (self._send, self._receive)]

    def __enter__(self):
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.stop()
        self._ended.set()
        self._threads[1].join()
        self.out.close()
        self.into.close()

    def _send(self) -> None:
        began = time.monotonic()
        while not self._stop.is_set():
            due = int((time.monotonic() - began) * self.rate)
            # Where the machine was busy elsewhere, the missed ones are not made up in one burst.
            for _ in range(min(due - self.sent, 20)):
                is_odd = self.odd and self.sent % self.odd == 0
                self.out.sendto(HEAD.pack(MARK, self.sent, time.monotonic_ns())
                                + (self.words if is_odd else b"." * 200),
                                (self.target.ip, self.port))
                self.sent += 1
                self.marked += bool(is_odd)
            if due - self.sent > self.rate:
                began += 1
            time.sleep(0.001)

    def _receive(self) -> None:
        while not self._ended.is_set():
            try:
                data = self.into.recv(4096)
            except socket.timeout:
                continue
            now = time.monotonic_ns()
            _, number, sent = HEAD.unpack_from(data)
            self.arrived[number] = (now - sent) / 1e9

    def stop(self) -> None:
        """Send no more, and let what is under way arrive."""
        self._stop.set()
        self._threads[0].join()
        last = [-1]

        def is_still():
            last.append(len(self.arrived))
            time.sleep(0.1)
            return last[-1] == last[-2]
        wait_for(is_still, 5, "the stream does not cease")

    def worst(self, first: int, last: int) -> float:
        """The longest delay of datagrams first to last - 1, in seconds."""
        return max((delay for number, delay in list(self.arrived.items())
                    if first <= number < last), default=0.0)
