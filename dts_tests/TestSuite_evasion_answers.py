# SPDX-License-Identifier: BSD-3-Clause
"""Nothing slips past on the way back either: a server attacks the client that asks it.

A server without a kernel plays the tricks of evasion/answers.py on a client with a real one, which
tells what its application received.

    pytest dts_tests/TestSuite_evasion_answers.py --random 20000 --seed 1
"""

from types import SimpleNamespace

from api.test import verify
from evasion.answers import combination, named
from evasion.loop import Loop
from evasion.play import Evasion
from framework.test_suite import func_test

LEAST = 1500  # strategies

WORD = 'content:"xp-ATTACK-string"'
RULES = f"""
drop tcp any any -> any 5006 (msg:"attack"; flow:to_client; {WORD}; sid:5006;)
drop http any any -> any 5007 (msg:"attack"; flow:to_client; http.stat_msg; {WORD}; sid:5007;)
drop http any any -> any 5008 (msg:"attack"; flow:to_client; file.data; {WORD}; sid:5008;)
drop udp any any -> any 5010 (msg:"attack"; flow:to_client; {WORD}; sid:5010;)
"""


class TestEvasionAnswers(Evasion):
    """Evasion in what servers answer, and what it costs the honest."""

    rules = RULES

    def draw(self, seed):
        """The combination of that seed."""
        return combination(seed)

    def set_up_suite(self):
        """Over a bridge first: who plays tricks stands where the server does."""
        turned = SimpleNamespace(client=self.testbed.server, server=self.testbed.client)
        self._set_up(Loop(turned), named(), "answers")

    @func_test
    def stop_named_strategies(self):
        """No named strategy brings the attack to the client's application.

        Steps:
            * Let a client ask; answer with the attack by each strategy, over IPv4 and IPv6.

        Verify:
            * The client's application received the attack 0 times.
        """
        verify(len(self.named) >= LEAST, "the table has lost its strategies")
        self._play_attacks(self.loop, self.named)

    @func_test
    def stop_combinations(self):
        """No combination of them does.

        Steps:
            * Draw --random combinations from --seed and answer with the attack by each.

        Verify:
            * The client's application received the attack 0 times.
        """
        self._play_attacks(self.loop, self._combinations())

    @func_test
    def let_twins_arrive(self):
        """Harmless answers in the same packets arrive as over a plain bridge.

        Steps:
            * Play the same with harmless words, over a bridge and through the appliance.

        Verify:
            * The application received the same, but for strategies whose oddity the policy drops
              or rewrites.
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
