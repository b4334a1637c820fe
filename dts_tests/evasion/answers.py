# SPDX-License-Identifier: BSD-3-Clause
"""The same tricks of a server: the text is its answer to a client with a real kernel, which asked.

A server's handshake is a generator of a talk, as a client's in handshakes.py. ANSWERS: name ->
(generator, why a wire that guards its hosts differs from a bridge; None: it must not).
"""

import random

from evasion import carried, decoys, draw, moves
from evasion.case import DIFFERS, FIRST_WINS, NAMELESS, ROUGH, UNFIT, WITH_SYN, Case
from evasion.frames import ACK, CWR, ECE, FIN, PSH, RST, SYN, URG
from evasion.table import FAMILIES
from evasion.talk import never

QUESTION = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n".hex()
KINDS = {"tcp": "answer", "http": "answer-http", "udp": "answer-udp"}
PATIENT = (0.4, 0.5, 0.6)
JUNK = b"other bytes"


def answering(synack=None, before=(), after=()):
    """A client is told to ask; its SYN is answered, with these keywords and these acts before and
    after, and its question awaited."""
    def run(t):
        t.tell_server("connect", QUESTION)
        if not (yield t.has_syn, 1.5):
            return False
        for act in before:
            act(t)
        t.point("syn-sent")
        for tries, seconds in enumerate(PATIENT):
            t.syn(**{"flags": SYN | ACK, **(synack or {})})
            if tries > 0:
                t.send(0, b"", ACK)  # the window is open
            for act in after if tries == 0 else ():
                act(t)
            if tries == 0:
                t.point("before-ack")
            if (yield t.was_asked, seconds):
                break
        t.point("open")
        return bool(t.got)
    return run


plain = answering()


def asked(t):
    """Over UDP."""
    t.tell_server("ask", QUESTION)
    yield t.was_asked, 1
    return bool(t.got)


def _crosswise(split=False, data=b""):
    """A SYN of its own answers the client's."""
    def run(t):
        t.tell_server("connect", QUESTION)
        if not (yield t.has_syn, 1.5):
            return False
        if split:
            t.send(0, b"", ACK)
        t.syn(data=data)
        yield t.has_answer, 0.5
        t.syn(SYN | ACK)
        t.send(0, b"", ACK)
        yield t.was_asked, 0.8
        return bool(t.got)
    return run


def _patient(t):
    """It answers late: the client has repeated its SYN."""
    t.tell_server("connect", QUESTION)
    if not (yield (lambda: t.syns > 1), 2.5):
        return False
    t.syn(SYN | ACK)
    yield t.was_asked, 1
    return bool(t.got)


def _unasked(t):
    """It speaks at once, before its SYN/ACK was acknowledged."""
    t.tell_server("connect", QUESTION)
    if not (yield t.has_syn, 1.5):
        return False
    t.syn(SYN | ACK)
    return True


def _sends(*args, **odd):
    return lambda t: t.send(*args, **odd)


def _synack(shift=0, **odd):
    """A SYN/ACK with another number."""
    return lambda t: t.syn(SYN | ACK, seq=t.isn + shift, **odd)


EARLY = "data before the end of the handshake is dropped: tcp.handshake"
ANSWERS = {
    "plain": (plain, None),
    "late": (_patient, None),
    "unasked": (_unasked, EARLY),
    "crosswise": (_crosswise(), None),
    "crosswise-data": (_crosswise(data=JUNK), WITH_SYN),
    "split": (_crosswise(split=True), None),
    "bare": (answering({"bare": True}), None),
    "twice": (answering(after=[_synack()]), None),
    "ecn": (answering({"flags": SYN | ACK | ECE}), None),
    "cwr": (answering({"flags": SYN | ACK | ECE | CWR}), None),
    "psh": (answering({"flags": SYN | ACK | PSH}), None),
    "urg": (answering({"flags": SYN | ACK | URG, "urg": 1}), None),
    "fin": (answering({"flags": SYN | ACK | FIN}), ROUGH),
    "window-0": (answering({"win": 0}), None),
    "mss-1": (answering({"mss": 1}), None),
    "scale-14": (answering({"wscale": 14}), None),
    "scale-255": (answering({"wscale": 255}), None),
    "no-timestamp": (answering({"nots": True}), None),
    "old-echo": (answering({"tsecr": 1}), None),
    "data-with-it": (answering({"data": JUNK}), WITH_SYN),
    "text-with-it": (lambda t: answering({"data": t.text[:20]})(t), WITH_SYN),
    "whole-text-with-it": (lambda t: answering({"data": t.text})(t), WITH_SYN),
    "other-number-before": (answering(before=[_synack(77777777, ackd=5)]), UNFIT),
    "other-number-after": (answering(after=[_synack(77777777)]), None),
    "other-number-before-ttl": (answering(before=[_synack(7777777, ttl=2)]), None),
    "other-number-before-bad-sum": (answering(before=[_synack(7777777, sum=0x5555)]), None),
    "other-number-before-old-echo": (answering(before=[_synack(7777777, tsecr=1)]), None),
    "other-number-before-md5": (answering(before=[_synack(7777777, signed="md5")]), None),
    "near-number-after": (answering(after=[_synack(100)]), None),
    "many-numbers-after": (answering(after=[_synack(7777777 * n) for n in range(1, 12)]), None),
    "wrong-ack-before": (answering(before=[_synack(ackd=12345)]), UNFIT),
    "fin-before": (answering(before=[_sends(0, b"", FIN | ACK)]), None),
    "ack-before": (answering(before=[_sends(0, b"", ACK)]), None),
    "data-before": (answering(before=[_sends(0, JUNK, PSH | ACK)]), None),
    "reset-before": (answering(before=[_sends(0, b"", RST)]), None),
    "reset-wrong-ack-before": (answering(before=[_sends(0, b"", RST | ACK, ackd=9)]), None),
    "reset-old-echo-before": (answering(before=[_sends(0, b"", RST | ACK, tsecr=1)]), None),
    "reset-ttl-before": (answering(before=[_sends(0, b"", RST | ACK, ttl=2)]), None),
    "reset-bad-sum-before": (answering(before=[_sends(0, b"", RST | ACK, sum=0x5555)]), None),
    "syn-fin-before": (answering(before=[_sends(0, b"", SYN | FIN | ACK)]), ROUGH),
    "syn-rst-before": (answering(before=[_sends(0, b"", SYN | RST | ACK)]), ROUGH),
}


def _turned():
    """The families of a client's strategies that have no handshake of their own."""
    for family in FAMILIES:
        for name, how in family():
            kind = KINDS.get(how.get("kind", "tcp"))
            if kind is None or "handshake" in how and kind != "answer-udp" or \
                    "before-syn" in how.get("points", ()):
                continue
            yield name, {**how, "kind": kind, "handshake": asked if kind == "answer-udp" else plain}
            if kind == "answer-http" and name.startswith(("cut-", "order-", "fragments-")):
                yield f"{name}-body", {**how, "kind": "answer-body", "handshake": plain}


def _opened():
    for name, (handshake, policy) in ANSWERS.items():
        how = {"handshake": handshake, "policy": policy, "cut": moves.sized(20)}
        yield f"opened-{name}", {**how, "kind": "answer"}
        yield f"opened-{name}-http", {**how, "kind": "answer-http"}
    for name, odd, ipv6, policy in carried.rows():
        if "flags" not in odd:
            yield f"carried-syn-ack-{name}", {"kind": "answer", "ipv6": ipv6, "policy": policy,
                                              "handshake": answering(odd)}


def named() -> list:
    """Every named strategy, in both families of addresses where it says nothing of them."""
    cases = []
    for family in (_turned, _opened):
        for name, how in family():
            cases.append(Case(f"answer-{name}", **how))
            if "ipv6" not in how and not name.startswith("order-") and "-http" not in name:
                cases.append(Case(f"answer-{name}-v6", ipv6=True, **how))
    return cases


def _random_handshake(rnd):
    if rnd.random() < 0.6:
        return "plain", plain, None
    name = rnd.choice(list(ANSWERS))
    handshake, policy = ANSWERS[name]
    return name, handshake, policy or DIFFERS.get(f"answer-opened-{name}")


def combination(seed) -> Case:
    """The combination of that seed."""
    rnd = random.Random(f"answer {seed}")
    said, ipv6 = [], rnd.random() < 0.5
    if rnd.random() < 0.1:
        return draw.random_datagram(seed, rnd, "answer-udp", asked)
    kind = rnd.choice(("answer", "answer", "answer-http", "answer-body"))
    large = rnd.random() < 0.25
    cut, policy = draw.random_cut(rnd, said, large)
    then, why = draw.random_moves(rnd, ipv6, large, said)
    opened, handshake, its_policy = _random_handshake(rnd)
    points = draw.random_points(rnd, decoys.POINTS[1:4])
    case = Case(f"random answer {seed}: {kind} {6 if ipv6 else 4} {opened} {'; '.join(said)}",
                kind=kind, ipv6=ipv6, cut=cut, then=then, handshake=handshake, points=points,
                isn=rnd.choice((None, None, None, 2**32 - rnd.randrange(60))),
                timestamps=rnd.random() < 0.7,
                policy=why if why in NAMELESS else policy or why or its_policy)
    if case.points and case.policy is None:
        case.policy = FIRST_WINS
    return case
