# SPDX-License-Identifier: BSD-3-Clause
"""Combinations of strategies, drawn at random."""

import random

from evasion import carried, datagrams, decoys, handshakes, moves
from evasion.case import DIFFERS, FIRST_WINS, NAMELESS, PIECES, URGENT, Case
from evasion.fragments import FRAGMENTS
from evasion.table import fragmented
from evasion.talk import Do, Pause


def random_points(rnd, places=decoys.POINTS[:4]) -> dict:
    """Acts at moments of the handshake."""
    points = {}
    for _ in range(rnd.choice((0, 0, 0, 1, 1, 2))):
        point = rnd.choice(places)
        act = decoys.spoofed(rnd.choice(list(decoys.SPOOFED))) if rnd.random() < 0.3 else \
            decoys.control(rnd.choice(list(decoys.CONTROL)))
        points.setdefault(point, []).append(act)
    return points


def fits(families: str, ipv6: bool) -> bool:
    return ("6" if ipv6 else "4") in families


def random_fragments(rnd, ipv6: bool):
    name = rnd.choice([n for n, row in FRAGMENTS.items() if fits(row[1], ipv6)])
    chance = rnd.choice((0.2, 0.5, 1))
    return fragmented(name, lambda n, seg: rnd.random() < chance), FRAGMENTS[name][2], name


def _random_decoys(rnd, ipv6: bool):
    names = [n for n, row in decoys.DATA.items() if fits(row[1], ipv6)]
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


def random_carried(rnd, ipv6: bool, said: list, suits=lambda odd: True):
    """The text goes in packets with one or two oddities that the server takes."""
    names = [n for n, row in carried.CARRIED.items() if fits(row[1], ipv6) and suits(row[0])]
    chosen = rnd.sample(names, rnd.choice((1, 1, 2)))
    said.append(f"carried {chosen}")
    return ([carried.carried(carried.CARRIED[n][0], rnd.choice((1, 2, 3))) for n in chosen],
            next((carried.CARRIED[n][2] for n in chosen if carried.CARRIED[n][2]), None))


def _suits_pieces(odd: dict) -> bool:
    """The first piece holds the TCP header; and what is dropped in pieces is told without ports."""
    return len(odd.get("opts", b"")) <= 8 and "ttl" not in odd


def random_datagram(seed, rnd, kind="udp", handshake=handshakes.none) -> Case:
    """Over UDP: in fragments, with oddities."""
    ipv6, said = rnd.random() < 0.5, []
    then, policy = random_carried(rnd, ipv6, said, datagrams.suits)
    if rnd.random() < 0.7:
        move, why, name = random_fragments(rnd, ipv6)
        then.append(move)
        said.append(f"fragments {name}")
        policy = why or policy
    names = [n for n, row in datagrams.DATAGRAMS.items() if fits(row[1], ipv6)]
    if rnd.random() < 0.5:
        said.append(rnd.choice(names))
        odd, _, why = datagrams.DATAGRAMS[said[-1]]
        policy = why if why in NAMELESS else policy or why
        then.append(carried.carried(odd))
    return Case(f"random {seed}: {kind} {6 if ipv6 else 4} {'; '.join(said)}", kind=kind, ipv6=ipv6,
                then=then, handshake=handshake, policy=policy)


def random_cut(rnd, said: list, large: bool):
    cut = rnd.choice((moves.CUTS["whole"], moves.sized(50), moves.at_places(2))) if large \
        else rnd.choice((moves.at_random, moves.at_random, *moves.CUTS.values()))
    if rnd.random() < 0.1:
        places = sorted(rnd.sample(range(8, 30), rnd.choice((1, 1, 2, 3))))
        said.append(f"urgent at {places}")
        return moves.urgent(cut, *places, style=rnd.choice(("pointer", "within", "last"))), URGENT
    return cut, None


def random_moves(rnd, ipv6: bool, large: bool, said: list):
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
        move, why, name = random_fragments(rnd, ipv6)
        policy = why or (policy and PIECES)
        then.append(move)
        said.append(f"fragments {name}")
    if rnd.random() < 0.2:
        more, why = random_carried(rnd, ipv6, said,
                                    _suits_pieces if large else lambda odd: True)
        policy = why if why in NAMELESS else policy or why
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
        return random_datagram(seed, rnd)
    ipv6 = rnd.random() < 0.5
    kind = rnd.choice(("tcp", "tcp", "http"))
    said = []
    large = rnd.random() < 0.25
    cut, policy = random_cut(rnd, said, large)
    then, why = random_moves(rnd, ipv6, large, said)
    shake, handshake, kind, its_policy = _random_handshake(rnd, kind)
    isn = rnd.choice((None, None, None, 2**32 - rnd.randrange(60)))
    case = Case(f"random {seed}: {kind} {6 if ipv6 else 4} {shake} {'; '.join(said)}", kind=kind,
                ipv6=ipv6, cut=cut, then=then, handshake=handshake, points=random_points(rnd),
                isn=isn, timestamps=rnd.random() < 0.7,
                policy=why if why in NAMELESS else policy or why or its_policy)
    if case.points and case.policy is None:
        case.policy = FIRST_WINS
    return case
