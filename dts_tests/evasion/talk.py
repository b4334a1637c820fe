# SPDX-License-Identifier: BSD-3-Clause
"""One connection of a client that has no kernel: what it knows, and how it says it.

Positions are offsets into what the client says; send(0, b"GET ") is its beginning.
"""

import socket
import struct

from evasion.frames import ACK, FIN, PSH, RST, SYN, Ends, datagram, segment

MSS, WSCALE = 1460, 7
HALF = 1 << 31
MD5 = b"\x13\x12" + bytes(range(16)) + b"\x01\x01"
AO = b"\x1d\x10" + bytes(14)
PATIENCE = (0.3, 0.4)  # seconds, before what was not acknowledged is said again


class Seg:
    """Something to send: a stretch of what is said, or in its place."""

    __slots__ = ("at", "data", "flags", "odd", "true")

    def __init__(self, at, data, flags=PSH | ACK, odd=None, true=True):
        self.at, self.data, self.flags = at, data, flags
        self.odd = odd or {}
        self.true = true  # said again if nobody acknowledges it

    def but(self, **changed) -> "Seg":
        """A copy with changes; odd is added to."""
        new = Seg(self.at, self.data, self.flags, dict(self.odd), self.true)
        for name, value in changed.items():
            if name == "odd":
                new.odd.update(value)
            else:
                setattr(new, name, value)
        return new

    @property
    def end(self):
        """The offset after it."""
        return self.at + len(self.data)


class Pause:
    """Wait: for seconds, or until all said so far is acknowledged."""

    __slots__ = ("seconds", "acked")

    def __init__(self, seconds, acked=False):
        self.seconds, self.acked = seconds, acked


class Do:
    """Call a function of the talk; what it yields is waited for."""

    __slots__ = ("make",)

    def __init__(self, make):
        self.make = make


def never() -> bool:
    """What nobody answers: to wait for the time alone."""
    return False


class Talk:
    """One connection."""

    def __init__(self, loop, ends: Ends, case, text: bytes, rnd):
        self.loop, self.ends, self.case, self.text, self.rnd = loop, ends, case, text, rnd
        self.isn = case.isn if case.isn is not None else rnd.getrandbits(32)
        self.has_ts = case.ts
        self.ident = loop.ident()
        self.clock = rnd.randrange(1 << 20, 1 << 30)
        self.forget()
        self.said = 0  # the furthest offset
        self.got = b""
        self.first_seq = self.isn

    def forget(self) -> None:
        """A new connection: nothing is known of the server."""
        self.peer_isn = None
        self.peer_ts = 0
        self.ack = 0
        self.acked = 0
        self.syns = 0  # of the server's, without ACK
        self.answered = False  # a SYN/ACK has come
        self.reset = False
        self.ended = False
        self.cookie = b""

    # ---- what is said ----

    def _options(self, flags: int, odd: dict) -> bytes:
        options = odd.get("opts", b"")
        if flags & SYN and not odd.get("bare"):
            options += struct.pack("!BBHBBB", 2, 4, odd.get("mss", MSS), 3, 3,
                                   odd.get("wscale", WSCALE)) + b"\x01"
        if self.has_ts and not odd.get("nots") and not odd.get("bare"):
            self.clock += 1
            echo = odd.get("tsecr", self.peer_ts)
            options += struct.pack("!BBBBII", 1, 1, 8, 10,
                                   (self.clock + odd.get("tsd", 0)) & 0xffffffff,
                                   echo & 0xffffffff)
        options += {"md5": MD5, "ao": AO}.get(odd.get("signed"), b"")
        return options[:40]

    def send(self, at: int, data: bytes = b"", flags: int = PSH | ACK, **odd) -> None:
        """A segment with `data` at offset `at`; over UDP, a datagram."""
        seq = odd["seq"] if "seq" in odd else self.isn + 1 + at
        ack = odd["ack"] if "ack" in odd else self.ack
        ends = self.ends
        if "ident" not in odd:
            odd["ident"] = self.loop.ident() if "frag" in odd and "one" not in odd else \
                self.ident
        if self.case.over_udp:
            for frame in datagram(ends, data, odd):
                self.loop.emit(frame)
            return
        if odd.get("spoof"):
            seq = odd["seq"] if "seq" in odd else self.ack + at
            ack = odd["ack"] if "ack" in odd else self.isn + 1 + self.said
            ends = ends.spoofed()
        ack += odd.get("ackd", 0)
        if not flags & ACK and "ack" not in odd:
            ack = odd.get("ackd", 0)
        if "options" not in odd:
            odd["options"] = self._options(flags, odd)
        for frame in segment(ends, seq, ack, flags, data, odd):
            self.loop.emit(frame)

    def syn(self, flags: int = SYN, data: bytes = b"", **odd) -> None:
        """A SYN; with ACK it answers the server's."""
        odd.setdefault("seq", self.isn)
        self.send(0, data, flags, **odd)

    def say(self, seg: Seg) -> None:
        """Send a step of the plan."""
        if seg.true:
            self.said = max(self.said, seg.end)
        self.send(seg.at, seg.data, seg.flags, **seg.odd)

    # ---- what is heard ----

    def hear(self, frame: bytes, at: int, end: int) -> None:
        """A segment of the server's."""
        seq, ack, offset, flags = struct.unpack_from("!IIBB", frame, at + 4)
        data = frame[at + (offset >> 4) * 4:end]
        self._read_options(frame[at + 20:at + (offset >> 4) * 4])
        if flags & RST:
            self.reset = True
            return
        if flags & ACK:
            acked = (ack - self.isn - 1 + HALF) % (1 << 32) - HALF
            if self.acked < acked <= self.said + 1:
                self.acked = acked
        if flags & SYN:
            if self.peer_isn is None or not self.answered:
                self.peer_isn, self.ack = seq, (seq + 1) & 0xffffffff
            self.syns += not flags & ACK
            self.answered |= bool(flags & ACK)
        elif seq == self.ack and (data or flags & FIN):
            self.got += data
            self.ack = (seq + len(data) + bool(flags & FIN)) & 0xffffffff
            self.ended |= bool(flags & FIN)
            if not self.case.silent:
                self.send(self.said, b"", ACK)

    def _read_options(self, options: bytes) -> None:
        at = 0
        while at < len(options) and options[at] != 0:
            if options[at] == 1:
                at += 1
                continue
            if at + 1 >= len(options) or options[at + 1] < 2:
                return
            if options[at] == 8:
                self.peer_ts = struct.unpack_from("!I", options, at + 2)[0]
            if options[at] == 34:
                self.cookie = options[at + 2:at + options[at + 1]]
            at += options[at + 1]

    def has_answer(self) -> bool:
        """Has the server answered a SYN?"""
        return self.answered or self.reset

    def has_syn(self) -> bool:
        """Has the server sent a SYN of its own?"""
        return self.syns > 0

    def was_asked(self) -> bool:
        """Has the other end said something?"""
        return bool(self.got) or self.reset

    def tell_server(self, command: str, *words: str) -> None:
        """That it shall speak to these ends."""
        family = socket.AF_INET6 if self.ends.ipv6 else socket.AF_INET
        self.loop.tell_server(" ".join((
            command, "6" if self.ends.ipv6 else "4", socket.inet_ntop(family, self.ends.src),
            str(self.ends.sport), str(self.ends.dport), *words)))

    def is_heard(self) -> bool:
        """Is all acknowledged?"""
        return self.acked >= self.said or self.reset

    # ---- the whole ----

    def point(self, name: str) -> None:
        """A moment at which a case may want something sent."""
        for act in self.case.points.get(name, ()):
            act(self)

    def run(self):
        """The script: yields what it waits for, (question, seconds)."""
        if not (yield from self.case.handshake(self)):
            return
        plan = self.case.plan(self.text, self.rnd)
        yield from self._follow(plan)
        if self.case.over_udp:
            return
        for seconds in PATIENCE:
            if (yield self.is_heard, seconds):
                break
            for seg in [s for s in plan if isinstance(s, Seg) and s.true]:
                self.say(seg)
        self.point("end")
        yield from self.case.closing(self)

    def _follow(self, plan: list):
        for step in plan:
            if isinstance(step, Seg):
                self.say(step)
            elif isinstance(step, Pause):
                yield (self.is_heard if step.acked else never), step.seconds
            else:
                waits = step.make(self)
                if waits is not None:
                    yield from waits
