# SPDX-License-Identifier: BSD-3-Clause
"""How a connection opens, closes, and is begun anew.

A handshake is a generator of a talk: it yields what it waits for and returns whether there is a
connection to talk over. HANDSHAKES: name -> (generator, kind of port or None, why a wire that
guards its servers differs from a bridge; None: it must not).
"""

from evasion.frames import ACK, CWR, ECE, FIN, PSH, RST, SYN, URG
from evasion.talk import never

NEW_ISN = 0x23456789
PATIENT = (0.4, 0.5, 0.6)
JUNK = b"other bytes"
FAST_OPEN = b"\x22\x02"
HALF_OPEN = "data before the end of the handshake is dropped: tcp.handshake"


def _answer(t, **odd):
    t.point("before-ack")
    t.send(0, b"", ACK, **odd)
    t.point("open")


def opening(syn=None, before=(), after=(), answer=None, prologue=None):
    """The usual one with changes: keywords of the SYN and the last ACK, what is sent just before and
    after the SYN and before the last ACK."""
    def run(t):
        if prologue is not None:
            yield from prologue(t)
        t.point("before-syn")
        for act in before:
            act(t)
        for seconds in PATIENT:
            t.syn(**(syn or {}))
            for act in after:
                act(t)
            t.point("syn-sent")
            if (yield t.has_answer, seconds):
                break
        if not t.answered:
            return False
        if answer is not None:
            answer(t)
        _answer(t)
        return True
    return run


plain = opening()


def acknowledging(odd: dict):
    """The last acknowledgement goes like that."""
    def run(t):
        for seconds in PATIENT:
            t.syn()
            if (yield t.has_answer, seconds):
                break
        if t.answered:
            _answer(t, **odd)
        return t.answered
    return run


def none(_):
    """UDP has none."""
    return True
    yield


def _sends(*args, **odd):
    return lambda t: t.send(*args, **odd)


def _syns(**odd):
    return lambda t: t.syn(**odd)


def _at(isn_shift):
    """A SYN with another number, which is not meant."""
    return lambda t: t.syn(seq=t.isn + isn_shift)


def _take_back(t):
    """A SYN with another number, taken back by a reset."""
    t.syn(seq=t.isn + 9999999)
    t.send(0, b"", RST, seq=t.isn + 10000000)


def _other_isn_wins(t):
    """SYN, reset of it, SYN with another number: the second is the connection."""
    t.syn()
    t.send(0, b"", RST)
    t.isn = (t.isn + NEW_ISN) & 0xffffffff
    return
    yield


def _data_early(t):
    """What it says comes before its acknowledgement."""
    t.send(0, t.text[:5], PSH | ACK, ackd=77)


def _syn_text(length):
    return lambda t: t.syn(data=t.text[:length])


def _syn_data(t):
    for seconds in PATIENT:
        t.syn(data=t.text[:10])
        if (yield t.has_answer, seconds):
            break
    if t.answered:
        _answer(t)
    return t.answered


def _syn_other_data(t):
    for seconds in PATIENT:
        t.syn(data=JUNK)
        if (yield t.has_answer, seconds):
            break
    if t.answered:
        _answer(t)
    return t.answered


def _fast(data, cookie=False, ack=True, twice=False):
    def run(t):
        if cookie:
            t.syn(opts=FAST_OPEN)
            if not (yield t.has_answer, 0.5) or not t.cookie:
                return False
            t.send(0, b"", RST)
            yield never, 0.05
            kept = t.cookie
            t.forget()
            t.isn = (t.isn + NEW_ISN) & 0xffffffff
            options = b"\x22" + bytes([2 + len(kept)]) + kept
        else:
            options = FAST_OPEN
        for seconds in PATIENT:
            said = data(t)
            t.syn(data=said, opts=options)
            if twice:
                t.syn(data=b"J" * len(said), opts=options)
            if (yield t.has_answer, seconds):
                break
        if t.answered and ack:
            _answer(t)
        return t.answered
    return run


def _no_ack(t):
    for seconds in PATIENT:
        t.syn()
        if (yield t.has_answer, seconds):
            break
    return t.answered


def _ack_twice(t):
    t.send(0, b"", ACK)


def _late_syn(t):
    """SYN/ACK comes again and again, as nobody acknowledges it."""
    ok = yield from _no_ack(t)
    yield never, 1.2
    if ok:
        _answer(t)
    return ok


def _simultaneous(answer_first, split=False, syn_data=b"", ack_first=False):
    """The server opens; the client answers by a SYN of its own."""
    def run(t):
        t.tell_server("connect")
        if not (yield t.has_syn, 1.5):
            return False
        if ack_first:
            t.send(0, b"", ACK)
        if split or not answer_first:
            t.syn(data=syn_data)
            if not (yield t.has_answer, 0.5):
                return False
            if split:
                t.send(0, b"", ACK)
            else:
                t.syn(SYN | ACK)
                t.send(0, b"", ACK)
        else:
            t.syn(SYN | ACK)
        yield never, 0.05
        return True
    return run


def _options(opts):
    return opening(syn={"opts": opts})


HANDSHAKES = {
    "plain": (plain, None, None),
    "syn-twice": (opening(after=[_syns()]), None, None),
    "syn-bare": (opening(syn={"bare": True}), None, None),
    "syn-ecn": (opening(syn={"flags": SYN | ECE | CWR}), None, None),
    "syn-psh": (opening(syn={"flags": SYN | PSH}), None, None),
    "syn-urg": (opening(syn={"flags": SYN | URG, "urg": 1}), None, None),
    "syn-fin-before": (opening(before=[_syns(flags=SYN | FIN)]), None, None),
    "syn-fin-other-before": (opening(before=[_sends(0, b"", SYN | FIN, seq=NEW_ISN)]), None, None),
    "syn-rst-before": (opening(before=[_syns(flags=SYN | RST)]), None, None),
    "syn-with-ack-number": (opening(syn={"ackd": 0x12345}), None, None),
    "syn-window-0": (opening(syn={"win": 0}), None, None),
    "syn-window-1": (opening(syn={"win": 1}), None, None),
    "syn-mss-1": (opening(syn={"mss": 1}), None, None),
    "syn-scale-14": (opening(syn={"wscale": 14}), None, None),
    "syn-scale-255": (opening(syn={"wscale": 255}), None, None),
    "syn-reserved": (opening(syn={"reserved": 7}), None, None),
    "syn-option-cut": (_options(b"\x05\x0a\0"), None, None),
    "syn-two-scales": (_options(b"\x03\x03\x00\x01"), None, None),
    "syn-evil": (opening(syn={"evil": True}), None, None),
    "syn-bad-sum-before": (opening(before=[lambda t: t.syn(seq=t.isn + 5555555, sum=0x5555)]),
                           None, None),
    "syn-ttl-before": (opening(before=[lambda t: t.syn(seq=t.isn + 5555555, ttl=2)]), None, None),
    "syn-other-after": (opening(after=[_at(77777777)]), None, None),
    "syn-other-data-after": (opening(after=[lambda t: t.syn(seq=t.isn + 77777777, data=JUNK)]),
                             None, None),
    "syn-near-after": (opening(after=[_at(100)]), None, None),
    "syn-many-after": (opening(after=[_at(77777777 * n) for n in range(1, 12)]), None, None),
    "syn-other-taken-back": (opening(before=[_take_back]), None, None),
    "syn-reset-syn-other": (opening(prologue=_other_isn_wins), None, None),
    "syn-data-ignored": (_syn_data, None, None),
    "syn-other-data-ignored": (_syn_other_data, None, None),
    "fast-open-part": (_fast(lambda t: t.text[:9]), "fastopen", None),
    "fast-open-all": (_fast(lambda t: t.text), "fastopen", None),
    "fast-open-string-part": (_fast(lambda t: t.text[:22]), "fastopen", None),
    "fast-open-no-ack": (_fast(lambda t: t.text[:9], ack=False), "fastopen", None),
    "fast-open-twice-other": (_fast(lambda t: t.text[:22], twice=True), "fastopen",
                              "the first version of a byte is the one that arrives"),
    "fast-open-cookie": (_fast(lambda t: t.text, cookie=True), "fastopen", None),
    "fast-open-cookie-part": (_fast(lambda t: t.text[:22], cookie=True), "fastopen", None),
    "fast-open-refused": (_fast(lambda t: t.text[:22]), None, None),
    "no-last-ack": (_no_ack, None, None),
    "synack-again": (_late_syn, None, None),
    "ack-twice": (opening(answer=_ack_twice), None, None),
    "ack-wrong-first": (opening(answer=_sends(0, b"", ACK, ackd=12345)), None, None),
    "ack-wrong-seq-first": (opening(answer=_sends(500, b"", ACK)), None, None),
    "ack-bad-sum-first": (opening(answer=_sends(0, b"", ACK, sum=0x5555)), None, None),
    "data-wrong-ack-first": (opening(answer=_data_early), None, None),
    "no-ack-flag-first": (opening(answer=lambda t: t.send(0, JUNK, PSH, ackd=1)), None, None),
    "synack-back": (opening(answer=_syns(flags=SYN | ACK)), None, None),
    "fin-before-ack": (opening(answer=_sends(50, b"", FIN)), None, None),
    "syn-again-before-ack": (opening(answer=_syns()), None, None),
    "syn-other-before-ack": (opening(answer=_at(88888888)), None, None),
    "syn-fin-before-ack": (opening(answer=_syns(flags=SYN | FIN)), None, None),
    "ack-field-first": (opening(before=[_sends(0, JUNK, PSH, ack=0x99999999)]), None, None),
    "data-before-syn": (opening(before=[_sends(0, JUNK, PSH | ACK, ack=0x99999999)]), None, None),
    "rst-before-syn": (opening(before=[_sends(0, b"", RST)]), None, None),
    "fin-before-syn": (opening(before=[_sends(0, b"", FIN | ACK)]), None, None),
    "simultaneous": (_simultaneous(False), "reverse", None),
    "simultaneous-data": (_simultaneous(False, syn_data=JUNK), "reverse", None),
    "split": (_simultaneous(False, split=True), "reverse", None),
    "split-ack-first": (_simultaneous(False, split=True, ack_first=True), "reverse", None),
    "server-opens": (_simultaneous(True), "reverse", None),
}


# ---- closing ----

def reset(t):
    """The usual end: nobody is kept waiting."""
    t.send(0, b"", RST, seq=t.isn + 1 + t.acked)
    return
    yield


# ---- a connection before the one that counts ----

def _earlier(end, gap=0.1, shift=NEW_ISN, first=b"an ordinary line\r\n", pause=0.3):
    """An ordinary connection of the same ends, ended in some way; then the one that counts."""
    def prologue(t):
        ok = yield from plain(t)
        if not ok:
            return
        t.said = len(first)
        t.send(0, first)
        yield t.is_heard, pause
        yield from end(t)
        yield never, gap
        t.forget()
        t.said = 0
        t.isn = (t.isn + shift) & 0xffffffff
        t.clock += 5000
    return prologue


def _end_reset(t):
    t.send(t.said, b"", RST | ACK)
    return
    yield


def _end_fin(t):
    t.send(t.said, b"", FIN | ACK)
    yield (lambda: t.ended), 0.5
    t.send(t.said + 1, b"", ACK)


def _end_fin_reset(t):
    t.send(t.said, b"", FIN | ACK)
    yield never, 0.05
    t.send(t.said + 1, b"", RST)


def _end_reset_in_window(t):
    t.send(t.said + 300, b"", RST)
    yield never, 0.05
    t.send(t.said, b"", RST)


def _end_none(t):
    return
    yield


def _end_syn_then_reset(t):
    """A SYN in the middle of it, challenged, and the reset that the challenge asks for."""
    t.send(0, b"", SYN, seq=t.isn + NEW_ISN)
    yield never, 0.05
    t.send(t.said, b"", RST)


REUSES = {
    "after-reset": (opening(prologue=_earlier(_end_reset)), None),
    "after-fin": (opening(prologue=_earlier(_end_fin)), None),
    "after-fin-lower": (opening(prologue=_earlier(_end_fin, shift=-5000)), None),
    "after-fin-near": (opening(prologue=_earlier(_end_fin, shift=20000)), None),
    "after-fin-reset": (opening(prologue=_earlier(_end_fin_reset)), None),
    "after-reset-same-number": (opening(prologue=_earlier(_end_reset, shift=0)), None),
    "after-reset-near": (opening(prologue=_earlier(_end_reset, shift=5)), None),
    "after-reset-at-once": (opening(prologue=_earlier(_end_reset, gap=0)), None),
    "after-reset-in-window": (opening(prologue=_earlier(_end_reset_in_window)), None),
    "after-nothing": (opening(prologue=_earlier(_end_none)), None),
    "after-syn-and-reset": (opening(prologue=_earlier(_end_syn_then_reset)), None),
    "after-reset-unheard": (opening(prologue=_earlier(_end_reset, pause=0)), None),
}
