/* SPDX-License-Identifier: BSD-3-Clause */
#include "proto_feeder.h"

/*
 * Two toy protocols. "toy": the client says "TOY <word>\n" lines, the server
 * answers a line each; "TOY switch\n" goes over to whatever follows. "minor": the
 * same look, but asked later, and known by a port.
 */

struct toy_tx {
	struct gz_bytes word, answer;
	struct gz_body body;
};

struct toy_state {
	uint32_t lines;
	uint32_t searched; /* bytes looked at for a line's end */
};

static struct gz_tx *
oldest_open(struct gz_app *app)
{
	struct gz_tx *tx;

	TAILQ_FOREACH(tx, &app->txs, link) {
		if (!tx->complete[GZ_S2C])
			return tx;
	}
	return NULL;
}

static enum gz_parse
toy_line(struct gz_app *app, enum gz_dir dir, struct gz_span line)
{
	struct gz_tx *tx = dir == GZ_C2S ? gz_tx_new(app) : oldest_open(app);
	struct toy_state *s = app->state;
	struct toy_tx *t;

	s->lines++;
	if (tx == NULL || line.len < 4 || (dir == GZ_C2S && memcmp(line.p, "TOY ", 4) != 0))
		return GZ_PARSE_BROKEN;
	t = gz_tx_state(tx);
	line = gz_span(line.p + 4, line.len - 4);
	gz_bytes_add(app, dir == GZ_C2S ? &t->word : &t->answer, line, 1000);
	if (gz_span_equal(line, GZ_SPAN("odd")))
		gz_tx_event(tx, 0);
	gz_tx_progress(tx, dir, 1);
	gz_tx_complete(tx, dir);
	if (gz_span_equal(line, GZ_SPAN("done")))
		return GZ_PARSE_DONE;
	if (gz_span_equal(line, GZ_SPAN("switch")))
		gz_app_switch(app, NULL);
	return GZ_PARSE_OK;
}

static enum gz_parse
toy_parse(struct gz_app *app, struct gz_input *in)
{
	struct toy_state *s = app->state;
	const uint8_t *nl;
	enum gz_parse r = GZ_PARSE_OK;

	while (r == GZ_PARSE_OK && !app->switching) {
		uint32_t from = RTE_MAX(in->seen, in->eaten);

		s->searched += in->len - from;
		nl = memchr(in->p + from, '\n', in->len - from);
		if (nl == NULL)
			break;
		r = toy_line(app, in->dir,
				gz_span(in->p + in->eaten, (uint32_t)(nl - in->p) - in->eaten));
		in->eaten = (uint32_t)(nl + 1 - in->p);
	}
	return r;
}

static void
toy_tx_free(struct gz_app *app, struct gz_tx *tx)
{
	struct toy_tx *t = gz_tx_state(tx);

	gz_bytes_free(app, &t->word);
	gz_bytes_free(app, &t->answer);
	gz_body_free(app, &t->body);
}

static bool
toy_get_word(struct gz_tx *tx, int dir, uint32_t index, struct gz_value *v)
{
	const struct toy_tx *t = gz_tx_state(tx);
	const struct gz_bytes *b = dir == GZ_C2S ? &t->word : &t->answer;

	if (index > 0 || b->len == 0)
		return false;
	*v = (struct gz_value){ b->p, b->len, 0, true };
	return true;
}

static void
toy_log(const struct gz_tx *tx, uint8_t when, uint32_t index, struct gz_json *j)
{
	const struct toy_tx *t = gz_tx_state(tx);

	gz_json_object(j, "toy");
	gz_json_bytes(j, "word", gz_bytes_span(&t->word));
	gz_json_bytes(j, "answer", gz_bytes_span(&t->answer));
	gz_json_object_end(j);
}

static const struct gz_proto_pattern toy_patterns[] = {
	{ .bytes = { (const uint8_t *)"TOY ", 4 }, .dir = GZ_C2S },
	{ .bytes = { (const uint8_t *)"toy ", 4 }, .dir = GZ_S2C, .nocase = true },
};
static const struct gz_field_row toy_fields[] = {
	{ .name = "toy.word",
			.get = toy_get_word,
			.flags = GZ_FIELD_C2S | GZ_FIELD_S2C,
			.progress = { 1, 1 } },
};
static const char *const toy_events[] = { "odd_word" };
GZ_EVENT_TYPE(toy_event, "toy", "what a toy says")
static struct gz_proto toy = {
	.reg = { .name = "toy" },
	.help = "a toy",
	.l4 = GZ_L4_TCP | GZ_L4_UDP,
	.patterns = toy_patterns,
	.nb_patterns = RTE_DIM(toy_patterns),
	.state_size = sizeof(struct toy_state),
	.tx_size = sizeof(struct toy_tx),
	.most_pending = 1000,
	.parse = toy_parse,
	.tx_free = toy_tx_free,
	.fields = toy_fields,
	.nb_fields = RTE_DIM(toy_fields),
	.events = toy_events,
	.nb_events = RTE_DIM(toy_events),
	.events_upper = true,
	.event = &toy_event,
	.log_when = GZ_LOG_BOTH,
	.log = toy_log,
};
GZ_PROTO_REGISTER(toy)

static enum gz_probe
minor_probe(enum gz_dir dir, struct gz_span first)
{
	if (first.len < 6)
		return memcmp(first.p, "TOY mi", first.len) == 0 ? GZ_PROBE_MAYBE : GZ_PROBE_NO;
	return memcmp(first.p, "TOY mi", 6) == 0 ? GZ_PROBE_SURE : GZ_PROBE_NO;
}

static struct gz_proto minor = {
	.reg = { .name = "minor" },
	.help = "looks like a toy",
	.l4 = GZ_L4_TCP,
	.ports = "7, 77",
	.probe = minor_probe,
	.state_size = sizeof(struct toy_state),
	.tx_size = sizeof(struct toy_tx),
	.parse = toy_parse,
	.tx_free = toy_tx_free,
};
GZ_PROTO_REGISTER(minor)

struct seen {
	struct gz_bytes all;
	char text[4096];
	uint32_t len;
};

/** What all transactions said, once each. */
static void
look(struct feeder *f, enum gz_dir dir)
{
	struct seen *seen = f->arg;
	struct gz_value v;
	struct gz_tx *tx;

	if (f->flow.app == NULL)
		return;
	TAILQ_FOREACH(tx, &f->flow.app->txs, link) {
		if (tx->changed[dir] && feeder_tx_value(tx, "toy.word", dir, 0, &v))
			seen->len += (uint32_t)snprintf(seen->text + seen->len,
					sizeof(seen->text) - seen->len, "%u:%c:%.*s ",
					(unsigned int)tx->id, dir == GZ_C2S ? '>' : '<', (int)v.len,
					v.p);
	}
}

static void
converse(struct feeder *f, uint32_t piece, struct seen *seen)
{
	memset(seen, 0, sizeof(*seen));
	feeder_init(f, IPPROTO_TCP, 999);
	f->piece = piece;
	f->look = look;
	f->arg = seen;
	feeder_say_str(f, GZ_C2S, "TOY one\nTOY odd\n");
	feeder_say_str(f, GZ_S2C, "Toy eins\nToy zwei\n");
	feeder_say_str(f, GZ_C2S, "TOY three\n");
	feeder_close(f);
	feeder_end(f);
}

static void
bytes_in_any_pieces_give_the_same_transactions(void **state)
{
	struct seen whole, cut;
	struct feeder f, g;
	uint32_t piece;

	converse(&f, 0, &whole);
	assert_string_equal(whole.text, "0:>:one 1:>:odd 0:<:eins 1:<:zwei 2:>:three ");
	assert_non_null(strstr(f.events, "toy 0 {\"toy\":{\"word\":\"one\",\"answer\":\"eins\"}}"));
	assert_non_null(strstr(f.events,
			"anomaly 1 {\"anomaly\":{\"app_proto\":\"toy\","
			"\"type\":\"applayer\",\"event\":\"ODD_WORD\","
			"\"layer\":\"proto_parser\"}}"));
	assert_non_null(strstr(f.events, "toy 2 {\"toy\":{\"word\":\"three\",\"answer\":\"\"}}"));
	for (piece = 1; piece < 20; piece++) {
		converse(&g, piece, &cut);
		assert_string_equal(cut.text, whole.text);
		assert_string_equal(g.events, f.events);
		feeder_fini(&g);
	}
	feeder_fini(&f);
}

static void
both_directions_are_recognised(void **state)
{
	struct feeder f;

	feeder_init(&f, IPPROTO_TCP, 999);
	assert_string_equal(gz_app_name(&f.flow), "unknown");
	feeder_say_str(&f, GZ_C2S, "TO");
	assert_string_equal(gz_app_name(&f.flow), "unknown");
	feeder_say_str(&f, GZ_C2S, "Y a\n");
	assert_string_equal(gz_app_name(&f.flow), "toy");
	assert_int_equal(f.flow.flags & GZ_FLOW_APP_DONE, 0);
	feeder_say_str(&f, GZ_S2C, "something else\n");
	assert_string_equal(gz_app_dir_name(&f.flow, GZ_S2C), "failed");
	assert_null(gz_app_dir_name(&f.flow, GZ_C2S));
	assert_int_not_equal(f.flow.flags & GZ_FLOW_APP_DONE, 0);
	feeder_fini(&f);
}

static void
the_second_direction_may_tell_for_both(void **state)
{
	struct seen seen = { .len = 0 };
	struct feeder f;

	feeder_init(&f, IPPROTO_TCP, 999);
	f.look = look;
	f.arg = &seen;
	feeder_say_str(&f, GZ_S2C, "hello\n");
	assert_string_equal(gz_app_name(&f.flow), "unknown");
	feeder_say_str(&f, GZ_C2S, "TOY a\n");
	/* What the server said first was no answer to anything. */
	assert_string_equal(gz_app_name(&f.flow), "toy");
	assert_true(f.flow.app->broken);
	feeder_fini(&f);
}

static void
an_unknown_protocol_fails_and_holds_nothing(void **state)
{
	struct feeder f;

	feeder_init(&f, IPPROTO_TCP, 999);
	feeder_say_str(&f, GZ_C2S, "what is this");
	feeder_say_str(&f, GZ_S2C, "nobody knows");
	assert_null(f.flow.app);
	assert_string_equal(gz_app_name(&f.flow), "failed");
	feeder_fini(&f);
}

static void
one_unknown_direction_is_kept_within_a_limit(void **state)
{
	static uint8_t much[20000];
	struct feeder f;

	feeder_init(&f, IPPROTO_TCP, 999);
	feeder_say(&f, GZ_C2S, gz_span(much, sizeof(much)));
	assert_string_equal(gz_app_name(&f.flow), "failed");
	assert_non_null(strstr(f.events, "APPLAYER_PROTO_DETECTION_SKIPPED"));
	feeder_fini(&f);
}

static void
a_port_goes_first_whatever_the_pieces(void **state)
{
	uint32_t piece;

	for (piece = 0; piece < 8; piece++) {
		struct feeder f;

		feeder_init(&f, IPPROTO_TCP, 77);
		f.piece = piece;
		feeder_say_str(&f, GZ_C2S, "TOY mix\n");
		assert_string_equal(gz_app_name(&f.flow), "minor");
		feeder_fini(&f);
		feeder_init(&f, IPPROTO_TCP, 77);
		f.piece = piece;
		feeder_say_str(&f, GZ_C2S, "TOY man\n");
		assert_string_equal(gz_app_name(&f.flow), "toy");
		feeder_fini(&f);
	}
}

static void
after_a_switch_the_rest_is_another_protocol(void **state)
{
	uint32_t piece;

	for (piece = 0; piece < 25; piece++) {
		struct seen seen = { .len = 0 };
		struct feeder f;

		feeder_init(&f, IPPROTO_TCP, 77);
		f.look = look;
		f.arg = &seen;
		f.piece = piece;
		feeder_say_str(&f, GZ_C2S, "TOY first\nTOY switch\nTOY milk\n");
		assert_string_equal(gz_app_name(&f.flow), "minor");
		assert_string_equal(gz_app_orig_name(&f.flow), "toy");
		assert_null(gz_app_expected_name(&f.flow));
		feeder_fini(&f);
	}
}

static void
a_parser_that_is_done_gets_no_more(void **state)
{
	struct feeder f;

	feeder_init(&f, IPPROTO_TCP, 999);
	feeder_say_str(&f, GZ_C2S, "TOY done\n");
	assert_true(f.flow.app->done);
	feeder_say_str(&f, GZ_C2S, "garbage\n");
	assert_false(f.failed);
	assert_string_equal(gz_app_name(&f.flow), "toy");
	feeder_fini(&f);
}

static void
more_than_a_parser_may_leave_breaks_it_off(void **state)
{
	static const uint8_t zeroes[1200];
	struct feeder f;

	feeder_init(&f, IPPROTO_TCP, 999);
	feeder_say_str(&f, GZ_C2S, "TOY ");
	feeder_say(&f, GZ_C2S, gz_span(zeroes, sizeof(zeroes)));
	assert_true(f.flow.app->broken);
	assert_true(f.failed);
	assert_int_equal(f.flow.app->pending[GZ_C2S].len, 0);
	feeder_fini(&f);
}

static void
bytes_are_not_searched_twice(void **state)
{
	struct toy_state *s;
	struct feeder f;
	uint32_t i;

	feeder_init(&f, IPPROTO_TCP, 999);
	feeder_say_str(&f, GZ_C2S, "TOY ");
	for (i = 0; i < 500; i++)
		feeder_say_str(&f, GZ_C2S, "x");
	s = f.flow.app->state;
	assert_int_equal(s->searched, 504);
	feeder_fini(&f);
}

static void
a_gap_breaks_off_a_parser_without_a_way_over_it(void **state)
{
	struct feeder f;

	feeder_init(&f, IPPROTO_TCP, 999);
	feeder_say_str(&f, GZ_C2S, "TOY a\n");
	feeder_gap(&f, GZ_C2S, 100);
	assert_true(f.flow.app->broken);
	feeder_fini(&f);
}

static void
transactions_are_limited(void **state)
{
	struct feeder f;
	uint32_t i;

	feeder_init(&f, IPPROTO_TCP, 999);
	for (i = 0; i < 600; i++)
		feeder_say_str(&f, GZ_C2S, "TOY a\n");
	assert_true(f.flow.app->broken);
	feeder_fini(&f);
}

static void
a_datagram_is_looked_at_by_itself(void **state)
{
	struct feeder f;

	feeder_init(&f, IPPROTO_UDP, 999);
	feeder_say_str(&f, GZ_C2S, "TO");
	feeder_say_str(&f, GZ_C2S, "Y a\n");
	assert_string_equal(gz_app_name(&f.flow), "failed"); /* so far */
	feeder_say_str(&f, GZ_C2S, "TOY a\n");
	assert_string_equal(gz_app_name(&f.flow), "toy");
	feeder_fini(&f);
}

static void
a_body_slides_when_it_was_judged(void **state)
{
	struct gz_body b = { .offset = 0 };
	static uint8_t part[1000];
	struct gz_value v;
	struct feeder f;
	uint32_t i;

	feeder_init(&f, IPPROTO_TCP, 999);
	feeder_say_str(&f, GZ_C2S, "TOY a\n");
	assert_false(gz_body_value(&b, &v));
	for (i = 0; i < 100; i++) {
		part[0] = (uint8_t)i;
		assert_true(gz_body_add(f.flow.app, &b, gz_span(part, 1000), 4000, 50500));
		if (i < 50) {
			assert_true(gz_body_value(&b, &v));
			assert_true(v.offset + v.len == (i + 1) * 1000);
			assert_true(v.len <= 10000);
			assert_int_equal(v.p[v.len - 1000], i);
			assert_false(v.complete);
		}
		gz_body_judged(&b);
	}
	assert_true(gz_body_value(&b, &v));
	assert_int_equal(v.offset + v.len, 50500);
	assert_true(v.complete);
	assert_int_equal(b.total, 100000);
	gz_body_free(f.flow.app, &b);
	feeder_fini(&f);
}

static void
names_find_their_numbers(void **state)
{
	gz_protos_seal();
	assert_ptr_equal(gz_proto_find("toy"), &toy);
	assert_null(gz_proto_find("to"));
	assert_ptr_equal(gz_proto_find("http1"), gz_proto_find("http"));
	assert_int_equal(gz_protos_named("http"),
			gz_protos_named("http1") | gz_protos_named("http2"));
	assert_int_equal(gz_protos_named("ssl"), gz_protos_named("tls"));
	assert_int_equal(gz_protos_named("to"), 0);
	assert_int_equal(gz_proto_event_find(&toy, "odd_word"), 0);
	assert_int_equal(gz_proto_event_find(&toy, "even_word"), -1);
	assert_int_equal(gz_app_oddity_find("applayer_unexpected_protocol"), GZ_APP_UNEXPECTED);
	assert_int_equal(gz_app_oddity_find("applayer_expected_protocol"), -1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bytes_in_any_pieces_give_the_same_transactions),
		cmocka_unit_test(both_directions_are_recognised),
		cmocka_unit_test(the_second_direction_may_tell_for_both),
		cmocka_unit_test(an_unknown_protocol_fails_and_holds_nothing),
		cmocka_unit_test(one_unknown_direction_is_kept_within_a_limit),
		cmocka_unit_test(a_port_goes_first_whatever_the_pieces),
		cmocka_unit_test(after_a_switch_the_rest_is_another_protocol),
		cmocka_unit_test(a_parser_that_is_done_gets_no_more),
		cmocka_unit_test(more_than_a_parser_may_leave_breaks_it_off),
		cmocka_unit_test(bytes_are_not_searched_twice),
		cmocka_unit_test(a_gap_breaks_off_a_parser_without_a_way_over_it),
		cmocka_unit_test(transactions_are_limited),
		cmocka_unit_test(a_datagram_is_looked_at_by_itself),
		cmocka_unit_test(a_body_slides_when_it_was_judged),
		cmocka_unit_test(names_find_their_numbers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
