# SPDX-License-Identifier: BSD-3-Clause
"""Nothing slips past: whenever an attack reaches a server's application, Gauze has judged it first.

A client without a kernel plays every trick of evasion/table.py on a real server, and combinations of
them drawn at random. The server tells what its application received. Each trick is played three
times: with harmless words over a plain bridge, with harmless words through the appliance, with the
attack through the appliance.

    pytest dts_tests/TestSuite_evasion.py --random 20000 --seed 1
"""

import random
import socket
import time

from api.test import log, verify
from evasion.carried import JUMBO
from evasion.fragments import POLICIES
from evasion.known import missing
from evasion.late import TIMEOUT
from evasion.loop import Loop
from evasion.table import combination, named
from framework.relay import Behind
from framework.test_suite import TestSuite, func_test

TAGS = (7, 9)
TRIES = 3  # for what depends on time: how quickly a server answers
SHOWN = 12
CALMS = 30  # looks
NAMELESS = POLICIES | {JUMBO}  # what is dropped before anybody has read its ports
SOME = 300  # combinations
TWICE = ("again-", "later-", "acked-", "overlap-", "decoy-", "spoofed-", "urgent-", "reuse-",
         "handshake-")
LARGE = {"policy": {"mode": "prevent"}, "port": {"mbufs": 32768},
         "defrag": {"datagrams": 65536, "fragments": 20000, "per-source": 65535,
                    "timeout": f"{TIMEOUT} s"},
         "anomaly": {"stream": True}}
PLAIN = 'drop tcp any any -> any {0} (msg:"attack"; content:"xp-ATTACK-string"; sid:{0};)\n'
RULES = "".join(PLAIN.format(port) for port in (5001, 5002, 5004)) + """
drop udp any any -> any 5005 (msg:"attack"; content:"xp-ATTACK-string"; sid:5005;)
drop tcp any 5003 <> any any (msg:"attack"; content:"xp-ATTACK-string"; sid:5003;)
drop http any any -> any 80 (msg:"attack"; http.uri; content:"xp-ATTACK-string"; sid:80;)
"""


def jobs(cases: list, attack: bool) -> list:
    """What Loop.run() takes: with the same name the same numbers are drawn."""
    return [(case, case.text(attack), case.name) for case in cases]


def told(found: list) -> str:
    """Some lines of what was found."""
    more = f"\n... and {len(found) - SHOWN} more" if len(found) > SHOWN else ""
    return "\n".join(str(line)[:400] for line in found[:SHOWN]) + more


class TestEvasion(TestSuite):
    """Evasion, and what it costs the honest."""

    config = LARGE
    rules = RULES

    def set_up_suite(self):
        """Draw the seed, play the harmless twins over a bridge, then start the appliance."""
        seed = self.options.seed
        self.seed = random.SystemRandom().randrange(1 << 32) if seed is None else seed
        self.named = named()
        print(f"evasion: {len(self.named)} named strategies, {self.options.random} combinations, "
              f"--seed {self.seed}")
        self.loop = Loop(self.testbed)
        with self.testbed.bridged():
            self.over_bridge = self.loop.run(jobs(self.named, False))
            self.random_over_bridge = self.loop.run(jobs(self._combinations(), False))
        arrived = sum(case.text(False) in got for case, got in zip(self.named, self.over_bridge))
        print(f"evasion: {arrived} named strategies bring their text over a bridge whole")
        self.gauze.start(self.config, self.rules)

    def tear_down_suite(self):
        """End the server."""
        self.loop.close()

    def _combinations(self):
        return [combination(f"{self.seed}-{n}") for n in range(self.options.random)]

    def _play_attacks(self, loop: Loop, cases: list) -> None:
        received = loop.run(jobs(cases, True))
        missed = [(case.name, got) for case, got in zip(cases, received) if case.reached(got)]
        log(f"{len(cases)} attacks, {len(missed)} reached the server")
        verify(not missed, f"{len(missed)} of {len(cases)} attacks reached the server's "
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

    @func_test
    def stop_named_strategies(self):
        """No named strategy brings the attack to the server's application.

        Steps:
            * Play each of the table's strategies with the attack, over IPv4 and IPv6.

        Verify:
            * The server's application received the attack 0 times.
        """
        verify(len(self.named) >= 200, "the table has lost its strategies")
        lost = missing({case.name for case in self.named})
        verify(not lost, f"holes known of other engines are not tried: {lost}")
        self._play_attacks(self.loop, self.named)

    @func_test
    def stop_combinations(self):
        """No combination of them does.

        Steps:
            * Draw --random combinations from --seed and play them with the attack.

        Verify:
            * The server's application received the attack 0 times.
        """
        self._play_attacks(self.loop, self._combinations())

    @func_test
    def let_twins_arrive(self):
        """Harmless words in the same packets arrive as over a plain bridge.

        Steps:
            * Play the same with harmless words, over a bridge and through the appliance.

        Verify:
            * The application received the same, but for strategies whose oddity the policy drops
              or rewrites: the table has the reason of each.
        """
        self._play_twins(self.loop, self.named, self.over_bridge)

    @func_test
    def let_combined_twins_arrive(self):
        """The same for combinations.

        Steps:
            * Play the combinations with harmless words, over a bridge and through the appliance.

        Verify:
            * The application received the same where no part of it is something that the policy
              drops or rewrites.
        """
        self._play_twins(self.loop, self._combinations(), self.random_over_bridge,
                         self._combinations)

    @func_test
    def stop_them_by_dropping(self):
        """Other versions of what was said are dropped, not rewritten, if the owner wants it.

        Steps:
            * Restart with tcp.overlap = drop; play the strategies that say things twice, and some
              combinations, with harmless words and with the attack.

        Verify:
            * The server's application received the attack 0 times, and harmless words as over a
              bridge but for what the policy drops.
            * Nothing was rewritten, and something was dropped for its other bytes.
        """
        chosen = [n for n, case in enumerate(self.named) if case.name.startswith(TWICE)]
        combined = self._combinations()[:SOME]
        self.gauze.restart({**LARGE, "tcp": {"overlap": "drop"}}, RULES)
        try:
            cases = [self.named[n] for n in chosen]
            self._play_attacks(self.loop, cases + combined)
            self._play_twins(self.loop, cases, [self.over_bridge[n] for n in chosen])
            verify(self.gauze.counter("tcp.rewritten") == 0, "something was rewritten")
            verify(self.gauze.drops("tcp-retransmit-differs") > 0, "nothing was dropped")
        finally:
            self.gauze.restart(self.config, self.rules)

    @func_test
    def stop_fragments_between_workers(self):
        """Fragments have no ports to go by: their datagram comes to the worker of its flow.

        Steps:
            * Restart with three workers; play the fragments' strategies, whose connections have
              whole segments too, with harmless words and with the attack.

        Verify:
            * The server's application received the attack 0 times, and harmless words as over a
              bridge.
        """
        chosen = [n for n, case in enumerate(self.named) if case.name.startswith(("fragments-", "late-"))]
        cases = [self.named[n] for n in chosen]
        self.gauze.restart({**LARGE, "worker": {"count": 3}}, RULES)
        try:
            self._play_attacks(self.loop, cases)
            self._play_twins(self.loop, cases, [self.over_bridge[n] for n in chosen])
        finally:
            self.gauze.restart(self.config, self.rules)

    @func_test
    def stop_them_behind_tags(self):
        """The same with VLAN tags, one and two.

        Steps:
            * Put the server behind a relay that takes tags off and puts them on; play the attacks
              with tagged frames, but for those that are about tags themselves.

        Verify:
            * The server's application received the attack 0 times, and harmless words arrive.
        """
        self.loop.close()
        cases = [case for case in self.named if "priority-tag" not in case.name]
        for tags in (TAGS[:1], TAGS):
            with Behind(self.testbed.server, tags=tags):
                loop = Loop(self.testbed, tags)
                self._play_attacks(loop, cases)
                plain = [case for case in self.named if case.name.startswith("cut-")]
                arrived = loop.run(jobs(plain, False))
                lost = [case.name for case, got in zip(plain, arrived)
                        if case.policy is None and case.text(False) not in got]
                verify(not lost, f"words did not arrive behind tags {tags}: {told(lost)}")
                loop.close()
        self.loop = Loop(self.testbed)
