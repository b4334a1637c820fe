# SPDX-License-Identifier: BSD-3-Clause
"""How what is said is cut, ordered and said twice. A move takes a plan and returns another."""

from evasion.frames import ACK, PSH, URG
from evasion.talk import Pause, Seg

JUNK = b"J"
FIRST_WINS = "the first version of a byte is the one that arrives"


def junk(seg: Seg, **changed) -> Seg:
    """Other bytes in its place."""
    changed.setdefault("true", False)
    return seg.but(data=JUNK * len(seg.data), **changed)


# ---- cutting: text -> plan ----

def sized(size: int):
    """Segments of so many bytes."""
    return lambda text, rnd: [Seg(at, text[at:at + size]) for at in range(0, len(text), size)]


def at_places(*places):
    """Cut at these offsets, from the end if negative."""
    def make(text, _):
        cuts = sorted({0, len(text), *(p % len(text) for p in places)})
        return [Seg(a, text[a:b]) for a, b in zip(cuts, cuts[1:])]
    return make


def at_random(text, rnd):
    """Cut anywhere."""
    cuts = sorted({0, len(text), *(rnd.randrange(len(text)) for _ in range(rnd.randrange(12)))})
    return [Seg(a, text[a:b]) for a, b in zip(cuts, cuts[1:])]


CUTS = {
    "whole": sized(1 << 16),
    "bytes": sized(1),
    "twos": sized(2),
    "threes": sized(3),
    "sevens": sized(7),
    "sixteens": sized(16),
    "halves": lambda text, rnd: at_places(len(text) // 2)(text, rnd),
    "first-byte": at_places(1),
    "last-byte": at_places(-1),
    "first-four": at_places(1, 2, 3, 4),
    "in-the-string": at_places(12, 13, 20),
    "around-the-string": at_places(5, 40),
}


# ---- order: plan -> plan ----

def _swapped(plan, _):
    plan = list(plan)
    for i in range(0, len(plan) - 1, 2):
        plan[i], plan[i + 1] = plan[i + 1], plan[i]
    return plan


def _shuffled(plan, rnd):
    return rnd.sample(plan, len(plan))


ORDERS = {
    "in-order": lambda plan, rnd: plan,
    "reversed": lambda plan, rnd: plan[::-1],
    "odd-even": lambda plan, rnd: plan[1::2] + plan[::2],
    "last-first": lambda plan, rnd: plan[-1:] + plan[:-1],
    "first-last": lambda plan, rnd: plan[1:] + plan[:1],
    "swapped": _swapped,
    "shuffled": _shuffled,
    "middle-out": lambda plan, rnd: plan[len(plan) // 2:] + plan[:len(plan) // 2][::-1],
}


# ---- said twice ----

def _segs(plan):
    return [i for i, step in enumerate(plan) if isinstance(step, Seg) and step.true]


def each(plan, change):
    """change(seg) -> segs, for every true segment."""
    return [new for step in plan
            for new in (change(step) if isinstance(step, Seg) and step.true else [step])]


def again(other: bool, before: bool):
    """Every segment twice, the second time (or the first) perhaps with other bytes."""
    def move(plan, _):
        def change(seg):
            copy = junk(seg) if other else seg.but(true=False)
            return [copy, seg] if before else [seg, copy]
        return each(plan, change)
    return move


def later(other: bool):
    """All once more when all was said."""
    return lambda plan, rnd: plan + [junk(plan[i]) if other else plan[i].but(true=False)
                                     for i in _segs(plan)]


def acked_then(other: bool):
    """All once more when all was acknowledged."""
    return lambda plan, rnd: plan + [Pause(0.3, True)] + later(other)(plan, rnd)[len(plan):]


REACHES = {  # how far a false segment reaches before and after a true one
    "same": (0, 0), "inside": (-2, -2), "inside-left": (0, -2), "inside-right": (-2, 0),
    "left": (3, 0), "right": (0, 3), "around": (3, 3), "partly-left": (3, -4),
    "partly-right": (-4, 3),
}


def overlap(reach, before: bool, other: bool, gap: bool):
    """A segment that overlaps the second of the plan; with `gap`, the first comes last of all."""
    left, right = REACHES[reach]

    def move(plan, _):
        where = _segs(plan)
        if len(where) < 2:
            return plan
        text = {}
        for i in where:
            text.update(enumerate(plan[i].data, plan[i].at))
        target = plan[where[1]]
        at, end = max(0, target.at - left), target.end + right
        if end <= at:
            return plan
        data = bytes(JUNK[0] if other else text.get(i, JUNK[0]) for i in range(at, end))
        false = Seg(at, data, true=False)
        place = where[1] if before else where[1] + 1
        plan = plan[:place] + [false] + plan[place:]
        if gap:
            first = plan.pop(where[0])
            plan.append(first)
        return plan
    return move


def random_overlaps(plan, rnd):
    """Here and there a stretch, of right or other bytes, before or after."""
    plan = list(plan)
    text = {}
    for i in _segs(plan):
        text.update(enumerate(plan[i].data, plan[i].at))
    most = max(text)
    for _ in range(rnd.randrange(1, 4)):
        at = rnd.randrange(most)
        end = min(most + 1 + rnd.randrange(4), at + rnd.choice((1, 2, 5, 10, 40)))
        other = rnd.random() < 0.7
        data = bytes(JUNK[0] if other else text.get(i, JUNK[0]) for i in range(at, end))
        plan.insert(rnd.randrange(len(plan) + 1), Seg(at, data, true=False))
    return plan


# ---- pauses ----

def paced(seconds: float):
    """So long between segments."""
    return lambda plan, rnd: [s for step in plan for s in (step, Pause(seconds))]


def lockstep(plan, _):
    """Each segment waits for the acknowledgement of those before."""
    return [s for step in plan for s in (step, Pause(0.2, True))]


# ---- urgent data: text -> plan ----

def urgent(cut, *places, style="pointer"):
    """Bytes that are not part of what is read, at these places, and segments that mark them."""
    def make(text, rnd):
        marks, said = [], bytearray()
        for at, byte in enumerate(text):
            if at in places:
                marks.append(len(said))
                said += b"U"
            said.append(byte)
        return [_mark(seg, marks, style) for seg in cut(bytes(said), rnd)]
    return make


def _mark(seg: Seg, marks: list, style: str) -> Seg:
    ahead = [m for m in marks if m >= seg.at]
    if not ahead or (style == "within" and ahead[0] >= seg.end):
        return seg
    mark = ahead[0]
    if style == "last":
        mark = [m for m in marks if seg.at <= m < seg.end][-1:] or [mark]
        mark = mark[0]
    return seg.but(flags=PSH | ACK | URG, odd={"urg": mark - seg.at + 1})
