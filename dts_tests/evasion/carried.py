# SPDX-License-Identifier: BSD-3-Clause
"""Oddities of what the server does take: the text itself goes in such packets.

CARRIED: name -> (keywords of Talk.send, families, why a wire that guards its servers differs from a
bridge; None: it must not). The decoys' oddities are tried in the same way: most are refused by the
server, and then nothing arrives over a bridge either.
"""

from evasion.decoys import DATA
from evasion.frames import ACK, CWR, ECE, PSH
from evasion.talk import Seg

PADS = b"\0\0\x01\x04\0\0\0\0"  # an extension header of padding
OLD = b"\x08\x0a\0\0\0\x01\0\0\0\x01"  # a timestamp of long ago
JUMBO = "a jumbogram without the option that makes it one is dropped: extension-header"
SHORT_WAY = "a TTL that does not reach where the handshake's did is dropped: tcp.ttl"

CARRIED = {
    "priority-tag": ({"tags": (0,)}, "46", None),
    "priority-tag-7": ({"tags": (0xe000,)}, "46", None),
    "priority-tag-eligible": ({"tags": (0x1000,)}, "46", None),
    "priority-tags-two": ({"tags": (0, 0)}, "46", None),
    "sum-other-zero": ({"sum": "ones"}, "46", None),
    "ip-sum-other-zero": ({"ipsum": "ones"}, "4", None),
    "timestamp-old-first": ({"opts": OLD + b"\x01\x01"}, "46", None),
    "timestamp-after-end": ({"options": b"\0\x01" + OLD}, "46", None),
    "timestamp-length-9": ({"opts": b"\x08\x09" + bytes(7) + b"\x01\x01\x01"}, "46", None),
    "timestamp-behind-cut": ({"options": b"\xfd\x01" + OLD}, "46", None),
    "option-unknown": ({"opts": b"\xfd\x06abcd\x01\x01"}, "46", None),
    "option-sack-odd": ({"opts": b"\x05\x05abc\x01\x01\x01"}, "46", None),
    "option-mss": ({"opts": b"\x02\x04\0\x01"}, "46", None),
    "option-scale": ({"opts": b"\x03\x03\0\x01"}, "46", None),
    "option-fast-open": ({"opts": b"\x22\x02\x01\x01"}, "46", None),
    "no-push": ({"flags": ACK}, "46", None),
    "congestion-flags": ({"flags": PSH | ACK | ECE | CWR, "tos": 3}, "46", None),
    "window-0": ({"win": 0}, "46", None),
    "window-1": ({"win": 1}, "46", None),
    "ttl-4": ({"ttl": 4}, "46", SHORT_WAY),
    "ttl-9": ({"ttl": 9}, "46", SHORT_WAY),
    "ttl-255": ({"ttl": 255}, "46", None),
    "trail": ({"trail": b"J" * 24}, "46", None),
    "may-fragment": ({"df": False}, "4", None),
    "evil": ({"evil": True}, "4", None),
    "nops": ({"ipopts": b"\x01" * 4}, "4", None),
    "nops-40": ({"ipopts": b"\x01" * 40}, "4", None),
    "end-then-junk": ({"ipopts": b"\0\xff\xff\xff"}, "4", None),
    "security": ({"ipopts": b"\x82\x0b" + bytes(9)}, "4", None),
    "stream-id": ({"ipopts": b"\x88\x04\0\x01"}, "4", None),
    "router-alert": ({"ipopts": b"\x94\x04\0\0"}, "4", None),
    "ip-option-unknown": ({"ipopts": b"\x1e\x04\0\0"}, "4", None),
    "traffic-class": ({"tos": 0xff}, "46", None),
    "hop-by-hop": ({"chain": [(0, PADS)]}, "6", None),
    "jumbo-hop-by-hop": ({"jumbo": True, "chain": [(0, PADS)]}, "6", JUMBO),
    "destination": ({"chain": [(60, PADS)]}, "6", None),
    "destination-two": ({"chain": [(60, PADS)] * 2}, "6", None),
    "destination-six": ({"chain": [(60, PADS)] * 6}, "6", None),
    "hop-and-destination": ({"chain": [(0, PADS), (60, PADS)]}, "6", None),
    "routing-done": ({"chain": [(43, b"\0\0\xc8\0\0\0\0\0")]}, "6", None),
    "routing-2-done": ({"chain": [(43, b"\0\x02\x02\0" + bytes(20))]}, "6", None),
    "routing-between": ({"chain": [(60, PADS), (43, b"\0\0\xc8\0\0\0\0\0"), (60, PADS)]}, "6",
                        None),
    "atomic": ({"chain": [(44, bytes(8))]}, "6", None),
    "atomic-two": ({"chain": [(44, bytes(8))] * 2}, "6", None),
    "atomic-then-destination": ({"chain": [(44, bytes(8)), (60, PADS)]}, "6", None),
    "destination-then-atomic": ({"chain": [(60, PADS), (44, bytes(8))]}, "6", None),
}
REFUSED = {name: (odd, families, None) for name, (odd, families, _) in DATA.items()
           if "shift" not in odd}


def carried(odd: dict, every: int = 1):
    """A move: every so manyth segment of the text goes like that."""
    odd = dict(odd)
    flags = odd.pop("flags", None)

    def move(plan, _):
        chosen = [i for i, step in enumerate(plan) if isinstance(step, Seg) and step.true][::every]
        plan = list(plan)
        for i in chosen:
            plan[i] = plan[i].but(odd=odd, flags=plan[i].flags if flags is None else flags)
        return plan
    return move


def rows():
    """(name, keywords, ipv6, why) of all."""
    for table in (CARRIED, REFUSED):
        for name, (odd, families, policy) in table.items():
            for ipv6 in (False, True):
                if ("6" if ipv6 else "4") in families:
                    yield f"{name}{'-v6' if ipv6 else ''}", odd, ipv6, policy
