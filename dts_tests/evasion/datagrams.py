# SPDX-License-Identifier: BSD-3-Clause
"""Datagrams: what IP and UDP alone can hide. DATAGRAMS: name -> (keywords of Talk.send, families,
why a wire that guards its servers differs from a bridge; None: it must not)."""

from evasion.carried import JUMBO, PADS
from evasion.decoys import NOBODY

DATAGRAMS = {
    "plain": ({}, "46", None),
    "no-sum": ({"sum": "zero"}, "46", None),
    "bad-sum": ({"sum": 0x5555}, "46", None),
    "length-0": ({"usize": 0}, "46", None),
    "length-7": ({"usize": 7}, "46", None),
    "length-less": ({"ulen": -6}, "46", None),
    "length-more": ({"ulen": 6}, "46", None),
    "length-0-trail": ({"usize": 0, "trail": b"J" * 20}, "46", None),
    "length-0-behind-header": ({"usize": 0, "chain": [(60, PADS)]}, "6", None),
    "length-0-jumbo": ({"usize": 0, "jumbo": True, "chain": [(0, PADS)]}, "6", JUMBO),
    "to-all": ({"mac": b"\xff" * 6}, "46", None),
    "to-many": ({"mac": b"\x01\0\x5e\0\0\x01"}, "46", None),
    "to-nobody": ({"mac": NOBODY}, "46", None),
}
TCP_ONLY = {"doff", "opts", "options", "flags", "win", "tsd", "nots", "tsecr", "signed", "ackd", "urg",
            "reserved", "proto", "frag", "sum"}


def suits(odd: dict) -> bool:
    """Is it of IP, and not of TCP?"""
    return not TCP_ONLY & set(odd)
