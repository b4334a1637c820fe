# SPDX-License-Identifier: BSD-3-Clause
"""What the server does not take, or takes for something else than it seems.

DATA: other bytes in the place of true ones, that the server refuses for a reason.
CONTROL: segments without bytes that seem to move the connection; sent at the points of POINTS.
SPOOFED: as if the server had sent them, from the client's side of the wire.

Each row: (keywords of Talk.send, families, why a wire that guards its servers differs from a
bridge; None: it must not).
"""

from evasion.frames import ACK, CWR, ECE, FIN, PSH, RST, SYN, URG
from evasion.fragments import cut
from evasion.moves import each, junk
from evasion.talk import Do, Seg

NOBODY = b"\x02\0\0\0\0\x77"  # a MAC address that nobody has


def _ext(kind: int, body: bytes) -> dict:
    return {"chain": [(kind, body)]}


DATA = {
    "bad-sum": ({"sum": 0x5555}, "46", None),
    "zero-sum": ({"sum": "zero"}, "46", None),
    "ttl-1": ({"ttl": 1}, "46", None),
    "ttl-2": ({"ttl": 2}, "46", None),
    "ttl-3": ({"ttl": 3}, "46", None),
    "ttl-0": ({"ttl": 0}, "46", None),
    "bad-ip-sum": ({"ipsum": 0x1234}, "4", None),
    "old-timestamp": ({"tsd": -(1 << 24)}, "46", None),
    "ancient-timestamp": ({"tsd": -(1 << 30)}, "46", None),
    "no-timestamp": ({"nots": True}, "46", None),
    "future-echo": ({"tsecr": 0x7fffffff}, "46", None),
    "md5": ({"signed": "md5"}, "46", None),
    "ao": ({"signed": "ao", "nots": True}, "46", None),
    "ack-ahead": ({"ackd": 100000}, "46", None),
    "ack-one-ahead": ({"ackd": 1}, "46", None),
    "ack-old": ({"ackd": -5000000}, "46", None),
    "ack-opposite": ({"ackd": 1 << 31}, "46", None),
    "no-flags": ({"flags": 0}, "46", None),
    "no-ack": ({"flags": PSH}, "46", None),
    "no-ack-but-number": ({"flags": PSH, "ackd": 1234567}, "46", None),
    "fin-no-ack": ({"flags": FIN}, "46", None),
    "urg-no-ack": ({"flags": URG, "urg": 1}, "46", None),
    "syn": ({"flags": SYN}, "46", None),
    "syn-ack": ({"flags": SYN | ACK}, "46", None),
    "syn-fin": ({"flags": SYN | FIN | ACK}, "46", None),
    "syn-rst": ({"flags": SYN | RST}, "46", None),
    "rst-far": ({"flags": RST | ACK, "shift": 1000000}, "46", None),
    "rst-before": ({"flags": RST | ACK, "shift": -100}, "46", None),
    "rst-bad-sum": ({"flags": RST, "sum": 0x1111}, "46", None),
    "christmas": ({"flags": FIN | SYN | RST | PSH | ACK | URG}, "46", None),
    "short-header": ({"doff": 4}, "46", None),
    "no-header": ({"doff": 0}, "46", None),
    "long-header": ({"doff": 15, "options": b"\x01" * 12}, "46", None),
    "longer-than-packet": ({"iplen": 40}, "46", None),
    "cut-by-length": ({"iplen": -4}, "46", None),
    "version": ({"version": 5}, "46", None),
    "header-length-4": ({"ihl": 4}, "4", None),
    "header-length-15": ({"ihl": 15}, "4", None),
    "option-too-long": ({"ipopts": b"\x07\xff\x04\0"}, "4", None),
    "option-length-1": ({"ipopts": b"\x07\x01\x04\0"}, "4", None),
    "option-cut": ({"ipopts": b"\x01\x01\x01\x94"}, "4", None),
    "option-twice": ({"ipopts": b"\x07\x03\x04\x07\x03\x04\0\0"}, "4", None),
    "alert-twice": ({"ipopts": b"\x94\x04\0\0\x94\x04\0\0"}, "4", None),
    "record-route": ({"ipopts": b"\x07\x07\x04\0\0\0\0\0"}, "4", None),
    "record-route-pointer": ({"ipopts": b"\x07\x07\x05\0\0\0\0\0"}, "4", None),
    "timestamp-option": ({"ipopts": b"\x44\x08\x05\0\0\0\0\0"}, "4", None),
    "timestamp-full": ({"ipopts": b"\x44\x04\x05\xf0"}, "4", None),
    "source-route": ({"ipopts": b"\x83\x07\x04\x0a\x4d\0\x63\0"}, "4", None),
    "strict-route": ({"ipopts": b"\x89\x07\x04\x0a\x4d\0\x63\0"}, "4", None),
    "other-mac": ({"mac": NOBODY}, "46", None),
    "other-protocol": ({"proto": 132}, "46", None),
    "udp": ({"proto": 17}, "46", None),
    "beyond-window": ({"shift": 40 << 20}, "46", None),
    "before-window": ({"shift": -(1 << 20)}, "46", None),
    "opposite": ({"shift": 1 << 31}, "46", None),
    "reserved-bits": ({"reserved": 15}, "46", None),
    "never-whole": ({"frag": lambda payload: cut(payload, 24)[:-1], "df": False}, "46", None),
    "routing-0": (_ext(43, b"\0\x02\0\x01\0\0\0\0" + bytes(16)), "6", None),
    "routing-unknown": (_ext(43, b"\0\0\xc8\x01\0\0\0\0"), "6", None),
    "option-that-discards": (_ext(60, b"\0\0\x7e\x04\0\0\0\0"), "6", None),
    "option-that-reports": (_ext(60, b"\0\0\xbe\x04\0\0\0\0"), "6", None),
    "hop-by-hop-late": ({"chain": [(60, b"\0\0\x01\x04\0\0\0\0"), (0, b"\0\0\x01\x04\0\0\0\0")]},
                        "6", None),
    "option-beyond-header": (_ext(60, b"\0\0\x01\x44\0\0\0\0"), "6", None),
    "no-next-header": ({"chain": [(59, bytes(8))]}, "6", None),
    "unknown-header": (_ext(200, bytes(8)), "6", None),
    "header-past-the-end": ({"chain": [(60, b"\0\xff\x01\x04\0\0\0\0")]}, "6", None),
    "jumbo": ({"jumbo": True}, "6", None),
    "mobility": (_ext(135, b"\0\0\0\0\0\0\0\0"), "6", None),
    "auth-header-short": (_ext(51, b"\0\x01\0\0\0\0\0\x01"), "6", None),
    "auth-header": (_ext(51, b"\0\x01\0\0\0\0\0\x01\0\0\0\x01"), "6", None),
    "padding-not-empty": (_ext(60, b"\0\0\x01\x04\0\0\x07\0"), "6", None),
    "padding-long": (_ext(60, b"\0\x01\x01\x0c" + bytes(12)), "6", None),
    "many-options": (_ext(60, b"\0\x03" + b"\x1e\x01\0" * 10), "6", None),
    "host-identity": (_ext(139, bytes(8)), "6", None),
    "segment-routing": (_ext(43, b"\0\x02\x04\x01" + bytes(20)), "6", None),
    "routing-finished": (_ext(43, b"\0\x02\0\0" + bytes(20)), "6", None),
}


def false_copy(seg: Seg, row: str) -> Seg:
    """Other bytes in the place of `seg`, which the server refuses."""
    odd = dict(DATA[row][0])
    flags = odd.pop("flags", PSH | ACK)
    shift = odd.pop("shift", 0)
    return junk(seg, at=seg.at + shift, flags=flags, odd=odd)


def data_decoy(row: str, before: bool = True):
    """A false copy of every true segment."""
    def move(plan, _):
        return each(plan, lambda seg: [false_copy(seg, row), seg] if before
                    else [seg, false_copy(seg, row)])
    return move


CONTROL = {
    "rst": ({"flags": RST}, 0),
    "rst-ack": ({"flags": RST | ACK}, 0),
    "rst-next": ({"flags": RST}, 1),
    "rst-in-window": ({"flags": RST}, 1000),
    "rst-ack-in-window": ({"flags": RST | ACK}, 1000),
    "rst-before": ({"flags": RST}, -1),
    "rst-beyond": ({"flags": RST | ACK}, 50 << 20),
    "rst-opposite": ({"flags": RST}, 1 << 31),
    "rst-bad-sum": ({"flags": RST, "sum": 0x5555}, 0),
    "rst-ack-bad-sum": ({"flags": RST | ACK, "sum": 0x5555}, 0),
    "rst-ttl": ({"flags": RST, "ttl": 2}, 0),
    "rst-ack-ttl": ({"flags": RST | ACK, "ttl": 1}, 0),
    "rst-md5": ({"flags": RST, "signed": "md5"}, 0),
    "rst-bad-ack": ({"flags": RST | ACK, "ackd": 999999}, 1000),
    "rst-old-timestamp": ({"flags": RST | ACK, "tsd": -(1 << 28)}, 0),
    "rst-with-data": ({"flags": RST | ACK, "data": b"go away"}, 500),
    "rst-ip-option": ({"flags": RST, "ipopts": b"\x83\x07\x04\x0a\x4d\0\x63\0"}, 0),
    "rst-short-header": ({"flags": RST, "doff": 4}, 0),
    "rst-other-mac": ({"flags": RST, "mac": NOBODY}, 0),
    "fin-bad-sum": ({"flags": FIN | ACK, "sum": 0x5555}, 0),
    "fin-ttl": ({"flags": FIN | ACK, "ttl": 2}, 0),
    "fin-no-ack": ({"flags": FIN}, 0),
    "fin-beyond": ({"flags": FIN | ACK}, 50 << 20),
    "fin-before": ({"flags": FIN | ACK}, -20),
    "fin-md5": ({"flags": FIN | ACK, "signed": "md5"}, 0),
    "fin-old-timestamp": ({"flags": FIN | ACK, "tsd": -(1 << 28)}, 0),
    "fin-bad-ack": ({"flags": FIN | ACK, "ackd": 999999}, 0),
    "fin-syn": ({"flags": FIN | SYN}, 0),
    "fin-rst-far": ({"flags": FIN | RST | ACK}, 5000),
    "syn": ({"flags": SYN}, -1),
    "syn-elsewhere": ({"flags": SYN}, 5 << 20),
    "syn-in-window": ({"flags": SYN}, 300),
    "syn-ack": ({"flags": SYN | ACK}, -1),
    "syn-ack-elsewhere": ({"flags": SYN | ACK}, 12345678),
    "syn-bad-sum": ({"flags": SYN, "sum": 0x5555}, 7654321),
    "syn-ttl": ({"flags": SYN, "ttl": 2}, 7654321),
    "syn-data": ({"flags": SYN, "data": b"what comes with it"}, 7654321),
    "syn-ecn": ({"flags": SYN | ECE | CWR}, -1),
    "ack-ahead": ({"flags": ACK, "ackd": 5000000}, 0),
    "ack-behind": ({"flags": ACK, "ackd": -5000000}, 0),
    "keep-alive": ({"flags": ACK}, -1),
    "keep-alive-byte": ({"flags": ACK, "data": b"K"}, -1),
    "window-0": ({"flags": ACK, "win": 0}, 0),
    "window-1": ({"flags": ACK, "win": 1}, 0),
    "null": ({"flags": 0}, 0),
    "urgent-empty": ({"flags": ACK | URG, "urg": 5}, 0),
}
POINTS = ("before-syn", "syn-sent", "before-ack", "open", "middle", "end")


def control(row: str):
    """act(talk): send it where the talk stands."""
    odd, shift = CONTROL[row]

    def act(talk):
        words = dict(odd)
        flags, data = words.pop("flags"), words.pop("data", b"")
        talk.send(talk.said + shift, data, flags, **words)
    return act


def in_the_middle(act):
    """A move that sends it between the segments."""
    def move(plan, _):
        middle = (len(plan) + 1) // 2
        return plan[:middle] + [Do(act)] + plan[middle:]
    return move


SPOOFED = {
    "ack-all": ({"flags": ACK}, 0),
    "ack-ahead": ({"flags": ACK, "ackd": 30}, 0),
    "ack-far-ahead": ({"flags": ACK, "ackd": 30000}, 0),
    "rst": ({"flags": RST}, 0),
    "rst-ack": ({"flags": RST | ACK}, 0),
    "fin": ({"flags": FIN | ACK}, 0),
    "data": ({"flags": PSH | ACK, "data": b"HTTP/1.0 200 OK\r\n\r\n"}, 0),
    "data-far": ({"flags": PSH | ACK, "data": b"HTTP/1.0 200 OK\r\n\r\n"}, 2000),
    "syn": ({"flags": SYN, "ack": 0}, 777),
    "syn-ack": ({"flags": SYN | ACK}, 4242),
    "syn-ack-same": ({"flags": SYN | ACK}, -1),
    "window-0": ({"flags": ACK, "win": 0}, 0),
    "window-most": ({"flags": ACK, "win": 65535}, 0),
}


def spoofed(row: str):
    """act(talk): as if the server had sent it."""
    odd, shift = SPOOFED[row]

    def act(talk):
        words = dict(odd)
        flags, data = words.pop("flags"), words.pop("data", b"")
        talk.send(shift, data, flags, spoof=True, **words)
    return act


def spoofed_ack_then_other(plan, _):
    """The server seems to have acknowledged what it has not: then the same bytes once more, other
    ones, while the first are held up behind a gap."""
    acts = []
    for step in plan:
        acts += [step, Do(spoofed("ack-all"))]
    return acts + [junk(s) for s in plan if isinstance(s, Seg)]

