# SPDX-License-Identifier: BSD-3-Clause
"""Playing cases: an attack must not arrive, harmless words must, and how that is known."""

import random
import socket
import time

from api.test import log, verify
from evasion.case import NAMELESS
from evasion.late import TIMEOUT
from evasion.loop import Loop
from framework.test_suite import TestSuite

TRIES = 3  # for what depends on time: how quickly a server answers
SHOWN = 12
CALMS = 30  # looks
LARGE = {"policy": {"mode": "prevent"}, "port": {"mbufs": 32768},
         "defrag": {"datagrams": 65536, "fragments": 20000, "per-source": 65535,
                    "timeout": f"{TIMEOUT} s"},
         "anomaly": {"stream": True}}


def jobs(cases: list, attack: bool) -> list:
    """What Loop.run() takes: with the same name the same numbers are drawn."""
    return [(case, case.text(attack), case.name) for case in cases]


def told(found: list) -> str:
    """Some lines of what was found."""
    more = f"\n... and {len(found) - SHOWN} more" if len(found) > SHOWN else ""
    return "\n".join(str(line)[:400] for line in found[:SHOWN]) + more


class Evasion(TestSuite):
    """Cases played over a bridge and through the appliance."""

    config = LARGE

    def draw(self, seed):
        """The combination of that seed."""
        raise NotImplementedError

    def _set_up(self, loop: Loop, named: list, word: str) -> None:
        """Draw the seed, play the harmless twins over a bridge, then start the appliance."""
        seed = self.options.seed
        self.seed = random.SystemRandom().randrange(1 << 32) if seed is None else seed
        self.loop, self.named = loop, named
        print(f"{word}: {len(self.named)} named strategies, {self.options.random} combinations, "
              f"--seed {self.seed}")
        with self.testbed.bridged():
            self.over_bridge = self.loop.run(jobs(self.named, False))
            self.random_over_bridge = self.loop.run(jobs(self._combinations(), False))
        arrived = sum(case.text(False) in got for case, got in zip(self.named, self.over_bridge))
        print(f"{word}: {arrived} named strategies bring their text over a bridge whole")
        self.gauze.start(self.config, self.rules)

    def tear_down_suite(self):
        """End the server."""
        self.loop.close()

    def _combinations(self):
        return [self.draw(f"{self.seed}-{n}") for n in range(self.options.random)]

    def _play_attacks(self, loop: Loop, cases: list) -> None:
        received = loop.run(jobs(cases, True))
        missed = [(case.name, got) for case, got in zip(cases, received) if case.reached(got)]
        log(f"{len(cases)} attacks, {len(missed)} arrived")
        verify(not missed, f"{len(missed)} of {len(cases)} attacks reached an "
               f"application, --seed {self.seed}:\n{told(missed)}")
        running = self.gauze.process is not None and self.gauze.process.poll() is None
        verify(running, "gauze does not run")

    def _written(self) -> int:
        """Bytes of events, when no more come for a moment. Servers that nobody answers any more go on
        for long, so that it does not wait for ever."""
        sizes = [-1]
        for _ in range(CALMS):
            path = self.gauze.eve_path()
            sizes.append(path.stat().st_size if path.exists() else 0)
            if sizes[-1] == sizes[-2]:
                break
            time.sleep(0.3)
        return sizes[-1]

    def _noted(self, since: int) -> set:
        """(address, port) of the ends of whatever the appliance dropped, or told was odd."""
        self._written()
        found = set()
        for event in self.gauze.events("drop", since) + self.gauze.events("anomaly", since):
            for end in ("src", "dest"):
                if f"{end}_port" in event:
                    address = event[f"{end}_ip"]
                    family = socket.AF_INET6 if ":" in address else socket.AF_INET
                    found.add((socket.inet_pton(family, address), event[f"{end}_port"]))
        return found

    def _play_twins(self, loop: Loop, cases: list, bridged: list, again=None) -> None:
        """Harmless words arrive as over the bridge, but for what a case's policy says; and then the
        appliance must have said of this very connection that it dropped or met something odd."""
        left = list(range(len(cases)))
        for _ in range(TRIES):
            since = self._written()
            now = loop.run(jobs([cases[n] for n in left], False))
            noted = self._noted(since)
            left = [n for n, got, key in zip(left, now, loop.keys) if got != bridged[n]
                    and (cases[n].policy is None
                         or cases[n].policy not in NAMELESS and key not in noted)]
            if again:
                cases = again()
        differ = [(cases[n].name, cases[n].policy, "bridge", bridged[n]) for n in left]
        verify(not differ, f"{len(differ)} of {len(bridged)} harmless twins arrived otherwise "
               f"than over a bridge, --seed {self.seed}:\n{told(differ)}")
