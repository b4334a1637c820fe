# SPDX-License-Identifier: BSD-3-Clause
"""Ways to cut a datagram in pieces. FRAGMENTS: name -> (what makes the pieces, of which families,
why a wire that guards its servers lets less through than a bridge; None: it must not)."""

from collections import namedtuple

Piece = namedtuple("Piece", "at more data odd", defaults=({},))
JUNK = b"J"
OVERLAP = "fragments that overlap are dropped (RFC 5722)"
TWICE = "a datagram whose fragments contradict each other is dropped whole"
BOGUS = "a fragment that can be of no datagram condemns its datagram"


HEAD = 40  # bytes of the first piece: it holds TCP's header with its options


def cut(payload: bytes, size: int, head: int = HEAD) -> list:
    """In order, `size` bytes each but the first."""
    starts = [0, *range(head, len(payload), size)]
    return [Piece(a, b < len(payload), payload[a:b])
            for a, b in zip(starts, [*starts[1:], len(payload)])]


def _junk(piece: Piece, **changed) -> Piece:
    piece = piece._replace(data=JUNK * len(piece.data))
    return piece._replace(**changed)


def _sized(size, head=HEAD):
    return lambda payload: cut(payload, size, head)


def _reversed(payload):
    return cut(payload, 8)[::-1]


def _tiny_reversed(payload):
    return cut(payload, 8, 8)[::-1]


def _odd_even(payload):
    pieces = cut(payload, 8)
    return pieces[1::2] + pieces[::2]


def _last_first(payload):
    pieces = cut(payload, 16)
    return pieces[-1:] + pieces[:-1]


def _first_last(payload):
    pieces = cut(payload, 16)
    return pieces[1:] + pieces[:1]


def _doubled(payload):
    return [p for piece in cut(payload, 16) for p in (piece, piece)]


def _doubled_then(payload):
    pieces = cut(payload, 16)
    return pieces[:-1] + pieces[:-1] + pieces[-1:]


def _whole_again(payload):
    return cut(payload, 16) * 2


def _other_before(payload):
    pieces = cut(payload, 16)
    return [_junk(p) for p in pieces[1:-1]] + pieces


def _other_after(payload):
    pieces = cut(payload, 16)
    return pieces[:-1] + [_junk(p) for p in pieces[1:-1]] + pieces[-1:]


def _other_last(payload):
    pieces = cut(payload, 16)
    return [_junk(pieces[-1])] + pieces


def _overlap(before: int, after: int, first: bool):
    """A false piece that reaches so many bytes before and after the second one."""
    def make(payload):
        pieces = cut(payload, 24)
        at = pieces[1].at - before
        false = Piece(at, True, JUNK * (len(pieces[1].data) + before + after))
        if first:
            return [false] + pieces
        return pieces[:1] + pieces[2:-1] + [false] + pieces[1:2] + pieces[-1:]
    return make


def _same_overlap(payload):
    pieces = cut(payload, 16)
    return pieces[:1] + [Piece(HEAD - 8, True, payload[HEAD - 8:HEAD + 16])] + pieces[1:]


def _hole(payload):
    """One piece is never sent: nothing arrives, whatever comes after."""
    pieces = cut(payload, 16)
    return pieces[:1] + pieces[2:]


def _sum_hole(payload):
    """Their lengths add up to the whole, but one overlaps and one is missing."""
    pieces = cut(payload, 16)
    return pieces[:1] + pieces[:1] + pieces[2:]


def _decoy_hole(payload):
    """A false datagram of another id that is never whole, in between."""
    pieces = cut(payload, 16)
    return [p for piece in pieces[:-1]
            for p in (_junk(piece, odd={"other": 7}), piece)] + pieces[-1:]


def _id_again(payload):
    """The same id once more, at once, for other bytes: the receiver refuses their sum."""
    pieces = cut(payload, 16)
    return pieces + [_junk(p) if p.at >= HEAD else p for p in pieces]


def _id_before(payload):
    pieces = cut(payload, 16)
    return [_junk(p) if p.at >= HEAD else p for p in pieces] + pieces


def _bad_sums(payload):
    return [p for piece in cut(payload, 16)
            for p in (_junk(piece, odd={"ipsum": 0x5555}), piece)]


def _two_ends(payload):
    pieces = cut(payload, 16)
    return [_junk(pieces[1], more=False)] + pieces


def _end_beyond(payload):
    pieces = cut(payload, 16)
    return pieces[:-1] + [Piece(pieces[-1].at + 64, False, JUNK * 8)] + pieces[-1:]


def _beyond_the_end(payload):
    pieces = cut(payload, 16)
    return pieces[-1:] + [Piece(pieces[-1].at + 64, True, JUNK * 8)] + pieces[:-1]


def _too_long(payload):
    """Ping of death: it would end after 65,535 bytes."""
    pieces = cut(payload, 16)
    return pieces[:1] + [Piece(65528, False, JUNK * 64)] + pieces[1:]


def _odd_length(payload):
    pieces = cut(payload, 16)
    return pieces[:1] + [Piece(pieces[1].at, True, JUNK * 13)] + pieces[1:]


def _empty(payload):
    pieces = cut(payload, 16)
    return pieces[:1] + [Piece(pieces[1].at, True, b"")] + pieces[1:]


def _empty_end(payload):
    pieces = cut(payload, 16)
    return pieces[:1] + [Piece(pieces[1].at, False, b"")] + pieces[1:]


def _other_proto(payload):
    """IPv4: the protocol is part of what makes fragments belong together."""
    pieces = cut(payload, 16)
    return [p for piece in pieces for p in (_junk(piece, odd={"proto": 17}), piece)]


def _other_ttl(payload):
    return [p._replace(odd={"ttl": 20 + n}) for n, p in enumerate(cut(payload, 16))]


def _evil(payload):
    return [p._replace(odd={"evil": True}) for p in cut(payload, 16)]


def _options(payload):
    """Options in the first fragment only, as those that are not copied are."""
    pieces = cut(payload, 16)
    return [pieces[0]._replace(odd={"ipopts": b"\x07\x07\x04\0\0\0\0"})] + pieces[1:]


def _atomic(payload):
    return [Piece(0, False, payload)]


def _atomic_between(payload):
    """IPv6: an atomic fragment of the same id stands alone (RFC 6946)."""
    pieces = cut(payload, 16)
    return pieces[:1] + [Piece(0, False, JUNK * len(payload))] + pieces[1:]


def _nested(payload):
    """IPv6: a fragment header within a fragment."""
    return [p._replace(odd={"after": [(44, b"\0\0\0\0\0\0\0\x09")]}) for p in cut(payload, 32)]


def _dest_before(payload):
    return [p._replace(odd={"chain": [(60, b"\0\0\x01\x04\0\0\0\0")]})
            for p in cut(payload, 16)]


def _hop_before(payload):
    return [p._replace(odd={"chain": [(0, b"\0\0\x01\x04\0\0\0\0")]}) for p in cut(payload, 16)]


def _dest_once(payload):
    """Extension headers in the first fragment only."""
    pieces = cut(payload, 16)
    return [pieces[0]._replace(odd={"chain": [(60, b"\0\0\x01\x04\0\0\0\0")]})] + pieces[1:]


def _dest_inside(payload):
    """Destination options as part of what is fragmented: the TCP header is in the second piece."""
    whole = b"\x06\0\x01\x04\0\0\0\0" + payload
    return [p._replace(odd={"proto": 60}) for p in cut(whole, 16, 48)]


def _dest_inside_tiny(payload):
    whole = b"\x06\0\x01\x04\0\0\0\0" + payload
    return [p._replace(odd={"proto": 60}) for p in cut(whole, 8, 8)]


def _other_next(payload):
    """Only the first fragment's next header counts."""
    pieces = cut(payload, 16)
    return pieces[:1] + [p._replace(odd={"proto": 17}) for p in pieces[1:]]


def _reserved(payload):
    return [p._replace(odd={"reserved6": 0xff}) for p in cut(payload, 16)]


HEADERS_CUT = "the first fragment must hold all headers (RFC 8200 section 4.5, RFC 1858)"

FRAGMENTS = {
    "eight": (_sized(8), "46", None),
    "sixteen": (_sized(16), "46", None),
    "twenty-four": (_sized(24), "46", None),
    "two": (_sized(4096), "46", None),
    "tiny": (_sized(8, 8), "46", HEADERS_CUT),
    "tiny-sixteen": (_sized(16, 16), "46", HEADERS_CUT),
    "tiny-ports": (_sized(64, 8), "46", HEADERS_CUT),
    "tiny-flags": (_sized(64, 16), "46", HEADERS_CUT),
    "tiny-options": (_sized(64, 24), "46", HEADERS_CUT),
    "tiny-reversed": (_tiny_reversed, "46", HEADERS_CUT),
    "reversed": (_reversed, "46", None),
    "odd-even": (_odd_even, "46", None),
    "last-first": (_last_first, "46", None),
    "first-last": (_first_last, "46", None),
    "doubled": (_doubled, "46", None),
    "doubled-then-last": (_doubled_then, "46", None),
    "whole-twice": (_whole_again, "46", None),
    "other-bytes-before": (_other_before, "46", OVERLAP),
    "other-bytes-after": (_other_after, "46", OVERLAP),
    "other-last-first": (_other_last, "46", OVERLAP),
    "overlap-before-first": (_overlap(8, 0, True), "46", OVERLAP),
    "overlap-after-first": (_overlap(0, 8, True), "46", OVERLAP),
    "overlap-around-first": (_overlap(8, 8, True), "46", OVERLAP),
    "overlap-inside-first": (_overlap(-8, -8, True), "46", OVERLAP),
    "overlap-before-later": (_overlap(8, 0, False), "46", OVERLAP),
    "overlap-after-later": (_overlap(0, 8, False), "46", OVERLAP),
    "overlap-around-later": (_overlap(8, 8, False), "46", OVERLAP),
    "overlap-inside-later": (_overlap(-8, -8, False), "46", OVERLAP),
    "overlap-same-bytes": (_same_overlap, "46", OVERLAP),
    "hole": (_hole, "46", None),
    "hole-in-the-sum": (_sum_hole, "46", None),
    "never-whole-between": (_decoy_hole, "46", None),
    "id-again": (_id_again, "46", None),
    "id-before": (_id_before, "46", None),
    "bad-ip-sums-between": (_bad_sums, "4", None),
    "two-ends": (_two_ends, "46", TWICE),
    "end-beyond": (_end_beyond, "46", TWICE),
    "beyond-the-end": (_beyond_the_end, "46", TWICE),
    "too-long": (_too_long, "46", BOGUS),
    "odd-length": (_odd_length, "46", BOGUS),
    "empty": (_empty, "46", BOGUS),
    "empty-end": (_empty_end, "46", BOGUS),
    "other-protocol": (_other_proto, "4", None),
    "other-ttl": (_other_ttl, "46", None),
    "evil-bit": (_evil, "4", None),
    "options-once": (_options, "4", None),
    "atomic": (_atomic, "6", None),
    "atomic-between": (_atomic_between, "6", None),
    "nested": (_nested, "6", "a fragment within a fragment is dropped"),
    "options-before": (_dest_before, "6", None),
    "hop-by-hop-before": (_hop_before, "6", None),
    "options-before-once": (_dest_once, "6", None),
    "options-inside": (_dest_inside, "6", None),
    "options-inside-tiny": (_dest_inside_tiny, "6", HEADERS_CUT),
    "other-next-header": (_other_next, "6", None),
    "reserved-bits": (_reserved, "6", None),
}
# why a datagram that is held is dropped: nobody knows of which connection it was
POLICIES = {policy for _, _, policy in FRAGMENTS.values() if policy}
