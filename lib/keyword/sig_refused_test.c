/* SPDX-License-Identifier: BSD-3-Clause */
#include "sig_toy.h"

static const struct {
	const char *rule, *line, *reason;
} cases[] = {
	{ "alert foo any any -> any any (sid:1;)", "t:1:7: unknown protocol \"foo\"",
			"unknown protocol" },
	{ "alert template any any -> any any (sid:1;)",
			"t:1:7: protocol not supported yet: template",
			"protocol not supported yet: template" },
	{ "alert tcp any any -> any any (template.buffer:1; sid:1;)",
			"t:1:31: template.buffer: protocol not supported yet: template",
			"protocol not supported yet: template" },
	{ "alert tcp any any -> any any (frame:jabber.pdu; content:\"a\"; sid:1;)",
			"t:1:37: frame: protocol not supported yet: jabber",
			"protocol not supported yet: jabber" },
	{ "alert one any any -> any any (frame:head; content:\"a\"; sid:1;)",
			"t:1:37: frame: there is no frame \"head\", but: one.pdu, one.stream",
			"bad option: frame" },
	{ "alert tcp any any -> any any (frame:two.head; content:\"a\"; sid:1;)",
			"t:1:37: frame: there is no frame \"two.head\", but: two.stream",
			"bad option: frame" },
	{ "alert tcp any any -> any any (frame:pdu; content:\"a\"; sid:1;)",
			"t:1:37: frame: frame \"pdu\" needs its protocol: the rule's, or "
			"<protocol>.pdu",
			"bad option: frame" },
	{ "alert one any any -> any any (frame:pdu; content:\"a\"; one.ask; content:\"a\"; sid:1;)",
			"t:1:1: a rule about a frame looks into one kind of frames and nothing else",
			"frame with other buffers" },
	{ "alert two any any -> any any (frame:one.pdu; content:\"a\"; sid:1;)",
			"t:1:1: the rule's protocol has no such buffer: frame:one.pdu",
			"protocols contradict" },
	{ "alert tcp any any -> any any (luaxform:x.lua; content:\"a\"; sid:1;)",
			"t:1:31: luaxform: scripts are not run: say what the rule looks for by other "
			"keywords",
			"refused keyword: luaxform" },
	{ "alert tcp any any -> any any (imap.request; content:\"a\"; sid:1;)",
			"t:1:31: imap.request: IMAP is recognised, its commands are not read",
			"refused keyword: imap.request" },
	{ "alert tcp any any -> any any (flow.elephantine; sid:1;)",
			"t:1:31: unknown keyword \"flow.elephantine\"",
			"unknown keyword: flow.elephantine" },
	{ "alert tcp any any -> any any (mysql.command; content:\"a\"; sid:1;)",
			"t:1:31: mysql.command: protocol not supported yet: mysql",
			"protocol not supported yet: mysql" },
	{ "alert tcp any any -> any any (contnet:\"a\"; sid:1;)",
			"t:1:31: unknown keyword \"contnet\": did you mean \"content\"?",
			"unknown keyword: contnet" },
	{ "alert tcp any any -> any any (one.aks; content:\"a\"; sid:1;)",
			"t:1:31: unknown keyword \"one.aks\": did you mean \"one.ask\"?",
			"unknown keyword: one.aks" },
	{ "alert tcp any any -> any any (xyzzyplugh; sid:1;)",
			"t:1:31: unknown keyword \"xyzzyplugh\"", "unknown keyword: xyzzyplugh" },
	{ "alert tcp any any -> any any (content:\"a\";)", "t:1:1: a rule needs a sid", "no sid" },
	{ "alert tcp any any -> any any (sid:1; sid:2;)", "t:1:42: sid: a rule says this once",
			"bad option: sid" },
	{ "alert tcp any any -> any any (msg:x; sid:2;)", "t:1:35: msg: expected a text in quotes",
			"bad option: msg" },
	{ "alert tcp any any -> any any (one.ask; sid:1;)",
			"t:1:1: nothing is looked for in the buffer: one.ask", "empty buffer" },
	{ "alert tcp any any -> any any (one.ask; content:\"a\"; one.answer; content:\"b\"; "
	  "sid:1;)",
			"t:1:1: its parts are about different directions and can never match "
			"together",
			"directions contradict" },
	{ "alert tcp any any -> any any (flow:to_client; one.ask; content:\"a\"; sid:1;)",
			"t:1:1: its parts are about different directions and can never match "
			"together",
			"directions contradict" },
	{ "alert foo any any -> any any (xyzzy; requires:version >= 99; sid:1;)",
			"t:1:55: requires: wants a version other than 8.0",
			"bad option: requires" },
	{ "alert one any any => any any (one.ask; content:\"a\"; sid:1;)",
			"t:1:1: a rule with => asks something of both sides: else say ->",
			"not about both sides" },
	{ "alert one any any => any any (flow:to_server; one.ask; content:\"a\"; sid:1;)",
			"t:1:1: a rule with => is about both directions", "not about both sides" },
	{ "alert tcp any any => any any (content:\"a\"; sid:1;)",
			"t:1:1: a rule with => is about transactions only",
			"not about both sides" },
	{ "alert one any any => any any (one.ask: up; content:\"a\"; sid:1;)",
			"t:1:40: one.ask: expected to_server or to_client", "bad option: one.ask" },
	{ "alert two any any -> any any (one.ask; content:\"a\"; sid:1;)",
			"t:1:1: the rule's protocol has no such buffer: one.ask",
			"protocols contradict" },
	{ "alert tcp any any -> any any (one.ask; content:\"a\"; two.name; content:\"b\"; sid:1;)",
			"t:1:1: the rule's protocol has no such buffer: two.name",
			"protocols contradict" },
	{ "alert tcp any any -> any any (one.low; content:\"aB\"; sid:1;)",
			"t:1:1: a content with upper case can never match in: one.low",
			"upper case in a lower case buffer" },
	{ "alert tcp any any -> any any (one.ask; content:\"a\"; one_ask; sid:1;)",
			"t:1:53: one_ask: follows no content of the payload",
			"bad option: one_ask" },
	{ "alert tcp any any -> any any (content:\"a\"; dotprefix; sid:1;)",
			"t:1:44: dotprefix: follows no sticky buffer", "bad option: dotprefix" },
	{ "alert tcp any any -> any any (one.ask; xor:\"0g\"; content:\"a\"; sid:1;)",
			"t:1:44: xor: expected pairs of hexadecimal digits, or extract <bytes> "
			"<offset>, perhaps behind offset <n>",
			"bad option: xor" },
	{ "alert tcp any any -> any any (one.ask:1; content:\"a\"; sid:1;)",
			"t:1:39: one.ask: a sticky buffer takes no value", "bad option: one.ask" },
	{ "alert tcp any any -> any any (app-layer-event:two.foo; sid:1;)",
			"t:1:51: app-layer-event: unknown event of two",
			"bad option: app-layer-event" },
	{ "alert tcp any any -> any any (app-layer-event:two.too_lnog; sid:1;)",
			"t:1:51: app-layer-event: unknown event of two: did you mean "
			"\"too_long\"?",
			"bad option: app-layer-event" },
	{ "alert tcp any any -> any any (app-layer-protocol:template; sid:1;)",
			"t:1:50: app-layer-protocol: protocol not supported yet: template",
			"protocol not supported yet: template" },
	{ "alert tcp any any -> any any (flow:established,stateless; sid:1;)",
			"t:1:48: flow: stateless contradicts what stands before it",
			"bad option: flow" },
	{ "alert tcp any any -> any any (flow:estblished; sid:1;)",
			"t:1:36: flow: unknown word \"estblished\": expected established, "
			"not_established, stateless, to_server, to_client, from_server, "
			"from_client, only_stream, no_stream, only_frag or no_frag",
			"bad option: flow" },
	{ "alert tcp 1.2.3 any -> any any (sid:1;)",
			"t:1:11: \"1.2.3\" is no address: expected an address, a prefix, a "
			"range, a list in brackets, a variable or any",
			"address" },
	{ "alert tcp any any -> any any (requires:version >= 9; sid:1;)",
			"t:1:48: requires: wants a version other than 8.0",
			"bad option: requires" },
	{ "alert tcp any any -> any any (requires:keyword foo.bar; sid:1;)",
			"t:1:48: requires: wants the keyword foo.bar", "bad option: requires" },
	{ "alert tcp any any -> any any (requires:feature lua; sid:1;)",
			"t:1:48: requires: wants the feature lua", "bad option: requires" },
	{ "alert tcp any any -> any any (one.ask; content:\"a\"; absent; sid:1;)",
			"t:1:53: absent: stands before what is looked for in the buffer",
			"bad option: absent" },
};

static void
a_rule_that_cannot_be_honoured_is_refused_with_its_reason(void **state)
{
	uint32_t i;

	for (i = 0; i < RTE_DIM(cases); i++)
		assert_rule_refused(cases[i].rule, cases[i].line, cases[i].reason);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_rule_that_cannot_be_honoured_is_refused_with_its_reason),
	};

	return cmocka_run_group_tests(tests, keyword_setup, keyword_teardown);
}
