/* SPDX-License-Identifier: BSD-3-Clause */
#include "detect_toy.h"

static struct gz_frames *frames;

/** The parser notes one. */
static void
note(uint8_t kind, uint64_t offset, uint64_t len)
{
	frames->v[frames->nb++] = (struct gz_frame){ .proto = &toy,
		.kind = kind,
		.offset = offset,
		.len = len,
		.id = ++frames->last_id,
		.tx_id = GZ_FRAME_NO_TX };
}

static int
fresh(void **state)
{
	toy_fresh(state);
	end_tx(new_tx()); /* the flow speaks toy */
	frames = calloc(1, sizeof(*frames) + GZ_FRAMES_MOST * sizeof(frames->v[0]));
	w.app.frames[GZ_C2S] = frames;
	w.flow.tcp = (struct gz_tcp_conn *)(uintptr_t)1;
	return 0;
}

static int
clean(void **state)
{
	free(frames);
	w.flow.app = NULL;
	return toy_clean(state);
}

/** The stream goes on with @p text. */
static struct gz_pkt *
come(const char *text)
{
	struct gz_pkt *p = packet(GZ_C2S, gz_span(NULL, 0));
	struct gz_chunk c = {
		.data = w.stream + w.sent,
		.len = (uint32_t)strlen(text),
		.offset = w.sent,
		.before = (uint32_t)RTE_MIN(w.sent, w.window),
		.dir = GZ_C2S,
	};

	memcpy(w.stream + w.sent, text, c.len);
	w.sent += c.len;
	assert_true(gz_detect_flow(w.detect, p));
	gz_detect_frames(w.detect, p, &c);
	gz_detect_finish(w.detect, p);
	return p;
}

static void
a_frame_is_searched_and_nothing_around_it(void **state)
{
	use_rules("alert tcp any any -> any any (frame:toy.pdu; content:\"evil\"; sid:1;)\n"
		  "alert toy any any -> any any (frame:pdu; content:\"evil\"; depth:4; offset:4; sid:2;)\n"
		  "alert tcp any any -> any any (frame:toy.head; content:\"evil\"; sid:3;)\n"
		  "alert tcp any any -> any any (frame:toy.pdu; content:!\"evil\"; sid:4;)\n");
	note(0, 0, 4);
	note(0, 7, 8);
	come("evil evilxxevilxx");
	assert_int_equal(alerts(1), 2);
	assert_int_equal(alerts(2), 1);
	assert_int_equal(alerts(3), 0);
	assert_int_equal(alerts(4), 0);
	assert_non_null(strstr(w.text[0],
			"\"frame\":{\"type\":\"pdu\",\"id\":1,\"direction\":\"toserver\","
			"\"stream_offset\":0,\"length\":4,\"payload\":\"ZXZpbA==\",\"payload_printable\":\"evil\",\"complete\":true}"));
}

static void
a_frame_is_judged_as_its_bytes_come(void **state)
{
	use_rules("alert tcp any any -> any any (frame:toy.pdu; content:\"evil\"; content:\"eyes\"; distance:0; sid:1;)\n"
		  "alert tcp any any -> any any (frame:toy.pdu; content:\"eyes\"; endswith; sid:2;)\n"
		  "alert tcp any any -> any any (frame:toy.pdu; to_uppercase; content:\"EVIL EYES\"; sid:3;)\n");
	note(0, 3, 15);
	come("...ev");
	come("il ey");
	assert_int_equal(w.nb_alerts, 0);
	come("es ");
	assert_int_equal(alerts(1), 1);
	assert_int_equal(alerts(2), 0);
	assert_int_equal(alerts(3), 1);
	come("eyes");
	come("more of it");
	assert_int_equal(alerts(1), 1);
	assert_int_equal(alerts(2), 0);
	assert_int_equal(alerts(3), 1);
}

static void
what_its_end_decides_waits_for_it(void **state)
{
	use_rules("alert tcp any any -> any any (frame:toy.pdu; content:\"eyes\"; endswith; sid:1;)\n"
		  "alert tcp any any -> any any (frame:toy.pdu; bsize:8; content:\"eyes\"; sid:2;)\n");
	note(0, 0, GZ_FRAME_OPEN);
	come("evileyes");
	assert_int_equal(alerts(1) + alerts(2), 0);
	frames->v[0].len = 8;
	frames->v[0].seen = false;
	come("|");
	assert_int_equal(alerts(1), 1);
	assert_int_equal(alerts(2), 1);
}

static void
one_that_is_named_late_is_looked_back_at(void **state)
{
	use_rules("alert tcp any any -> any any (frame:toy.head; content:\"evil\"; sid:1;)\n");
	come("evil.");
	note(1, 0, 4);
	come(".");
	assert_int_equal(alerts(1), 1);
	come(".");
	assert_int_equal(alerts(1), 1);
}

static void
the_header_names_the_protocol_below(void **state)
{
	use_rules("alert udp any any -> any any (frame:toy.pdu; content:\"evil\"; sid:1;)\n");
	note(0, 0, 4);
	come("evil");
	assert_int_equal(alerts(1), 0);
}

static void
a_drop_about_a_frame_stops_the_flow(void **state)
{
	use_rules("drop tcp any any -> any any (frame:toy.pdu; content:\"evil\"; sid:1;)\n");
	note(0, 0, 4);
	assert_int_equal(come("evil")->verdict, GZ_DROP);
	assert_true(w.flow.flags & GZ_FLOW_DROP);
}

#define FRAMED(test) cmocka_unit_test_setup_teardown(test, fresh, clean)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		FRAMED(a_frame_is_searched_and_nothing_around_it),
		FRAMED(a_frame_is_judged_as_its_bytes_come),
		FRAMED(what_its_end_decides_waits_for_it),
		FRAMED(one_that_is_named_late_is_looked_back_at),
		FRAMED(the_header_names_the_protocol_below),
		FRAMED(a_drop_about_a_frame_stops_the_flow),
	};

	return cmocka_run_group_tests(tests, toy_start, toy_stop);
}
