# SPDX-License-Identifier: BSD-3-Clause
"""Fragments whose rest comes late: before or after those that came first were given up.

LATE: name -> (pieces at first, pieces later, seconds between, why a wire that guards its servers
differs from a bridge; None: it must not). Server and wire wait as long for the rest: TIMEOUT.
"""

from evasion.fragments import OVERLAP, cut
from evasion.moves import JUNK
from evasion.talk import Pause, Seg

TIMEOUT = 3  # seconds: see Loop and TestSuite_evasion
SOON, LATER = 0.8, 3.9


def _pieces(payload):
    return cut(payload, 16)


def _false(payload):
    """Other bytes in all pieces but the last."""
    return [piece._replace(data=JUNK * len(piece.data)) for piece in _pieces(payload)[:-1]]


def _some(first, end):
    return lambda payload: _pieces(payload)[first:end]


LATE = {
    "rest-in-time": (_some(0, 2), _some(2, None), SOON, None),
    "first-in-time": (_some(1, None), _some(0, 1), SOON, None),
    "rest": (_some(0, 2), _some(2, None), LATER, None),
    "first": (_some(1, None), _some(0, 1), LATER, None),
    "last": (_some(0, -1), _some(-1, None), LATER, None),
    "whole": (_some(0, 2), _pieces, LATER, None),
    "whole-in-time": (_some(2, 3), _pieces, SOON, None),
    "other-bytes-before": (_false, _pieces, LATER, None),
    "other-bytes-before-in-time": (_false, _pieces, SOON, OVERLAP),
    "rest-after-other-bytes": (_false, _some(-1, None), LATER, None),
}


def late(name: str):
    """A move for a text in one segment."""
    before, after, seconds, _ = LATE[name]

    def move(plan, _):
        whole = plan[0]
        one = {"one": True, "df": False}
        return [Seg(whole.at, whole.data, odd={**one, "frag": before}, true=False),
                Pause(seconds), whole.but(odd={**one, "frag": after})]
    return move
