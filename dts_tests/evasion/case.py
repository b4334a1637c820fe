# SPDX-License-Identifier: BSD-3-Clause
"""A case: what is said, over which kind of port, by which handshake, cut, ordered and disguised by
which moves. The same case serves the attack and its harmless twin."""

from evasion import handshakes, moves
from evasion.carried import JUMBO
from evasion.fragments import POLICIES

ATTACK, HARMLESS = b"xp-ATTACK-string", b"xp-orderly-words"
FIRST_WINS = moves.FIRST_WINS
CLOSED = "data after a FIN is dropped: tcp.close"
URGENT = "urgent bytes beyond the first few are part of the stream: tcp.urgent-most"
PIECES = "a segment that came in pieces is dropped in pieces, of which few have ports"
NAMELESS = POLICIES | {JUMBO, PIECES}  # what is dropped before anybody has read its ports
ROUGH = "what no stack sends is dropped: tcp.flags"
UNFIT = "what does not fit the handshake is dropped: tcp.handshake"
NEAR = "SYNs whose numbers nearly agree cannot be told apart: tcp.handshake"
WITH_SYN = "bytes that come with a SYN are the stream's first version"
OLD_ACK = "dropped (tcp.ack); Linux takes it while it waits for its application, as one with the last"
SIGNED = "options that the handshake did not have, or alone had, are dropped: tcp.signature"
DIFFERS = {  # strategies whose harmless twins need not arrive as over a bridge, and why
    "decoy-ao": SIGNED,
    "carried-ao": SIGNED,
    "carried-by-some-ao": SIGNED,
    "carried-syn-ao": SIGNED,
    "decoy-ack-old": OLD_ACK,
    "decoy-ack-opposite": OLD_ACK,
    "decoy-syn-rst": ROUGH,
    "decoy-christmas": ROUGH,
    "decoy-auth-header": "a wire does not know who speaks IPsec with whom",
    "decoy-segment-routing": "a wire does not know who is a segment router",
    "decoy-other-mac": "a wire does not know who has which MAC address",
    "fin-ttl-before-ack": "a TTL that does not reach is dropped: tcp.ttl",
    "fin-syn-syn-sent": ROUGH,
    "fin-syn-before-ack": ROUGH,
    "syn-in-window-syn-sent": NEAR,
    "syn-in-window-before-ack": NEAR,
    "syn-data-syn-sent": WITH_SYN,
    "syn-data-before-ack": WITH_SYN,
    "handshake-syn-other-data-after": WITH_SYN,
    "handshake-syn-other-data-ignored": WITH_SYN,
    "handshake-simultaneous-data": WITH_SYN,
    "handshake-syn-near-after": NEAR,
    "reuse-after-reset-same-number": NEAR,
    "reuse-after-reset-near": NEAR,
    "answer-fin-bad-ack-syn-sent": UNFIT,
    "answer-urgent-empty-before-ack": UNFIT,
    "answer-syn-ttl-syn-sent": "a sender's SYN and its SYN/ACK have one number: tcp.handshake",
    "answer-carried-syn-ack-ao": SIGNED,
}


HEADS = {  # of what is said over HTTP, before and after the word
    "http": (b"GET /a?key=", b" HTTP/1.1\r\nHost: a\r\nAccept: */*\r\n\r\n"),
    "answer-http": (b"HTTP/1.1 200 ", b"\r\nContent-Length: 2\r\nServer: a\r\n\r\nok"),
    "answer-body": (b"HTTP/1.1 200 OK\r\nContent-Length: 40\r\n\r\nit says ", b" and no more\n\n\n\n"),
}


def text_of(kind: str, attack: bool) -> bytes:
    """What is said: the string begins at offset 11, or soon after."""
    before, after = HEADS.get(kind, (b"login: me, ", b" and so on, up to here\r\n"))
    return before + (ATTACK if attack else HARMLESS) + after


class Case:
    """One strategy."""

    def __init__(self, name: str, kind="tcp", ipv6=False, cut=moves.CUTS["whole"], then=(),
                 handshake=handshakes.plain, points=None, closing=handshakes.reset, isn=None,
                 timestamps=True, policy=None):
        self.name, self.kind, self.ipv6 = name, kind, ipv6
        self.cut, self.then, self.handshake = cut, list(then), handshake
        self.points = points or {}
        self.closing, self.isn, self.ts = closing, isn, timestamps
        # why a harmless twin need not arrive as over a bridge
        base = name.removesuffix("-v6").removesuffix("-http")
        self.policy = policy or next(
            (DIFFERS[n] for of in (name, base) for n in (of, of.removeprefix("answer-"))
             if n in DIFFERS), None)
        self.silent = False
        self.over_udp = kind.endswith("udp")

    def plan(self, text: bytes, rnd) -> list:
        """The steps."""
        plan = self.cut(text, rnd)
        for move in self.then:
            plan = move(plan, rnd)
        return plan

    def text(self, attack: bool) -> bytes:
        """What it says."""
        return text_of(self.kind, attack)

    def reached(self, received: list) -> bool:
        """Did the attack reach the application, in a form that it would act on?"""
        text = self.text(True)
        if self.kind == "answer-body":  # a body is read when it is whole
            start = HEADS[self.kind][0] + ATTACK
            return any(data.startswith(start) and len(data) >= len(text) for data in received)
        if self.kind in HEADS:
            line = text.split(b"\r\n")[0] + b"\r\n"
            return any(data.lstrip(b"\r\n").startswith(line) for data in received)
        return any(ATTACK in data for data in received)
