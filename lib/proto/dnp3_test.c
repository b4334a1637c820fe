/* SPDX-License-Identifier: BSD-3-Clause */

#include "gz_dnp3.h"

#include "proto_case.h"

#define OPERATE                                                                            \
	"\x05\x64\x18\xc4\x04\x00\x03\x00\x75\xc0\xc0\xc0\x05\x0c\x01\x17\x01\x07\x41\x01" \
	"\x64\x00\x00\x00\xc8\x00\x28\x88\x00\x00\x00\xff\xff"
#define ANSWER_IN_TWO                                                                      \
	"\x05\x64\x0f\x44\x03\x00\x04\x00\xf5\x56\x40\xc0\x81\x90\x02\x01\x01\x00\x00\x03" \
	"\xb3\xa8\x05\x64\x0f\x44\x03\x00\x04\x00\xf5\x56\x81\x0a\x1e\x02\x00\x05\x05\x01" \
	"\xf9\xff\x33\xa5"
#define READ                                                                               \
	"\x05\x64\x10\xc4\x04\x00\x03\x00\xa9\x5a\xc1\xc1\x01\x3c\x02\x06\x1e\x01\x00\x00" \
	"\x09\xeb\xd9"
#define UNKNOWN                                                                            \
	"\x05\x64\x0f\xc4\x04\x00\x03\x00\x8a\x66\xc2\xc2\x02\x63\x09\x07\x01\x01\x02\x03" \
	"\x2c\x42"
#define BAD_LINK                                                                           \
	"\x05\x64\x18\xc4\x04\x00\x03\x00\x00\x00\xc3\xc0\x05\x0c\x01\x17\x01\x07\x41\x01" \
	"\x64\x00\x00\x00\xc8\x00\xbc\x5e\x00\x00\x00\xff\xff"
#define BAD_DATA                                                                           \
	"\x05\x64\x18\xc4\x04\x00\x03\x00\x75\xc0\xc3\xc0\x05\x0c\x01\x17\x01\x07\x41\x01" \
	"\x64\x00\x00\x00\xc8\x00\x00\x00\x00\x00\x00\x00\x00"
#define TOO_SHORT "\x05\x64\x07\xc4\x04\x00\x03\x00\x56\xfc\xc4\xc0\xd3\x8d"

static void
an_operation_and_its_answer_in_two_frames(void **state)
{
	static const struct proto_case c = {
		.port = 20000,
		.says = { SAY(GZ_C2S, OPERATE), SAY(GZ_S2C, ANSWER_IN_TWO) },
		.wants = { { "dnp3.data", GZ_C2S, 0, 0,
					   "\xc0\5\x0c\1\x17\1\7\x41\1\x64\0\0\0\xc8\0\0\0\0", 18 },
				{ "dnp3.data", GZ_S2C, 1, 0,
						"\xc0\x81\x90\2\1\1\0\0\3\x0a\x1e\2\0\5\5\1\xf9\xff",
						18 } },
		.events = { "\"src\":3,\"dst\":4",
				"\"function_code\":5,\"objects\":[{\"group\":12,\"variation\":1,",
				"{\"prefix\":7,\"index\":7,\"op_type\":1,\"qu\":0,\"cr\":0,\"tcc\":1,"
				"\"count\":1,\"ontime\":100,\"offtime\":200,\"status_code\":0,",
				"{\"prefix\":0,\"index\":0,\"state\":0},{\"prefix\":0,\"index\":1,"
				"\"state\":1},",
				"\"index\":5,\"online\":1,", "\"value\":-7}",
				"\"iin\":{\"indicators\":[\"need_time\",\"device_restart\","
				"\"object_unknown\"]}" },
		.no_events = { "anomaly", "dnp3 2" },
	};

	case_run(&c);
}

static void
who_reads_names_objects_only(void **state)
{
	static const struct proto_case c = {
		.port = 20000,
		.says = { SAY(GZ_C2S, READ) },
		.events = { "\"group\":60,\"variation\":2,\"qualifier\":6",
				"\"group\":30,\"variation\":1,\"qualifier\":0,\"prefix_code\":0,"
				"\"range_code\":0,\"start\":0,\"stop\":9,\"count\":10}],"
				"\"complete\":true" },
		.no_events = { "anomaly", "points" },
	};

	case_run(&c);
}

static void
a_frame_with_a_wrong_checksum_is_no_message(void **state)
{
	static const struct proto_case c = {
		.port = 20000,
		.says = { SAY(GZ_C2S, BAD_LINK BAD_DATA OPERATE) },
		.events = { "bad_link_crc", "bad_transport_crc", "dnp3 2" },
		.no_events = { "dnp3 0", "dnp3 1", "dnp3 3" },
	};

	case_run(&c);
}

static void
odd_messages_are_noted(void **state)
{
	static const struct proto_case c = {
		.port = 20000,
		.says = { SAY(GZ_C2S, UNKNOWN TOO_SHORT) },
		.events = { "unknown_object", "\"complete\":false", "len_too_small" },
	};

	case_run(&c);
}

static void
after_other_bytes_and_a_gap_the_next_frame_is_found(void **state)
{
	struct feeder f;

	feeder_init(&f, IPPROTO_TCP, 20000);
	feeder_say(&f, GZ_C2S, GZ_SPAN(OPERATE "others"));
	feeder_gap(&f, GZ_C2S, 100);
	feeder_say(&f, GZ_C2S, GZ_SPAN("\5 rest of it" READ));
	feeder_end(&f);
	assert_non_null(strstr(f.events, "\"group\":12"));
	assert_non_null(strstr(f.events, "\"group\":60"));
	feeder_fini(&f);
}

/* Frames, built, so that their checksums are right. */
struct out {
	uint8_t p[GZ_FEED_MOST];
	uint32_t len;
};

static void
put_crc(struct out *o, uint32_t n)
{
	uint32_t i, bit, crc = 0;

	for (i = o->len - n; i < o->len; i++) {
		crc ^= o->p[i];
		for (bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (0xa6bcu & -(crc & 1));
	}
	crc = ~crc;
	o->p[o->len++] = (uint8_t)crc;
	o->p[o->len++] = (uint8_t)(crc >> 8);
}

/** A frame to station @p dst with this data. */
static void
put_frame(struct out *o, uint8_t control, uint8_t dst, struct gz_span data)
{
	const uint8_t head[] = { 5, 0x64, (uint8_t)(5 + data.len), control, dst, 0, 3, 0 };
	uint32_t n;

	memcpy(o->p + o->len, head, sizeof(head));
	o->len += sizeof(head);
	put_crc(o, sizeof(head));
	for (; data.len > 0; data = gz_span(data.p + n, data.len - n)) {
		n = RTE_MIN(data.len, 16u);
		memcpy(o->p + o->len, data.p, n);
		o->len += n;
		put_crc(o, n);
	}
}

#define RESTART "\xc0\xc0\x0d" /* a whole message: cold_restart */
#define RESTART_TOLD "\"function_code\":13"

static void
says(const struct out *o, const char *told)
{
	struct feeder f;

	feeder_init(&f, IPPROTO_TCP, 20000);
	feeder_say(&f, GZ_C2S, gz_span(o->p, o->len));
	feeder_end(&f);
	if (strstr(f.events, told) == NULL)
		fail_msg("no %s in\n%s", told, f.events);
	feeder_fini(&f);
}

/* A station goes on behind the first byte of what is wrong, whatever length that tells. */
static void
a_wrong_frame_hides_no_other_in_its_length(void **state)
{
	struct out o = { .p = "\x05\x64\xff\xc4\4\0\3\0xx", .len = 10 };

	put_frame(&o, 0xc4, 4, GZ_SPAN(RESTART));
	says(&o, RESTART_TOLD);
	o.len = 0;
	put_frame(&o, 0xc4, 4, GZ_SPAN("0123456789abcdef"));
	o.p[2] = 0xff;
	o.len = 8;
	put_crc(&o, 8);
	put_frame(&o, 0xc4, 4, GZ_SPAN(RESTART));
	memset(o.p + o.len, 0, 300);
	o.len += 300;
	says(&o, RESTART_TOLD);
}

static void
what_is_for_another_station_does_not_disturb_a_message(void **state)
{
	struct out o = { 0 };

	put_frame(&o, 0xc4, 4, GZ_SPAN("\x40\xc0"));
	put_frame(&o, 0xc4, 9, GZ_SPAN("\x45\xc0\x01"));
	put_frame(&o, 0xc0, 4, GZ_SPAN("\x45\xc0\x01")); /* not data, but a reset of the link */
	put_frame(&o, 0xc4, 4, GZ_SPAN("\x81\x0d"));
	says(&o, RESTART_TOLD);
}

/* More odd frames in one chunk than there may be transactions. */
static void
a_flood_of_odd_frames_hides_nothing(void **state)
{
	static struct out o;
	struct feeder f;

	for (uint32_t i = 0; i < 600; i++) {
		put_frame(&o, 0xc4, 4, GZ_SPAN("\xc0"));
	}
	put_frame(&o, 0xc4, 4, GZ_SPAN(RESTART));
	feeder_init(&f, IPPROTO_TCP, 20000);
	feeder_say(&f, GZ_C2S, gz_span(o.p, o.len));
	assert_true(f.failed);
	feeder_end(&f);
	feeder_fini(&f);
}

static void
each_object_is_told_in_turn(void **state)
{
	struct gz_chunk chunk = { .flags = GZ_CHUNK_START, .dir = GZ_C2S };
	uint8_t data[3 + 3 * 80], group, variation;
	struct out o = { 0 };
	uint32_t i, at = 0;
	struct feeder f;
	struct gz_tx *tx;

	memcpy(data, "\xc0\xc0\1", 3);
	for (i = 0; i < 80; i++)
		memcpy(data + 3 + 3 * i, (uint8_t[]){ (uint8_t)i, 2, 6 }, 3);
	put_frame(&o, 0xc4, 4, gz_span(data, sizeof(data)));
	feeder_init(&f, IPPROTO_TCP, 20000);
	chunk.data = o.p;
	chunk.len = o.len;
	assert_true(gz_proto_feed(f.ctx, &f.flow, &chunk));
	tx = TAILQ_FIRST(&f.flow.app->txs);
	for (i = 0; i < 80; i++) {
		assert_true(gz_dnp3_object(tx, &at, &group, &variation));
		assert_int_equal(group, i);
		assert_int_equal(variation, 2);
	}
	assert_false(gz_dnp3_object(tx, &at, &group, &variation));
	feeder_fini(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_operation_and_its_answer_in_two_frames),
		cmocka_unit_test(who_reads_names_objects_only),
		cmocka_unit_test(a_frame_with_a_wrong_checksum_is_no_message),
		cmocka_unit_test(odd_messages_are_noted),
		cmocka_unit_test(after_other_bytes_and_a_gap_the_next_frame_is_found),
		cmocka_unit_test(a_wrong_frame_hides_no_other_in_its_length),
		cmocka_unit_test(what_is_for_another_station_does_not_disturb_a_message),
		cmocka_unit_test(a_flood_of_odd_frames_hides_nothing),
		cmocka_unit_test(each_object_is_told_in_turn),
	};

	gz_protos_seal();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
