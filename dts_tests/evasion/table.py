# SPDX-License-Identifier: BSD-3-Clause
"""All named strategies of a client."""

from evasion import carried, datagrams, decoys, handshakes, moves
from evasion.case import CLOSED, FIRST_WINS, URGENT, Case
from evasion.frames import ACK, FIN, PSH, RST
from evasion.fragments import FRAGMENTS
from evasion.late import LATE, late
from evasion.talk import Do, Pause, Seg

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
