/* SPDX-License-Identifier: BSD-3-Clause */
#include "sig_toy.h"

static struct gz_sig *
sig_of(const char *header, const char *options)
{
	char text[1024];
	struct built b;

	snprintf(text, sizeof(text), "%s (%s sid:7;)", header, options);
	b = build_rule(text);
	if (b.sig == NULL)
		fail_msg("%s: %s", text, b.errors.v[0].text);
	gz_errors_clear(&b.errors);
	return b.sig;
}

static void
the_header_says_for_whom_a_rule_is(void **state)
{
	static const struct {
		const char *proto;
		uint8_t nb_l4, l4[2], version;
	} cases[] = {
		{ "ip", 0, { 0 }, 0 },
		{ "ipv4", 0, { 0 }, 4 },
		{ "ip6", 0, { 0 }, 6 },
		{ "tcp", 1, { 6 }, 0 },
		{ "udp", 1, { 17 }, 0 },
		{ "icmp", 2, { 1, 58 }, 0 },
		{ "icmpv6", 1, { 58 }, 6 },
		{ "sctp", 1, { 132 }, 0 },
		{ "one", 1, { 6 }, 0 },
		{ "two", 2, { 6, 17 }, 0 },
		{ "pkthdr", 0, { 0 }, 0 },
	};
	struct gz_addr home, other;
	struct gz_sig *s;
	char header[80];
	uint32_t i;

	for (i = 0; i < RTE_DIM(cases); i++) {
		snprintf(header, sizeof(header), "drop %s $HOME_NET any -> any [80,443]",
				cases[i].proto);
		s = sig_of(header, "msg:\"x\";");
		assert_int_equal(s->nb_l4, cases[i].nb_l4);
		assert_memory_equal(s->l4, cases[i].l4, cases[i].nb_l4);
		assert_int_equal(s->ip_version, cases[i].version);
		assert_int_equal(s->action, GZ_ACTION_DROP);
		assert_true(s->addr[1].any);
		assert_true(gz_portset_has(&s->port[1], 443));
		assert_false(s->port[1].any);
		home = gz_addr_v4("\x0a\0\0\1");
		other = gz_addr_v4("\1\0\0\1");
		assert_true(gz_addrset_has(&s->addr[0], &home));
		assert_false(gz_addrset_has(&s->addr[0], &other));
		gz_sig_destroy(s);
	}
}

static void
a_rule_knows_its_protocol_by_name_or_by_its_buffers(void **state)
{
	struct gz_sig *s = sig_of("alert one any any -> any any", "content:\"x\";");

	assert_ptr_equal(s->proto, &one_proto);
	assert_true(s->proto_by_name);
	gz_sig_destroy(s);
	s = sig_of("alert tcp any any -> any any", "one.ask; content:\"x\";");
	assert_ptr_equal(s->proto, &one_proto);
	assert_false(s->proto_by_name);
	assert_true(s->flags & GZ_SIG_APP);
	assert_false(s->flags & GZ_SIG_PAYLOAD);
	gz_sig_destroy(s);
	s = sig_of("alert tcp any any -> any any", "both.data; content:\"x\";");
	assert_null(s->proto); /* either */
	gz_sig_destroy(s);
	s = sig_of("alert tcp any any -> any any",
			"both.data; content:\"x\"; two.any; content:\"y\";");
	assert_ptr_equal(s->proto, &two_proto);
	gz_sig_destroy(s);
	s = sig_of("alert tcp any any -> any any", "app-layer-event:two.too_long;");
	assert_ptr_equal(s->proto, &two_proto);
	assert_non_null(s->tx);
	gz_sig_destroy(s);
}

static void
a_rule_gets_the_direction_of_its_buffers(void **state)
{
	struct gz_sig *s = sig_of("alert tcp any any -> any any", "one.ask; content:\"x\";");

	assert_true(s->flags & GZ_SIG_TO_SERVER);
	gz_sig_destroy(s);
	s = sig_of("alert tcp any any -> any any", "one_answer_old; content:\"x\";");
	assert_true(s->flags & GZ_SIG_TO_CLIENT);
	gz_sig_destroy(s);
	s = sig_of("alert one any any -> any any", "both.data; content:\"x\";");
	assert_false(s->flags & (GZ_SIG_TO_SERVER | GZ_SIG_TO_CLIENT));
	gz_sig_destroy(s);
	s = sig_of("alert two any any -> any any", "both.data; content:\"x\";");
	assert_true(s->flags & GZ_SIG_TO_CLIENT); /* there it goes one way only */
	gz_sig_destroy(s);
}

static void
a_buffer_named_again_goes_on_unless_it_has_many_values(void **state)
{
	struct gz_sig *s = sig_of("alert tcp any any -> any any",
			"one.ask; content:\"a\"; one.many; content:\"b\"; one.ask; content:\"c\"; "
			"distance:0; one.many; content:\"d\"; one.ask; dotprefix; content:\"e\"; "
			"one.ask; dotprefix; content:\"f\";");
	const struct gz_sig_buffer *buf = s->buffers;
	uint32_t n = 0;

	assert_string_equal(buf->field->name, "one.ask");
	assert_non_null(buf->first->next);
	assert_null(buf->first->next->next);
	for (; buf != NULL; buf = buf->next)
		n++;
	assert_int_equal(n, 4); /* ask, many, many, ask with its transform */
	gz_sig_destroy(s);
}

static void
a_modifier_moves_the_content_before(void **state)
{
	struct gz_sig *s = sig_of("alert tcp any any -> any any",
			"content:\"a\"; one_ask; nocase; content:\"b\"; one_ask; within:5; "
			"content:\"c\"; fast_pattern;");
	const struct gz_sig_buffer *payload = s->buffers, *ask = s->buffers->next;

	if (payload->field != NULL) {
		ask = s->buffers;
		payload = s->buffers->next;
	}
	assert_string_equal(ask->field->name, "one.ask");
	assert_true(gz_match_content(ask->first)->literal->nocase);
	assert_true(ask->first->next->flags & GZ_MATCH_RELATIVE);
	assert_memory_equal(gz_match_content(payload->first)->literal->p, "c", 1);
	assert_ptr_equal(s->fast_buffer, payload);
	assert_true(s->flags & GZ_SIG_PAYLOAD);
	gz_sig_destroy(s);
}

static void
a_relative_match_follows_the_content_that_was_moved(void **state)
{
	struct gz_sig *s = sig_of("alert tcp any any -> any any",
			"content:\"a\"; one_ask; isdataat:!1,relative; byte_test:1,>,5,0;");
	const struct gz_sig_buffer *ask = s->buffers, *payload = s->buffers->next;

	if (ask->field == NULL) {
		ask = s->buffers->next;
		payload = s->buffers;
	}
	assert_string_equal(ask->first->next->kw->reg.name, "isdataat");
	assert_string_equal(payload->first->kw->reg.name, "byte_test");
	gz_sig_destroy(s);
	s = sig_of("alert tcp any any -> any any",
			"content:\"a\"; one_ask; pkt_data; content:\"b\"; isdataat:1,relative;");
	payload = s->buffers->field == NULL ? s->buffers : s->buffers->next;
	assert_string_equal(payload->first->next->kw->reg.name, "isdataat");
	gz_sig_destroy(s);
}

static void
a_transform_behind_a_content_starts_the_buffer_anew(void **state)
{
	struct gz_sig *s = sig_of("alert tcp any any -> any any",
			"one.ask; content:\"a\"; dotprefix; content:\"b\"; to_md5; content:\"c\";");
	const struct gz_sig_buffer *plain = s->buffers, *dotted = plain->next, *both = dotted->next;

	assert_int_equal(plain->nb_transforms, 0);
	assert_int_equal(dotted->nb_transforms, 1);
	assert_int_equal(both->nb_transforms, 2);
	assert_string_equal(both->transforms[1]->reg.name, "to_md5");
	assert_ptr_equal(both->field, plain->field);
	assert_null(both->next);
	gz_sig_destroy(s);
}

static void
the_payload_is_of_packets_or_of_the_stream(void **state)
{
	static const struct {
		const char *proto, *options;
		uint32_t flags;
	} cases[] = {
		{ "tcp", "content:\"a\";", GZ_SIG_STREAM_ONLY },
		{ "tcp", "content:\"a\"; offset:1;", 0 },
		{ "tcp", "content:\"a\"; startswith;", 0 },
		{ "tcp", "content:\"a\"; dsize:>3;", GZ_SIG_NO_STREAM },
		{ "tcp", "content:\"a\"; flags:A;", GZ_SIG_NO_STREAM },
		{ "tcp", "content:\"a\"; flow:established,only_stream; depth:4;",
				GZ_SIG_STREAM_ONLY },
		{ "tcp", "content:\"a\"; flow:no_stream;", GZ_SIG_NO_STREAM },
		{ "tcp-pkt", "content:\"a\";", GZ_SIG_NO_STREAM },
		{ "tcp-stream", "content:\"a\"; depth:4;", GZ_SIG_STREAM_ONLY },
		{ "udp", "content:\"a\";", 0 },
		{ "ip", "content:\"a\";", GZ_SIG_STREAM_ONLY },
	};
	uint32_t i, both = GZ_SIG_STREAM_ONLY | GZ_SIG_NO_STREAM;
	struct gz_sig *s;
	char header[64];

	for (i = 0; i < RTE_DIM(cases); i++) {
		snprintf(header, sizeof(header), "alert %s any any -> any any", cases[i].proto);
		s = sig_of(header, cases[i].options);
		if ((s->flags & both) != cases[i].flags)
			fail_msg("%s %s", cases[i].proto, cases[i].options);
		assert_true(s->flags & GZ_SIG_PAYLOAD);
		gz_sig_destroy(s);
	}
}

static void
addresses_alone_make_an_ip_only_rule(void **state)
{
	struct gz_sig *s = sig_of("alert ip 1.2.3.4 any -> any any",
			"msg:\"x\"; threshold:type limit, "
			"track by_src, count 1, seconds 60;");

	assert_true(s->flags & GZ_SIG_IP_ONLY);
	gz_sig_destroy(s);
	s = sig_of("alert tcp any 1000 -> any any", "msg:\"x\";");
	assert_true(s->flags & GZ_SIG_IP_ONLY);
	gz_sig_destroy(s);
	s = sig_of("alert tcp any any -> any any", "flow:to_server;");
	assert_false(s->flags & GZ_SIG_IP_ONLY);
	gz_sig_destroy(s);
	s = sig_of("alert ip any any -> any any", "flowbits:isset,a; flowbits:set,b;");
	assert_true(s->flags & GZ_SIG_IP_ONLY);
	gz_sig_destroy(s);
	s = sig_of("alert ip any any -> any any", "ip_proto:!6;");
	assert_true(s->flags & GZ_SIG_IP_ONLY);
	gz_sig_destroy(s);
	s = sig_of("alert arp any any -> any any", "msg:\"x\";");
	assert_false(s->flags & GZ_SIG_IP_ONLY);
	gz_sig_destroy(s);
	s = sig_of("alert tcp any any -> any any", "ttl:5;");
	assert_false(s->flags & GZ_SIG_IP_ONLY);
	gz_sig_destroy(s);
	s = sig_of("alert one any any -> any any", "msg:\"x\";");
	assert_false(s->flags & GZ_SIG_IP_ONLY);
	gz_sig_destroy(s);
}

static void
eve_gets_what_the_rule_says_of_itself(void **state)
{
	struct gz_sig *s = sig_of("alert tcp any any -> any any",
			"msg:\"say \\\"x\\\"\\; y\"; classtype:web-application-attack; rev:3; gid:2; "
			"reference:cve,2021-44228; reference:url,example.org/a; "
			"metadata:zz 1, aa x y, bb 2; metadata:zz 3, word, Cc 4; target:dest_ip;");

	assert_string_equal(s->eve,
			"\"gid\":2,\"signature_id\":7,\"rev\":3,\"signature\":\"say "
			"\\\"x\\\"; y\",\"category\":\"Web Application Attack\","
			"\"severity\":1");
	assert_int_equal(s->eve_len, strlen(s->eve));
	assert_string_equal(s->eve_meta,
			"\"metadata\":{\"aa\":[\"x y\"],\"bb\":[\"2\"],\"Cc\":[\"4\"],"
			"\"zz\":[\"3\",\"1\"]}");
	assert_int_equal(s->eve_meta_len, strlen(s->eve_meta));
	assert_string_equal(s->msg, "say \"x\"; y");
	assert_string_equal(s->classtype, "web-application-attack");
	assert_string_equal(s->references[0], "cve,2021-44228");
	assert_string_equal(s->references[1], "url,example.org/a");
	assert_null(s->references[2]);
	assert_string_equal(s->metadata[3], "zz 3");
	assert_int_equal(s->target, 2);
	assert_int_equal(s->priority, 1);
	gz_sig_destroy(s);
	s = sig_of("alert tcp any any -> any any", "priority:2; classtype:trojan-activity;");
	assert_int_equal(s->priority, 2);
	assert_null(s->eve_meta);
	gz_sig_destroy(s);
}

static void
an_unknown_class_is_told_and_the_rule_holds(void **state)
{
	struct built b = build_rule(
			"alert ip any any -> any any (classtype:trojan-activty; sid:1;)");
	char line[200];

	assert_non_null(b.sig);
	assert_int_equal(b.sig->priority, 3);
	assert_int_equal(b.errors.warnings, 1);
	gz_error_format(&b.errors.v[0], line, sizeof(line));
	assert_string_equal(line,
			"t:1:40: warning: unknown classtype \"trojan-activty\": did you mean "
			"\"trojan-activity\"?");
	gz_errors_clear(&b.errors);
	gz_sig_destroy(b.sig);
}

/** Does the rule's transaction match hold for these numbers? */
static bool
count_matches(const char *options, uint64_t a, uint64_t b)
{
	struct gz_sig *s = sig_of("alert tcp any any -> any any", options);
	struct gz_tx tx = { .proto = &two_proto, .complete = { true, true } };
	struct gz_eval e;
	bool yes;

	assert_ptr_equal(s->proto, &two_proto);
	assert_true(s->flags & GZ_SIG_TO_SERVER);
	counts[0] = a;
	counts[1] = b;
	nb_counts = 2;
	eval_init(&e, s);
	e.tx = &tx;
	yes = gz_eval_all(&e, s->tx);
	gz_sig_destroy(s);
	return yes;
}

static void
a_field_of_numbers_is_a_keyword_that_compares(void **state)
{
	assert_true(count_matches("two.count:5;", 1, 5));
	assert_false(count_matches("two.count:5;", 1, 6));
	assert_true(count_matches("two_count:>5;", 1, 6));
	assert_true(count_matches("two.count:few;", 2, 6));
	assert_true(count_matches("two.count:many,few;", 7, 100));
	assert_true(count_matches("two.count:few|many;", 7, 100));
	assert_true(count_matches("two.count:!few;", 2, 100)); /* one of them is not */
	assert_false(count_matches("two.count:!few;", 2, 2));
	assert_rule_refused("alert tcp any any -> any any (two.count:x; sid:1;)",
			"t:1:41: two.count: expected a number or one of few, many",
			"bad option: two.count");
	assert_rule_refused("alert one any any -> any any (two.count:1; sid:1;)",
			"t:1:41: two.count: this is about a protocol that the rule rules out",
			"bad option: two.count");
	assert_rule_refused("alert tcp any any -> any any (two.count; sid:1;)",
			"t:1:31: two.count: needs a value: two.count:[<|>|<=|>=|!]<number>[,...]",
			"bad option: two.count");
}

static void
bits_are_told_by_their_names(void **state)
{
	assert_true(count_matches("two.bits:low;", 0x41, 0x41));
	assert_false(count_matches("two.bits:low,high;", 0x41, 0x41));
	assert_true(count_matches("two.bits:low, !high;", 0x41, 0x41));
	assert_false(count_matches("two.bits:!low;", 0x41, 0x41));
	assert_true(count_matches("two.bits:0x41;", 0x41, 0x41));
	assert_true(count_matches("two.bits:&0x40=0x40;", 0x41, 0x41));
	assert_rule_refused("alert tcp any any -> any any (two.bits:low,x; sid:1;)",
			"t:1:44: two.bits: expected a number or one of low, high",
			"bad option: two.bits");
}

static void
of_many_numbers_a_rule_says_which_count(void **state)
{
	assert_true(count_matches("two.counts:5;", 1, 5));
	assert_true(count_matches("two.counts:5,any;", 1, 5));
	assert_false(count_matches("two.counts:5,all;", 1, 5));
	assert_true(count_matches("two.counts:<6,all;", 1, 5));
	assert_true(count_matches("two.counts:5,1;", 1, 5));
	assert_false(count_matches("two.counts:5,0;", 1, 5));
	assert_true(count_matches("two.counts:5,-1;", 1, 5));
	assert_false(count_matches("two.counts:5,2;", 1, 5));
	assert_true(count_matches("two.counts:5,oob_or 2;", 1, 5));
	assert_true(count_matches("two.counts:5,nb>1;", 5, 5));
	assert_false(count_matches("two.counts:5,nb>1;", 1, 5));
	assert_true(count_matches("two.counts:count 2;", 1, 5));
	assert_false(count_matches("two.counts:count >2;", 1, 5));
	assert_false(count_matches("two.counts:5,any,0:1;", 1, 5));
	assert_true(count_matches("two.counts:few,any,-1:2;", 1, 2));
	assert_true(count_matches("two.counts:5,or_absent,0:0;", 1, 2));
	assert_true(count_matches("two.counts:5,all_or_absent,7:9;", 1, 2));
	assert_rule_refused("alert tcp any any -> any any (two.counts:5,foo; sid:1;)",
			"t:1:44: two.counts: expected any, all, all_or_absent, or_absent, nb and a "
			"comparison, or an index",
			"bad option: two.counts");
	assert_rule_refused("alert tcp any any -> any any (two.counts:5,any,3; sid:1;)",
			"t:1:48: two.counts: expected a slice: 2:4", "bad option: two.counts");
}

/** While more may come, what that could undo does not hold yet. */
static void
of_numbers_that_still_come_only_what_lasts_holds(void **state)
{
	static const struct {
		const char *options;
		bool yes;
	} v[] = {
		{ "two.counts:5;", true },
		{ "two.counts:5,all;", false },
		{ "two.counts:5,or_absent;", true },
		{ "two.counts:5,oob_or 2;", false },
		{ "two.counts:5,nb>1;", true },
		{ "two.counts:5,nb<3;", false },
		{ "two.counts:count>1;", true },
		{ "two.counts:count 2;", false },
	};
	struct gz_tx tx = { .proto = &two_proto };
	struct gz_eval e;
	uint32_t i;

	counts[0] = counts[1] = 5;
	nb_counts = 2;
	for (i = 0; i < RTE_DIM(v); i++) {
		struct gz_sig *s = sig_of("alert tcp any any -> any any", v[i].options);

		eval_init(&e, s);
		e.tx = &tx;
		if (gz_eval_all(&e, s->tx) != v[i].yes)
			fail_msg("%s", v[i].options);
		gz_sig_destroy(s);
	}
}

static void
what_a_rule_requires_may_be_here(void **state)
{
	gz_sig_destroy(sig_of("alert tcp any any -> any any", "requires:version >= 7.0.3;"));
	gz_sig_destroy(sig_of("alert tcp any any -> any any",
			"requires:version >= 9 | >= 7.0.3 < 8.1, keyword one.ask;"));
	gz_sig_destroy(sig_of("alert tcp any any -> any any",
			"requires:feature geoip, version >= 7.0.0;"));
}

static void
a_buffer_may_be_wanted_absent(void **state)
{
	struct gz_sig *s = sig_of("alert tcp any any -> any any", "one.ask; absent;");

	assert_true(s->buffers->absent);
	assert_null(s->buffers->first);
	gz_sig_destroy(s);
	s = sig_of("alert tcp any any -> any any", "one.ask; absent:or_else; content:\"x\";");
	assert_true(s->buffers->absent_or_else);
	assert_non_null(s->buffers->first);
	gz_sig_destroy(s);
}

static void
classes_can_be_added_by_a_file(void **state)
{
	char path[] = "/tmp/gz_sig_test.XXXXXX", setting[80];
	struct gz_errors errors = GZ_ERRORS_INIT;
	struct gz_conf *conf = gz_conf_create();
	const struct gz_classes *was = test_env.classes;
	int fd = mkstemp(path);
	struct gz_sig *s;

	dprintf(fd,
			"# mine\nconfig classification: my-class,My very own,4\n"
			"config classification: trojan-activity,Changed, 2\nnonsense\n");
	close(fd);
	snprintf(setting, sizeof(setting), "classification-file=%s", path);
	assert_int_equal(gz_conf_set(conf, setting, &errors), 0);
	test_env.classes = gz_classes_create(conf, &errors);
	assert_int_equal(errors.count, 1);
	assert_int_equal(errors.v[0].place.line, 4);
	s = sig_of("alert tcp any any -> any any", "classtype:my-class;");
	assert_int_equal(s->priority, 4);
	assert_non_null(strstr(s->eve, "My very own"));
	gz_sig_destroy(s);
	s = sig_of("alert tcp any any -> any any", "classtype:trojan-activity;");
	assert_int_equal(s->priority, 2);
	gz_sig_destroy(s);
	gz_classes_destroy((struct gz_classes *)(uintptr_t)test_env.classes);
	test_env.classes = was;
	gz_errors_clear(&errors);
	gz_conf_destroy(conf);
	unlink(path);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_header_says_for_whom_a_rule_is),
		cmocka_unit_test(a_rule_knows_its_protocol_by_name_or_by_its_buffers),
		cmocka_unit_test(a_rule_gets_the_direction_of_its_buffers),
		cmocka_unit_test(a_buffer_named_again_goes_on_unless_it_has_many_values),
		cmocka_unit_test(a_modifier_moves_the_content_before),
		cmocka_unit_test(a_relative_match_follows_the_content_that_was_moved),
		cmocka_unit_test(a_transform_behind_a_content_starts_the_buffer_anew),
		cmocka_unit_test(the_payload_is_of_packets_or_of_the_stream),
		cmocka_unit_test(addresses_alone_make_an_ip_only_rule),
		cmocka_unit_test(eve_gets_what_the_rule_says_of_itself),
		cmocka_unit_test(an_unknown_class_is_told_and_the_rule_holds),
		cmocka_unit_test(a_field_of_numbers_is_a_keyword_that_compares),
		cmocka_unit_test(bits_are_told_by_their_names),
		cmocka_unit_test(of_many_numbers_a_rule_says_which_count),
		cmocka_unit_test(of_numbers_that_still_come_only_what_lasts_holds),
		cmocka_unit_test(what_a_rule_requires_may_be_here),
		cmocka_unit_test(a_buffer_may_be_wanted_absent),
		cmocka_unit_test(classes_can_be_added_by_a_file),
	};

	return cmocka_run_group_tests(tests, keyword_setup, keyword_teardown);
}
