# SPDX-License-Identifier: BSD-3-Clause
"""Nothing slips past: whenever an attack reaches a server's application, Gauze has judged it first.

A client without a kernel plays every trick of evasion/table.py on a real server, and combinations of
them drawn at random. The server tells what its application received. Each trick is played three
times: with harmless words over a plain bridge, with harmless words through the appliance, with the
attack through the appliance.

    pytest dts_tests/TestSuite_evasion.py --random 20000 --seed 1
"""

from api.test import verify
from evasion.draw import combination
from evasion.known import missing
from evasion.loop import Loop
from evasion.play import LARGE, Evasion, jobs, told
from evasion.table import named
from framework.relay import Behind
from framework.test_suite import func_test

TAGS = (7, 9)
SOME = 300  # combinations
TWICE = ("again-", "later-", "acked-", "overlap-", "decoy-", "spoofed-", "urgent-", "reuse-",
         "handshake-")
PLAIN = 'drop tcp any any -> any {0} (msg:"attack"; content:"xp-ATTACK-string"; sid:{0};)\n'
RULES = "".join(PLAIN.format(port) for port in (5001, 5002, 5004)) + """
drop udp any any -> any 5005 (msg:"attack"; content:"xp-ATTACK-string"; sid:5005;)
drop tcp any 5003 <> any any (msg:"attack"; content:"xp-ATTACK-string"; sid:5003;)
drop http any any -> any 80 (msg:"attack"; http.uri; content:"xp-ATTACK-string"; sid:80;)
"""


class TestEvasion(Evasion):
    """Evasion, and what it costs the honest."""

    rules = RULES

    def draw(self, seed):
        """The combination of that seed."""
        return combination(seed)

    def set_up_suite(self):
        """Over a bridge first."""
        self._set_up(Loop(self.testbed), named(), "evasion")

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
