# SPDX-License-Identifier: BSD-3-Clause
"""All named strategies, and combinations drawn at random.

A case says how a text reaches the server: over which kind of port, by which handshake, cut, ordered
and disguised by which moves. The same case serves the attack and its harmless twin.
"""

import random

from evasion import carried, datagrams, decoys, handshakes, moves
from evasion.frames import ACK, FIN, PSH, RST
from evasion.fragments import FRAGMENTS, POLICIES
from evasion.late import LATE, late
from evasion.talk import Do, Pause, Seg, never

ATTACK, HARMLESS = b"xp-ATTACK-string", b"xp-orderly-words"
FIRST_WINS = moves.FIRST_WINS
CLOSED = "data after a FIN is dropped: tcp.close"
URGENT = "urgent bytes beyond the first few are part of the stream: tcp.urgent-most"


ROUGH = "what no stack sends is dropped: tcp.flags"
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
}


def text_of(kind: str, attack: bool) -> bytes:
    """What is said: the string begins at offset 11."""
    word = ATTACK if attack else HARMLESS
    if kind == "http":
        return b"GET /a?key=" + word + b" HTTP/1.1\r\nHost: a\r\nAccept: */*\r\n\r\n"
    return b"login: me, " + word + b" and so on, up to here\r\n"


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
        self.policy = policy or DIFFERS.get(name) or DIFFERS.get(
            name.removesuffix("-v6").removesuffix("-http"))
        self.silent = False

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
        if self.kind == "http":
            line = self.text(True).split(b"\r\n")[0] + b"\r\n"
            return any(data.lstrip(b"\r\n").startswith(line) for data in received)
        return any(ATTACK in data for data in received)


CUT_LEAST = 46  # bytes of a segment that is worth cutting


def fragmented(name: str, which=lambda n, seg: True):
    """Segments as fragments."""
    make = FRAGMENTS[name][0]

    def move(plan, _):
        return [step.but(odd={"frag": make, "df": False})
                if isinstance(step, Seg) and len(step.data) >= CUT_LEAST and which(n, step)
                else step
                for n, step in enumerate(plan)]
    return move


def _cuts_and_orders():
    for name, cut in moves.CUTS.items():
        yield f"cut-{name}", {"cut": cut}
        if name != "whole":
            yield f"cut-{name}-http", {"cut": cut, "kind": "http"}
        yield f"cut-{name}-lockstep", {"cut": cut, "then": [moves.lockstep]}
    for name, order in moves.ORDERS.items():
        for size, cut in (("bytes", moves.sized(1)), ("sixteens", moves.sized(16))):
            yield f"order-{name}-{size}", {"cut": cut, "then": [order]}
        yield f"order-{name}-http", {"cut": moves.sized(5), "then": [order], "kind": "http"}
    yield "slow-bytes", {"cut": moves.sized(4), "then": [moves.paced(0.02)]}


def _overlaps():
    for other in (False, True):
        word = "other" if other else "same"
        policy = FIRST_WINS if other else None
        for before in (False, True):
            yield f"again-{word}-{'before' if before else 'after'}", {
                "cut": moves.sized(9), "then": [moves.again(other, before)], "policy": policy}
        yield f"later-{word}", {"cut": moves.sized(9), "then": [moves.later(other)]}
        yield f"acked-then-{word}", {"cut": moves.sized(9), "then": [moves.acked_then(other)]}
        for reach in moves.REACHES:
            for before in (False, True):
                for gap in (False, True):
                    name = (f"overlap-{reach}-{'before' if before else 'after'}-{word}"
                            f"{'-beyond-gap' if gap else ''}")
                    yield name, {"cut": moves.sized(12), "policy": policy,
                                 "then": [moves.overlap(reach, before, other, gap)]}


def _decoys():
    for name, (_, families, policy) in decoys.DATA.items():
        for ipv6 in (False, True):
            if ("6" if ipv6 else "4") in families:
                yield f"decoy-{name}{'-v6' if ipv6 else ''}", {
                    "cut": moves.sized(20), "then": [decoys.data_decoy(name)], "ipv6": ipv6,
                    "policy": policy}
    for name in decoys.CONTROL:
        act = decoys.control(name)
        for point in decoys.POINTS:
            if point == "middle":
                yield f"{name}-in-the-middle", {"cut": moves.sized(20),
                                                "then": [decoys.in_the_middle(act)]}
            elif point != "end":
                yield f"{name}-{point}", {"cut": moves.sized(20), "points": {point: [act]}}
    for name in decoys.SPOOFED:
        act = decoys.spoofed(name)
        for point in ("syn-sent", "before-ack", "open"):
            yield f"spoofed-{name}-{point}", {"cut": moves.sized(20), "points": {point: [act]}}
        yield f"spoofed-{name}-in-the-middle", {"cut": moves.sized(20),
                                                "then": [decoys.in_the_middle(act)]}
    yield "spoofed-ack-then-other", {"cut": moves.sized(20), "policy": FIRST_WINS,
                                     "then": [moves.ORDERS["first-last"],
                                              decoys.spoofed_ack_then_other]}


def _handshakes():
    for name, (handshake, kind, policy) in handshakes.HANDSHAKES.items():
        yield f"handshake-{name}", {"handshake": handshake, "kind": kind or "tcp",
                                    "policy": policy, "cut": moves.sized(20)}
        if kind is None:
            yield f"handshake-{name}-http", {"handshake": handshake, "kind": "http",
                                             "policy": policy}
    for name, (handshake, policy) in handshakes.REUSES.items():
        yield f"reuse-{name}", {"handshake": handshake, "policy": policy}
    for name, isn in (("at-once", 2**32 - 1), ("before", 2**32 - 2), ("in-string", 2**32 - 20),
                      ("at-end", 2**32 - 40), ("sign", 2**31 - 15), ("zero", 0)):
        yield f"wrap-{name}", {"isn": isn, "cut": moves.sized(6)}
        yield f"wrap-{name}-reversed", {"isn": isn, "cut": moves.sized(6),
                                        "then": [moves.ORDERS["reversed"]]}
    yield "no-timestamps", {"timestamps": False, "cut": moves.sized(6)}


def _urgent():
    whole, some = moves.sized(1 << 16), moves.sized(4)
    for name, cut, places, style in (
            ("one", whole, (18,), "pointer"), ("first-of-string", whole, (11,), "pointer"),
            ("last-of-string", whole, (26,), "pointer"), ("before", whole, (0,), "pointer"),
            ("one-cut", some, (18,), "pointer"), ("one-within", some, (18,), "within"),
            ("two", some, (14, 20), "pointer"), ("two-whole", whole, (14, 20), "last"),
            ("four", some, (13, 16, 19, 22), "pointer"),
            ("many", moves.sized(3), tuple(range(11, 27, 2)), "within"),
            ("bytes", moves.sized(1), (18,), "within"), ("after", some, (30,), "pointer")):
        policy = URGENT if len(places) > 1 else None
        for kind in ("tcp", "inline"):
            yield f"urgent-{name}-{kind}", {
                "cut": moves.urgent(cut, *places, style=style), "kind": kind,
                "policy": policy if kind == "tcp" else
                "urgent bytes are out of the stream, as most servers have them: tcp.urgent"}
    yield "urgent-reversed", {"cut": moves.urgent(some, 18, style="within"),
                              "then": [moves.ORDERS["reversed"]], "policy": URGENT}
    yield "urgent-again-unmarked", {
        "cut": moves.urgent(moves.sized(12), 18, style="within"), "policy": FIRST_WINS,
        "then": [lambda plan, rnd: moves.each(plan, lambda seg: [
            seg, seg.but(flags=PSH | ACK, odd={"urg": 0}, true=False)])]}
    yield "urgent-unmarked-before", {
        "cut": moves.urgent(moves.sized(12), 18, style="within"), "policy": FIRST_WINS,
        "then": [lambda plan, rnd: moves.each(plan, lambda seg: [
            seg.but(flags=PSH | ACK, odd={"urg": 0}, true=False), seg])]}
    yield "urgent-pointer-zero", {"cut": lambda text, rnd: [
        Seg(0, text, odd={"urg": 0}).but(flags=PSH | ACK | 0x20)], "policy": URGENT}
    yield "urgent-pointer-beyond", {"cut": lambda text, rnd: [
        Seg(0, text, odd={"urg": 60000}).but(flags=PSH | ACK | 0x20)], "policy": URGENT}
    yield "urgent-pointer-without-flag", {"cut": lambda text, rnd: [
        Seg(0, text, odd={"urg": 19})]}
    yield "urgent-mark-alone-first", {"cut": lambda text, rnd: [
        Seg(0, b"", ACK | 0x20, {"urg": 19}, True), Seg(0, text)], "policy": URGENT}


def _fragments():
    for name, (_, families, policy) in FRAGMENTS.items():
        for ipv6 in (False, True):
            if ("6" if ipv6 else "4") not in families:
                continue
            end = "-v6" if ipv6 else ""
            yield f"fragments-{name}{end}", {"then": [fragmented(name)], "ipv6": ipv6,
                                             "policy": policy}
            yield f"fragments-{name}-http{end}", {
                "cut": moves.sized(50), "then": [fragmented(name, lambda n, seg: n % 2 == 0)],
                "ipv6": ipv6, "policy": policy, "kind": "http"}


def _carried():
    for name, odd, ipv6, policy in carried.rows():
        how = {"ipv6": ipv6, "policy": policy, "cut": moves.sized(14)}
        yield f"carried-{name}", {**how, "then": [carried.carried(odd)]}
        yield f"carried-by-some-{name}", {**how, "then": [carried.carried(odd, 2)]}
        if "flags" not in odd:
            yield f"carried-syn-{name}", {**how, "handshake": handshakes.opening(syn=odd)}
            yield f"carried-ack-{name}", {**how, "handshake": handshakes.acknowledging(odd)}


def _datagrams():
    how = {"kind": "udp", "handshake": handshakes.none}
    for name, (odd, families, policy) in datagrams.DATAGRAMS.items():
        for ipv6 in (False, True):
            if ("6" if ipv6 else "4") in families:
                yield f"udp-{name}{'-v6' if ipv6 else ''}", {
                    **how, "ipv6": ipv6, "policy": policy, "then": [carried.carried(odd)]}
    for name, odd, ipv6, policy in carried.rows():
        if datagrams.suits(odd):
            yield f"udp-carried-{name}", {**how, "ipv6": ipv6, "policy": policy,
                                          "then": [carried.carried(odd)]}
    for name, (_, families, policy) in FRAGMENTS.items():
        for ipv6 in (False, True):
            if ("6" if ipv6 else "4") in families:
                yield f"udp-fragments-{name}{'-v6' if ipv6 else ''}", {
                    **how, "ipv6": ipv6, "policy": policy, "then": [fragmented(name)]}


def _late():
    for name, (_, _, _, policy) in LATE.items():
        how = {"then": [late(name)], "policy": policy}
        yield f"late-{name}", how
        yield f"late-{name}-udp", {**how, "kind": "udp", "handshake": handshakes.none}


def _stay(segs):
    return lambda plan, rnd: plan + segs(plan)


def _closings():
    def fin_after(plan, _):
        last = plan[-1]
        return plan[:-1] + [last.but(flags=FIN | PSH | ACK)]

    def fin_early(plan, _):
        middle = plan[len(plan) // 2]
        return plan[:len(plan) // 2] + [middle.but(flags=FIN | PSH | ACK)] + \
            plan[len(plan) // 2 + 1:]

    def fin_first(plan, _):
        end = plan[-1].end
        return [Seg(end, b"", FIN | ACK, true=False)] + plan

    def then(*steps):
        return lambda plan, rnd: plan + [step(plan) for step in steps]

    def end(plan):
        return max(s.end for s in plan if isinstance(s, Seg))

    halves = moves.sized(20)
    yield "fin-with-last", {"cut": halves, "then": [fin_after]}
    yield "fin-with-last-http", {"cut": halves, "then": [fin_after], "kind": "http"}
    yield "fin-early-data-after", {"cut": halves, "then": [fin_early], "policy": CLOSED}
    yield "fin-first-beyond-gap", {"cut": halves, "then": [fin_first]}
    yield "fin-reversed", {"cut": halves, "then": [fin_after, moves.ORDERS["reversed"]]}
    yield "rst-with-last", {"cut": halves, "then": [then(
        lambda plan: Seg(end(plan), b"", RST | ACK, true=False))]}
    yield "data-after-rst-beyond", {"cut": halves, "then": [
        lambda plan, rnd: [Seg(2000, b"", RST, true=False)] + plan]}
    yield "half-close-then-data", {"cut": halves, "policy": CLOSED, "then": [
        lambda plan, rnd: [Seg(0, b"", FIN | ACK, true=False), Pause(0.1)] + plan]}
    yield "fin-bad-place-then-data", {"cut": halves, "then": [
        lambda plan, rnd: [Seg(7, b"", FIN | ACK, true=False)] + plan], "policy": CLOSED}
    yield "spoofed-fin-both", {"cut": halves, "then": [
        lambda plan, rnd: [Do(decoys.spoofed("fin")), Do(decoys.control("fin-bad-sum"))] + plan]}
    yield "rst-then-pause", {"cut": halves, "then": [
        lambda plan, rnd: plan[:1] + [Do(decoys.control("rst-bad-sum")), Pause(0.3)] + plan[1:]]}
    yield "second-text", {"cut": halves, "kind": "http", "then": [_stay(lambda plan: [
        s.but(at=s.at + end(plan)) for s in plan])]}


# what takes longest begins first
FAMILIES = (_late, _cuts_and_orders, _overlaps, _decoys, _handshakes, _urgent, _fragments, _closings,
            _carried, _datagrams)


def named() -> list:
    """Every named strategy, in both families of addresses where it says nothing of them."""
    cases = []
    for family in FAMILIES:
        for name, how in family():
            cases.append(Case(name, **how))
            if "ipv6" not in how and not name.startswith("order-") and "-http" not in name:
                cases.append(Case(f"{name}-v6", ipv6=True, **how))
    return cases


# ---- combinations ----

def _random_points(rnd) -> dict:
    points = {}
    for _ in range(rnd.choice((0, 0, 0, 1, 1, 2))):
        point = rnd.choice(("before-syn", "syn-sent", "before-ack", "open"))
        act = decoys.spoofed(rnd.choice(list(decoys.SPOOFED))) if rnd.random() < 0.3 else \
            decoys.control(rnd.choice(list(decoys.CONTROL)))
        points.setdefault(point, []).append(act)
    return points


def _fits(families: str, ipv6: bool) -> bool:
    return ("6" if ipv6 else "4") in families


def _random_fragments(rnd, ipv6: bool):
    name = rnd.choice([n for n, row in FRAGMENTS.items() if _fits(row[1], ipv6)])
    chance = rnd.choice((0.2, 0.5, 1))
    return fragmented(name, lambda n, seg: rnd.random() < chance), FRAGMENTS[name][2], name


def _random_decoys(rnd, ipv6: bool):
    names = [n for n, row in decoys.DATA.items() if _fits(row[1], ipv6)]
    chosen = [rnd.choice(names) for _ in range(rnd.randrange(1, 4))]

    def move(plan, _):
        return moves.each(plan, lambda seg: [seg] if rnd.random() < 0.6 else rnd.sample(
            [seg, decoys.false_copy(seg, rnd.choice(chosen))], 2))
    return move, chosen


def _random_acts(rnd):
    def move(plan, _):
        plan = list(plan)
        for _ in range(rnd.randrange(1, 4)):
            act = decoys.spoofed(rnd.choice(list(decoys.SPOOFED))) if rnd.random() < 0.3 else \
                decoys.control(rnd.choice(list(decoys.CONTROL)))
            plan.insert(rnd.randrange(len(plan) + 1), Do(act))
        return plan
    return move


def _random_pauses(plan, rnd):
    plan = list(plan)
    for _ in range(rnd.randrange(1, 3)):
        plan.insert(rnd.randrange(len(plan) + 1),
                    Pause(rnd.choice((0.01, 0.05, 0.15)), rnd.random() < 0.5))
    return plan


def _random_carried(rnd, ipv6: bool, said: list, suits=lambda odd: True):
    """The text goes in packets with one or two oddities that the server takes."""
    names = [n for n, row in carried.CARRIED.items() if _fits(row[1], ipv6) and suits(row[0])]
    chosen = rnd.sample(names, rnd.choice((1, 1, 2)))
    said.append(f"carried {chosen}")
    return ([carried.carried(carried.CARRIED[n][0], rnd.choice((1, 2, 3))) for n in chosen],
            next((carried.CARRIED[n][2] for n in chosen if carried.CARRIED[n][2]), None))


def _suits_pieces(odd: dict) -> bool:
    """The first piece holds the TCP header; and what is dropped in pieces is told without ports."""
    return len(odd.get("opts", b"")) <= 8 and "ttl" not in odd


def _random_datagram(seed, rnd) -> Case:
    """Over UDP: in fragments, with oddities."""
    ipv6, said = rnd.random() < 0.5, []
    then, policy = _random_carried(rnd, ipv6, said, datagrams.suits)
    if rnd.random() < 0.7:
        move, why, name = _random_fragments(rnd, ipv6)
        then.append(move)
        said.append(f"fragments {name}")
        policy = why or policy
    names = [n for n, row in datagrams.DATAGRAMS.items() if _fits(row[1], ipv6)]
    if rnd.random() < 0.5:
        said.append(rnd.choice(names))
        odd, _, why = datagrams.DATAGRAMS[said[-1]]
        policy = policy or why
        then.append(carried.carried(odd))
    return Case(f"random {seed}: udp {6 if ipv6 else 4} {'; '.join(said)}", kind="udp", ipv6=ipv6,
                then=then, handshake=handshakes.none, policy=policy)


def _random_cut(rnd, said: list, large: bool):
    cut = rnd.choice((moves.CUTS["whole"], moves.sized(50), moves.at_places(2))) if large \
        else rnd.choice((moves.at_random, moves.at_random, *moves.CUTS.values()))
    if rnd.random() < 0.1:
        places = sorted(rnd.sample(range(8, 30), rnd.choice((1, 1, 2, 3))))
        said.append(f"urgent at {places}")
        return moves.urgent(cut, *places, style=rnd.choice(("pointer", "within", "last"))), URGENT
    return cut, None


def _random_moves(rnd, ipv6: bool, large: bool, said: list):
    """The moves of a combination, and why it may differ from a bridge."""
    then, policy = [], None
    if rnd.random() < 0.5:
        then.append(moves.random_overlaps)
        policy = FIRST_WINS
        said.append("overlaps")
    if rnd.random() < 0.5:
        move, chosen = _random_decoys(rnd, ipv6)
        policy = policy or FIRST_WINS
        then.append(move)
        said.append(f"decoys {chosen}")
    if rnd.random() < 0.5:
        name = rnd.choice(list(moves.ORDERS))
        then.append(moves.ORDERS[name])
        said.append(f"order {name}")
    if large:
        move, why, name = _random_fragments(rnd, ipv6)
        policy = why or policy
        then.append(move)
        said.append(f"fragments {name}")
    if rnd.random() < 0.2:
        more, why = _random_carried(rnd, ipv6, said,
                                    _suits_pieces if large else lambda odd: True)
        policy = policy or why
        then += more
    if rnd.random() < 0.3:
        then.append(_random_acts(rnd))
        said.append("control")
        policy = policy or FIRST_WINS
    if rnd.random() < 0.2:
        then.append(_random_pauses)
        said.append("pauses")
    return then, policy


def _random_handshake(rnd, kind: str):
    """(name, generator, kind, why its twin may differ)"""
    if rnd.random() < 0.6:
        return "handshake-plain", handshakes.plain, kind, None
    if rnd.random() < 0.15:
        name = rnd.choice(list(handshakes.REUSES))
        return f"reuse-{name}", handshakes.REUSES[name][0], kind, DIFFERS.get(f"reuse-{name}")
    name = rnd.choice(list(handshakes.HANDSHAKES))
    handshake, its_kind, policy = handshakes.HANDSHAKES[name]
    name = f"handshake-{name}"
    return (name, handshake, its_kind or kind,
            policy or DIFFERS.get(name) or DIFFERS.get(f"{name}-v6"))


def combination(seed) -> Case:
    """The combination of that seed."""
    rnd = random.Random(seed)
    if rnd.random() < 0.1:
        return _random_datagram(seed, rnd)
    ipv6 = rnd.random() < 0.5
    kind = rnd.choice(("tcp", "tcp", "http"))
    said = []
    large = rnd.random() < 0.25
    cut, policy = _random_cut(rnd, said, large)
    then, why = _random_moves(rnd, ipv6, large, said)
    shake, handshake, kind, its_policy = _random_handshake(rnd, kind)
    isn = rnd.choice((None, None, None, 2**32 - rnd.randrange(60)))
    case = Case(f"random {seed}: {kind} {6 if ipv6 else 4} {shake} {'; '.join(said)}", kind=kind,
                ipv6=ipv6, cut=cut, then=then, handshake=handshake, points=_random_points(rnd),
                isn=isn, timestamps=rnd.random() < 0.7,
                policy=why if why in POLICIES else policy or why or its_policy)
    if case.points and case.policy is None:
        case.policy = FIRST_WINS
    return case


__all__ = ["ATTACK", "HARMLESS", "Case", "combination", "named", "never"]
