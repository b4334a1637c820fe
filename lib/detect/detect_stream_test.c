/* SPDX-License-Identifier: BSD-3-Clause */
#include "detect_toy.h"

static void
a_content_cut_in_two_is_found_once(void **state)
{
	use_rules("alert tcp any any -> any any (content:\"evil words\"; sid:1;)\n");
	chunk(GZ_SPAN("some ev"));
	assert_int_equal(alerts(1), 0);
	chunk(GZ_SPAN("il wor"));
	assert_int_equal(alerts(1), 0);
	chunk(GZ_SPAN("ds here"));
	assert_int_equal(alerts(1), 1);
	chunk(GZ_SPAN("and nothing more"));
	assert_int_equal(alerts(1), 1);
}

static void
byte_by_byte_is_no_hiding_place(void **state)
{
	const char *text = "GET /index.php?cmd=evil HTTP/1.1";
	uint32_t i;

	use_rules("alert tcp any any -> any any (content:\"GET\"; startswith; content:\"cmd=\"; distance:0; "
		  "content:\"evil\"; distance:0; within:4; sid:1;)\n");
	for (i = 0; text[i] != '\0'; i++)
		chunk(gz_span(text + i, 1));
	assert_int_equal(alerts(1), 1);
}

static void
what_comes_later_completes_a_match(void **state)
{
	use_rules("alert tcp any any -> any any (content:\"first-rare-part\"; fast_pattern; "
		  "content:\"second\"; distance:0; sid:1;)\n");
	chunk(GZ_SPAN("the first-rare-part is here"));
	chunk(GZ_SPAN("then something else"));
	assert_int_equal(alerts(1), 0);
	chunk(GZ_SPAN("and the second part"));
	assert_int_equal(alerts(1), 1);
	chunk(GZ_SPAN("and the second part again"));
	assert_int_equal(alerts(1), 1);
}

static void
what_has_left_the_window_is_forgotten(void **state)
{
	use_rules("alert tcp any any -> any any (content:\"first-rare-part\"; fast_pattern; "
		  "content:\"second\"; distance:0; sid:1;)\n");
	w.window = 20;
	chunk(GZ_SPAN("the first-rare-part"));
	chunk(GZ_SPAN("xxxxxxxxxxxxxxxxxxxx"));
	chunk(GZ_SPAN("xxxxxxxxxxxxxxxxxxxx"));
	chunk(GZ_SPAN("the second part"));
	assert_int_equal(alerts(1), 0);
}

static void
places_count_from_the_start_of_the_stream(void **state)
{
	use_rules("alert tcp any any -> any any (flow:only_stream; content:\"evil\"; offset:10; depth:4; sid:1;)\n"
		  "alert tcp any any -> any any (flow:only_stream; content:\"evil\"; depth:10; sid:2;)\n"
		  "alert tcp any any -> any any (flow:only_stream; content:\"evil\"; startswith; sid:3;)\n");
	chunk(GZ_SPAN("01234"));
	chunk(GZ_SPAN("56789e"));
	chunk(GZ_SPAN("vil"));
	chunk(GZ_SPAN("evil"));
	assert_int_equal(alerts(1), 1);
	assert_int_equal(alerts(2), 0);
	assert_int_equal(alerts(3), 0);
}

static void
a_place_may_be_meant_for_the_packet(void **state)
{
	struct gz_pkt *p;

	use_rules("alert tcp any any -> any any (content:\"evil\"; depth:4; sid:1;)\n"
		  "alert tcp any any -> any any (content:\"wicked\"; content:\"evil\"; depth:4; sid:2;)\n"
		  "alert tcp any any -> any any (content:\"evil\"; depth:9; sid:3;)\n"
		  "alert tcp any any -> any any (content:\"wicked\"; depth:9; sid:4;)\n");
	chunk(GZ_SPAN("good words first"));
	assert_int_equal(alerts(1), 0);
	/* The same bytes as chunk and as packet, as they come in order. */
	memcpy(w.stream + w.sent, "evil and wicked", 15);
	p = packet(GZ_C2S, GZ_SPAN("evil and wicked"));
	p->flags |= GZ_PKT_STREAM;
	gz_detect_flow(w.detect, p);
	gz_detect_chunk(w.detect, p,
			&(struct gz_chunk){ .data = w.stream + w.sent,
					.len = 15,
					.offset = w.sent,
					.before = (uint32_t)w.sent });
	gz_detect_packet(w.detect, p);
	gz_detect_finish(w.detect, p);
	assert_int_equal(alerts(1), 1);
	assert_int_equal(alerts(2), 1);
	assert_int_equal(alerts(3), 1);
	assert_int_equal(alerts(4), 0);
}

static void
found_in_stream_and_packet_is_one_match(void **state)
{
	struct gz_pkt *p;

	use_rules("alert tcp any any -> any any (content:\"evil\"; depth:4; sid:1;)\n");
	memcpy(w.stream, "evil", 4);
	p = packet(GZ_C2S, GZ_SPAN("evil"));
	p->flags |= GZ_PKT_STREAM;
	gz_detect_flow(w.detect, p);
	gz_detect_chunk(w.detect, p, &(struct gz_chunk){ .data = w.stream, .len = 4 });
	gz_detect_packet(w.detect, p);
	gz_detect_finish(w.detect, p);
	assert_int_equal(alerts(1), 1);
}

static void
rules_about_packets_do_not_see_the_stream(void **state)
{
	use_rules("alert tcp-pkt any any -> any any (content:\"evil\"; sid:1;)\n"
		  "alert tcp any any -> any any (flow:no_stream; content:\"evil\"; sid:2;)\n"
		  "alert tcp-stream any any -> any any (content:\"evil\"; sid:3;)\n");
	chunk(GZ_SPAN("evil"));
	assert_int_equal(alerts(1) + alerts(2), 0);
	assert_int_equal(alerts(3), 1);
	judge(GZ_C2S, "evil");
	assert_int_equal(alerts(1), 1);
	assert_int_equal(alerts(2), 1);
	assert_int_equal(alerts(3), 1);
}

static void
without_a_stream_packets_stand_for_it(void **state)
{
	use_rules("alert tcp any any -> any any (content:\"evil\"; sid:1;)\n");
	judge(GZ_C2S, "evil");
	assert_int_equal(alerts(1), 1);
}

/* flow:only_stream says so for every protocol, payload or not; the header's tcp-stream does not. */
static void
no_packet_stands_for_a_stream_that_is_asked_for(void **state)
{
	use_rules("alert tcp any any -> any any (flow:only_stream; content:\"evil\"; sid:1;)\n"
		  "alert tcp any any -> any any (flow:only_stream; sid:2;)\n"
		  "alert udp any any -> any any (flow:only_stream; content:\"evil\"; sid:3;)\n"
		  "alert tcp-stream any any -> any any (content:\"evil\"; sid:4;)\n");
	judge(GZ_C2S, "evil");
	assert_int_equal(alerts(1) + alerts(2) + alerts(3), 0);
	assert_int_equal(alerts(4), 1);
	chunk(GZ_SPAN("evil"));
	assert_int_equal(alerts(1), 1);
	new_flow(TOY_UDP);
	judge(GZ_C2S, "evil");
	assert_int_equal(alerts(3), 0);
}

static void
a_drop_in_the_stream_is_told_at_once(void **state)
{
	use_rules("drop tcp any any -> any any (content:\"evil\"; sid:1;)\n");
	assert_int_equal(chunk(GZ_SPAN("good")), GZ_PASS);
	assert_int_equal(chunk(GZ_SPAN("evil")), GZ_DROP);
	assert_int_equal(w.pkt.verdict, GZ_DROP);
	assert_true(w.flow.flags & GZ_FLOW_DROP);
	assert_true(w.blocked[0] || alerts(1) == 1);
}

static void
a_pass_by_port_comes_before_a_drop_in_the_stream(void **state)
{
	use_rules("pass tcp any any -> any 8000 (flow:to_server; sid:1;)\n"
		  "drop tcp any any -> any any (content:\"evil\"; sid:2;)\n");
	assert_int_equal(chunk(GZ_SPAN("evil")), GZ_PASS);
	assert_int_equal(w.pkt.verdict, GZ_PASS);
	assert_int_equal(alerts(2), 0);
}

static void
a_rule_waits_until_the_protocol_is_known(void **state)
{
	use_rules("alert toy any any -> any any (content:\"evil\"; sid:1;)\n");
	memset(&w.app, 0, sizeof(w.app));
	TAILQ_INIT(&w.app.txs);
	w.flow.app = &w.app;
	w.app.flow = &w.flow;
	chunk(GZ_SPAN("evil"));
	assert_int_equal(alerts(1), 0);
	w.app.proto = &toy;
	chunk(GZ_SPAN("more"));
	assert_int_equal(alerts(1), 1);
}

static void
expressions_wait_too(void **state)
{
	use_rules("alert tcp any any -> any any (content:\"begin-it\"; pcre:\"/begin-it[a-z]+END/\"; sid:1;)\n");
	chunk(GZ_SPAN("xx begin-itabc"));
	assert_int_equal(alerts(1), 0);
	chunk(GZ_SPAN("defEND"));
	assert_int_equal(alerts(1), 1);
}

static void
a_long_content_of_which_a_part_is_searched_for_waits_for_its_rest(void **state)
{
	const char *text = "x EXPLOIT-STRING x";
	uint32_t i;

	use_rules("alert tcp any any -> any any (content:\"EXPLOIT-STRING\"; sid:1;)\n");
	for (i = 0; text[i] != '\0'; i++)
		chunk(gz_span((const uint8_t *)text + i, 1));
	assert_int_equal(alerts(1), 1);
}

static void
no_more_wait_than_there_is_room_for(void **state)
{
	char text[16000] = "", rule[256];
	uint32_t i;

	for (i = 1; i <= 3 * DETECT_WAITING; i++) {
		snprintf(rule, sizeof(rule),
				"alert tcp any any -> any any (content:\"rare-start\"; fast_pattern; "
				"content:\"end %u\"; distance:0; sid:%u;)\n",
				i, i);
		strcat(text, rule);
	}
	use_rules(text);
	chunk(GZ_SPAN("rare-start"));
	for (i = 1; i <= 3 * DETECT_WAITING; i++) {
		snprintf(rule, sizeof(rule), "end %u;", i);
		chunk(gz_span_str(rule));
	}
	for (i = 1; i <= DETECT_WAITING; i++)
		assert_int_equal(alerts(i), 1);
	assert_true(gz_stat_sum((uint32_t)gz_stat_find("detect.waiting-full")) > 0);
}

/* ---- any cut of any stream gives the same answer ---- */

static uint64_t seed = 5;

static uint32_t
draw(uint32_t below)
{
	seed = seed * 6364136223846793005ULL + 1442695040888963407ULL;
	return (uint32_t)(seed >> 33) % below;
}

enum {
	RULES = 40,
	STREAM = 300,
	RULES_TEXT = 16000,
};

struct content {
	char text[8];
	uint32_t from, to; /* where it may start */
};

static void
draw_word(char *text, uint32_t most)
{
	uint32_t n = 1 + draw(most), i;

	for (i = 0; i < n; i++)
		text[i] = "abcd"[draw(4)];
	text[n] = '\0';
}

/* A rule of one content, and what it means. */
static void
draw_rule(char *rules, uint32_t sid, struct content *c)
{
	char option[64] = "";
	uint32_t offset, len;

	draw_word(c->text, 7);
	len = (uint32_t)strlen(c->text);
	c->from = 0;
	c->to = UINT32_MAX;
	offset = draw(30);
	switch (draw(4)) {
	case 0:
		snprintf(option, sizeof(option), "startswith; ");
		c->to = 0;
		break;
	case 1:
		snprintf(option, sizeof(option), "offset:%u; depth:%u; ", offset, len);
		c->from = c->to = offset;
		break;
	case 2:
		snprintf(option, sizeof(option), "offset:%u; depth:%u; ", offset, len + 20);
		c->from = offset;
		c->to = offset + 20;
		break;
	}
	snprintf(rules + strlen(rules), RULES_TEXT - strlen(rules),
			"alert tcp any any -> any any (flow:only_stream; content:\"%s\"; %ssid:%u;)\n",
			c->text, option, sid);
}

static bool
is_in(const struct content *c, const char *stream, uint32_t len)
{
	uint32_t at, n = (uint32_t)strlen(c->text);

	for (at = c->from; at + n <= len && at <= c->to; at++)
		if (memcmp(stream + at, c->text, n) == 0)
			return true;
	return false;
}

/* Send it cut anywhere; tell which rules alerted. */
static void
send_cut(const char *stream, uint32_t len, bool *told)
{
	uint32_t at, n, i;

	memset(told, 0, (RULES + 1) * sizeof(*told));
	for (at = 0; at < len; at += n) {
		n = RTE_MIN(1 + draw(draw(2) == 0 ? 3 : 60), len - at);
		forget();
		chunk(gz_span(stream + at, n));
		toy_drain();
		for (i = 0; i < w.nb_alerts; i++)
			told[w.sid[i]] = true;
	}
}

static void
how_a_stream_is_cut_changes_nothing(void **state)
{
	char rules[RULES_TEXT], stream[STREAM];
	struct content c[RULES];
	uint32_t round, i, hits = 0;
	bool told[RULES + 1];

	w.detect->alert_max = DETECT_MATCHES;
	for (round = 0; round < 60; round++) {
		rules[0] = '\0';
		for (i = 0; i < RULES; i++)
			draw_rule(rules, i + 1, &c[i]);
		use_rules(rules);
		for (i = 0; i < STREAM; i++)
			stream[i] = "abcdxyzw"[draw(8)];
		new_flow(TOY_TCP);
		w.window = 6; /* the longest content but one byte */
		send_cut(stream, STREAM, told);
		for (i = 0; i < RULES; i++) {
			assert_int_equal(told[i + 1], is_in(&c[i], stream, STREAM));
			hits += told[i + 1];
		}
	}
	assert_true(hits > 200);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		JUDGED(a_content_cut_in_two_is_found_once),
		JUDGED(byte_by_byte_is_no_hiding_place),
		JUDGED(what_comes_later_completes_a_match),
		JUDGED(what_has_left_the_window_is_forgotten),
		JUDGED(places_count_from_the_start_of_the_stream),
		JUDGED(a_place_may_be_meant_for_the_packet),
		JUDGED(found_in_stream_and_packet_is_one_match),
		JUDGED(rules_about_packets_do_not_see_the_stream),
		JUDGED(without_a_stream_packets_stand_for_it),
		JUDGED(no_packet_stands_for_a_stream_that_is_asked_for),
		JUDGED(a_drop_in_the_stream_is_told_at_once),
		JUDGED(a_pass_by_port_comes_before_a_drop_in_the_stream),
		JUDGED(a_rule_waits_until_the_protocol_is_known),
		JUDGED(expressions_wait_too),
		JUDGED(a_long_content_of_which_a_part_is_searched_for_waits_for_its_rest),
		JUDGED(no_more_wait_than_there_is_room_for),
		JUDGED(how_a_stream_is_cut_changes_nothing),
	};

	return cmocka_run_group_tests(tests, toy_start, toy_stop);
}
