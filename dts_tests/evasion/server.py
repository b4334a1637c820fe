# SPDX-License-Identifier: BSD-3-Clause
"""A server that notes what its application received: run in its own namespace, told by lines.

    usage: server.py MIN-TTL PORT[:fastopen|:inline|:udp]...

    connect FAMILY ADDRESS PORT FROM [QUESTION]   open a connection (to a client that opens crosswise),
                                         and say the question, in hexadecimal digits
    ask FAMILY ADDRESS PORT FROM QUESTION         the same in a datagram, from a port listened at
    take                                 tell all that was received, as JSON, and forget it
    end

It stands MIN-TTL - 1 hops away: packets with less of a TTL do not reach it.
"""

import contextlib
import json
import select
import socket
import struct
import sys

IP_MINTTL, IPV6_MINHOPCOUNT, TCP_FASTOPEN, SO_RCVBUFFORCE = 21, 73, 23, 33
RESPONSE = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
BACKLOG = 4096
FAMILIES = {"4": socket.AF_INET, "6": socket.AF_INET6}
LINGER_NOT = struct.pack("ii", 1, 0)


class Server:
    """Listeners, connections, and what came over them."""

    def __init__(self, min_ttl: int, ports: list):
        self.min_ttl = min_ttl
        self.poll = select.epoll()
        self.listeners, self.open, self.datagrams = {}, {}, {}
        self.questions = {}  # of connections that are not open yet
        self.received = {}  # "address|port" -> a list, an item for each connection
        for word in ports:
            port, _, how = word.partition(":")
            for family in (socket.AF_INET, socket.AF_INET6):
                if how == "udp":
                    self._bind(family, int(port))
                else:
                    self._listen(family, int(port), how)
        self.poll.register(sys.stdin.fileno(), select.EPOLLIN)

    def _socket(self, family) -> socket.socket:
        sock = socket.socket(family, socket.SOCK_STREAM)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
            sock.setsockopt(socket.IPPROTO_IPV6, IPV6_MINHOPCOUNT, self.min_ttl)
        else:
            sock.setsockopt(socket.IPPROTO_IP, IP_MINTTL, self.min_ttl)
        return sock

    def _listen(self, family, port: int, how: str) -> None:
        sock = self._socket(family)
        if how == "fastopen":
            sock.setsockopt(socket.IPPROTO_TCP, TCP_FASTOPEN, BACKLOG)
        if how == "inline":
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_OOBINLINE, 1)
        sock.bind(("", port))
        sock.listen(BACKLOG)
        sock.setblocking(False)
        self.listeners[sock.fileno()] = sock
        self.poll.register(sock.fileno(), select.EPOLLIN)

    def _bind(self, family, port: int) -> None:
        sock = socket.socket(family, socket.SOCK_DGRAM)
        if family == socket.AF_INET6:
            sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        sock.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, 16 << 20)
        sock.bind(("", port))
        sock.setblocking(False)
        self.datagrams[sock.fileno()] = sock
        self.poll.register(sock.fileno(), select.EPOLLIN)

    def _take_datagrams(self, sock) -> None:
        while True:
            try:
                data, peer = sock.recvfrom(65536)
            except BlockingIOError:
                return
            self.received.setdefault(f"{peer[0]}|{peer[1]}", []).append(data)

    def _add(self, sock, peer) -> None:
        sock.setblocking(False)
        kept = bytearray()
        self.received.setdefault(f"{peer[0]}|{peer[1]}", []).append(kept)
        self.open[sock.fileno()] = (sock, kept)
        self.poll.register(sock.fileno(), select.EPOLLIN)

    def _connect(self, family: str, address: str, port: str, from_port: str,
                 question: str = "") -> None:
        sock = self._socket(FAMILIES[family])
        sock.bind(("", int(from_port)))
        sock.setblocking(False)
        sock.connect_ex((address, int(port)))
        self._add(sock, (address, port))
        if question:
            self.questions[sock.fileno()] = bytes.fromhex(question)
            self.poll.modify(sock.fileno(), select.EPOLLOUT)

    def _ask(self, family: str, address: str, port: str, from_port: str, question: str) -> None:
        sock = next(s for s in self.datagrams.values() if s.family == FAMILIES[family]
                    and s.getsockname()[1] == int(from_port))
        sock.sendto(bytes.fromhex(question), (address, int(port)))

    def _say(self, number: int) -> None:
        """A connection is there, or is not to be."""
        with contextlib.suppress(OSError):
            self.open[number][0].send(self.questions.pop(number))
        self.poll.modify(number, select.EPOLLIN)

    def _accept(self, listener) -> None:
        while True:
            try:
                self._add(*listener.accept())
            except OSError:
                return

    def _read(self, number: int) -> None:
        sock, kept = self.open[number]
        try:
            while data := sock.recv(65536):
                kept += data
                if sock.getsockname()[1] == 80 and data.endswith(b"\r\n\r\n"):
                    sock.send(RESPONSE)
        except BlockingIOError:
            return
        except OSError:
            pass
        del self.open[number]
        self.poll.unregister(number)
        sock.close()

    def _take(self) -> None:
        told = {key: [bytes(k).hex() for k in kept] for key, kept in self.received.items()}
        for number, (sock, _) in self.open.items():
            self.poll.unregister(number)
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, LINGER_NOT)
            sock.close()
        self.open, self.received, self.questions = {}, {}, {}
        print(json.dumps(told), flush=True)

    def serve(self) -> None:
        """Until told to end."""
        print("ready", flush=True)
        commands = {"connect": self._connect, "ask": self._ask, "take": self._take}
        while True:
            for number, _ in self.poll.poll():
                if number in self.listeners:
                    self._accept(self.listeners[number])
                elif number in self.datagrams:
                    self._take_datagrams(self.datagrams[number])
                elif number in self.questions:
                    self._say(number)
                elif number in self.open:
                    self._read(number)
                elif number == sys.stdin.fileno():
                    words = sys.stdin.buffer.raw.readline().decode().split()
                    if not words or words[0] == "end":
                        return
                    commands[words[0]](*words[1:])


if __name__ == "__main__":
    import resource
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    Server(int(sys.argv[1]), sys.argv[2:]).serve()
