# SPDX-License-Identifier: BSD-3-Clause
"""Holes that were found in other engines over the years, by number (of CVE, or of the engine's
tracker), and the strategies that try them here."""

KNOWN = {
    "CVE-2025-59147": ("handshake-syn-other-after", "handshake-syn-many-after",
                       "handshake-syn-other-before-ack", "handshake-syn-reset-syn-other"),
    "CVE-2024-55629": ("urgent-one-tcp", "urgent-one-cut-tcp", "urgent-four-tcp",
                       "urgent-one-inline"),
    "CVE-2021-35063": ("handshake-ack-field-first", "handshake-syn-with-ack-number",
                       "handshake-no-ack-flag-first"),
    "3324": ("decoy-no-ack-but-number", "decoy-no-ack"),
    "3286": ("rst-old-timestamp-syn-sent", "fin-old-timestamp-syn-sent", "rst-ack-syn-sent"),
    "CVE-2021-37592": ("handshake-syn-fin-before", "fin-syn-in-the-middle", "fin-syn-open"),
    "CVE-2021-45098": ("rst-md5-in-the-middle", "rst-md5-open", "fin-md5-open"),
    "3522": ("fast-open-all", "fast-open-part", "fast-open-cookie"),
    "3844": ("reuse-after-reset", "reuse-after-fin", "reuse-after-reset-at-once",
             "reuse-after-nothing"),
    "1958": ("again-other-after", "later-other", "acked-then-other"),
    "1238": ("overlap-around-after-other", "overlap-around-after-other-beyond-gap"),
    "1365": ("overlap-left-before-other", "overlap-right-before-other-beyond-gap"),
    "6244": ("rst-with-data-open", "rst-with-data-in-the-middle"),
    "3328": ("decoy-option-too-long", "decoy-option-length-1", "decoy-source-route",
             "decoy-option-cut"),
    "CVE-2024-32867": ("fragments-hole-in-the-sum", "fragments-overlap-after-later",
                       "fragments-other-bytes-after"),
    "CVE-2024-37151": ("fragments-id-again", "fragments-id-before"),
    "CVE-2024-45796": ("fragments-too-long", "fragments-end-beyond", "fragments-beyond-the-end"),
    "2019": ("fragments-overlap-before-first", "fragments-overlap-before-later"),
    "2118": ("fragments-overlap-around-first", "fragments-overlap-around-later"),
    "1565": ("fragments-overlap-inside-first", "fragments-overlap-inside-later"),
    "6493": ("fragments-overlap-same-bytes", "fragments-doubled"),
    "4664": ("fragments-nested-v6", "fragments-atomic-v6", "fragments-options-inside-v6",
             "fragments-options-before-once-v6", "fragments-other-next-header-v6"),
    "bypass in a wrong direction": ("spoofed-ack-far-ahead-open", "spoofed-data-open",
                                    "spoofed-ack-then-other"),
    "split first bytes": ("cut-first-four", "cut-first-byte-http", "cut-bytes-http"),
}


def missing(names: set) -> list:
    """What no strategy tries any more."""
    return [(number, name) for number, tried in KNOWN.items()
            for name in tried if name not in names and f"handshake-{name}" not in names]
