/* SPDX-License-Identifier: BSD-3-Clause */
#include "smb_test.h"

#include "gz_dcerpc.h"

static void
a_share_is_connected_and_a_file_is_written(void **state)
{
	static struct talk t[8];
	static const struct proto_want wants[] = {
		{ "smb.share", GZ_C2S, 0, 0, "\\\\srv\\data" },
		{ "smb.named_pipe", GZ_C2S, 0, 0, NULL },
		{ "file.name", GZ_C2S, 2, 0, "dir\\x.txt" },
		{ "file.data", GZ_C2S, 2, 0, "first second" },
		{ NULL },
	};
	static const char *const events[] = {
		"\"command\":\"SMB2_COMMAND_TREE_CONNECT\",\"status\":\"STATUS_SUCCESS\",\"status_code\":\"0x0\","
		"\"session_id\":99,\"tree_id\":7,\"share\":\"\\\\\\\\srv\\\\data\",\"share_type\":\"FILE\"",
		"\"filename\":\"dir\\\\x.txt\",\"disposition\":\"FILE_CREATE\",\"access\":\"normal\",\"created\":1655526400",
		"\"fuid\":\"000000c5-001d-0000-0001-00000000001d\"",
		"\"fileinfo\":{\"filename\":\"dir\\\\x.txt\",\"gaps\":false,\"state\":\"CLOSED\"",
		"\"size\":12,",
		"\"command\":\"SMB2_COMMAND_WRITE\",\"status\":\"STATUS_SUCCESS\",\"status_code\":\"0x0\"",
		NULL,
	};

	memset(t, 0, sizeof(t));
	tree_connect(&t[0].o, 1, "\\\\srv\\data");
	t[1].dir = t[3].dir = t[6].dir = GZ_S2C;
	tree_connected(&t[1].o, 1, 1);
	create(&t[2].o, 2, "dir\\x.txt");
	created(&t[3].o, 2, 0);
	write_file(&t[4].o, 3, 0, "first ");
	/* Two in a chain. */
	write_file(&t[5].o, 4, 6, "second");
	plain_answer(&t[6].o, WRITE, 3, 0);
	plain_answer(&t[6].o, WRITE, 4, 0);
	close_file(&t[7].o, 5, file_id);
	run(t, 8, wants, events);
}

static void
what_is_written_out_of_order_is_put_into_order(void **state)
{
	static struct talk t[2];
	static const struct proto_want wants[] = {
		{ "file.data", GZ_C2S, 0, 0, "first second third" },
		{ NULL },
	};
	static const char *const events[] = { "\"gaps\":false,\"state\":\"CLOSED\"", NULL };

	memset(t, 0, sizeof(t));
	write_file(&t[0].o, 4, 13, "third");
	write_file(&t[0].o, 4, 6, "second ");
	write_file(&t[0].o, 3, 0, "first ");
	close_file(&t[1].o, 5, file_id);
	run(t, 2, wants, events);
}

static void
what_is_written_over_is_looked_at_again(void **state)
{
	static struct talk t[1];
	static const struct proto_want wants[] = {
		{ "file.data", GZ_C2S, 0, 0, "x" },
		{ "file.data", GZ_C2S, 0, 1, "wicked" },
		{ NULL },
	};
	static const char *const events[] = { "\"event\":\"file_overlap\"", NULL };

	memset(t, 0, sizeof(t));
	write_file(&t[0].o, 3, 0, "x");
	write_file(&t[0].o, 4, 0, "wicked");
	close_file(&t[0].o, 5, file_id);
	run(t, 1, wants, events);
}

static void
a_file_is_opened_read_and_closed_in_one_chain(void **state)
{
	static struct talk t[2];
	static const struct proto_want wants[] = {
		{ "file.name", GZ_S2C, 2, 0, "a" },
		{ "file.data", GZ_S2C, 2, 0, "content" },
		{ NULL },
	};
	static const char *const events[] = {
		"\"fileinfo\":{\"filename\":\"a\",\"gaps\":false,\"state\":\"CLOSED\"",
		"\"command\":\"SMB2_COMMAND_CLOSE\",\"status\":\"STATUS_SUCCESS\"",
		NULL,
	};

	memset(t, 0, sizeof(t));
	t[1].dir = GZ_S2C;
	create(&t[0].o, 1, "a");
	read_file(&t[0].o, 2, related, 100);
	close_file(&t[0].o, 3, related);
	created(&t[1].o, 1, 0);
	was_read(&t[1].o, 2, "content", 7);
	plain_answer(&t[1].o, CLOSE, 3, 0);
	run(t, 2, wants, events);
}

/* ---- pipes ---- */

#define SVCCTL "\x81\xbb\x7a\x36\x44\x98\xf1\x35\xad\x32\x98\xf0\x38\x00\x10\x03"
#define NDR "\x04\x5d\x88\x8a\xeb\x1c\xc9\x11\x9f\xe8\x08\x00\x2b\x10\x48\x60\x02\0\0\0"
static const char bind_pdu[] =
		"\x05\0\x0b\x03\x10\0\0\0\x48\0\0\0\x01\0\0\0\xd0\x16\xd0\x16\0\0\0\0\x01\0\0\0"
		"\x00\x00\x01\x00" SVCCTL "\x02\0\0\0" NDR;
static const char
		ack[] = "\x05\0\x0c\x03\x10\0\0\0\x3c\0\0\0\x01\0\0\0\xd0\x16\xd0\x16\0\0\0\0\x04\0"
			"135\0\0\0\x01\0\0\0\0\0\0\0" NDR;
static const char request[] = "\x05\0\0\x03\x10\0\0\0\x1c\0\0\0\x02\0\0\0\0\0\0\0\0\0\x0f\0stub";
static const char answer[] = "\x05\0\x02\x03\x10\0\0\0\x1c\0\0\0\x02\0\0\0\0\0\0\0\0\0\0\0back";

static void
calls_go_through_pipes(void **state)
{
	static struct talk t[10];
	static const struct proto_want wants[] = {
		{ "smb.named_pipe", GZ_C2S, 0, 0, "\\\\srv\\IPC$" },
		/* as asked, before the server told what it is */
		{ "smb.share", GZ_C2S, 0, 0, "\\\\srv\\IPC$" },
		{ "dcerpc.stub_data", GZ_C2S, 3, 0, "stub" },
		{ "dcerpc.stub_data", GZ_S2C, 3, 0, "back" },
		{ NULL },
	};
	static const char *const events[] = {
		"\"named_pipe\":\"\\\\\\\\srv\\\\IPC$\",\"share_type\":\"PIPE\"",
		"\"command\":\"SMB2_COMMAND_WRITE\",\"status\":\"STATUS_SUCCESS\",\"status_code\":\"0x0\","
		"\"session_id\":99,\"tree_id\":7,\"dcerpc\":{\"request\":\"BIND\",\"interfaces\":["
		"{\"uuid\":\"367abb81-9844-35f1-ad32-98f038001003\",\"version\":\"2.0\",\"ack_result\":0,"
		"\"ack_reason\":0}],\"response\":\"BINDACK\",\"call_id\":1}",
		"\"command\":\"SMB2_COMMAND_IOCTL\",\"status\":\"STATUS_SUCCESS\"",
		"\"opnum\":15,\"req\":{\"frag_cnt\":1,\"stub_data_size\":4},\"response\":\"RESPONSE\","
		"\"res\":{\"frag_cnt\":1,\"stub_data_size\":4},\"call_id\":2}",
		NULL,
	};

	memset(t, 0, sizeof(t));
	tree_connect(&t[0].o, 1, "\\\\srv\\IPC$");
	t[1].dir = t[3].dir = t[5].dir = t[7].dir = t[9].dir = GZ_S2C;
	tree_connected(&t[1].o, 1, 2);
	create(&t[2].o, 2, "svcctl");
	created(&t[3].o, 2, 0);
	/* A packet in two writes. */
	write_pipe(&t[4].o, 3, bind_pdu, 30);
	write_pipe(&t[4].o, 4, bind_pdu + 30, sizeof(bind_pdu) - 1 - 30);
	plain_answer(&t[5].o, WRITE, 3, 0);
	plain_answer(&t[5].o, WRITE, 4, 0);
	read_file(&t[6].o, 5, file_id, 100);
	was_read(&t[7].o, 5, ack, sizeof(ack) - 1);
	transceive(&t[8].o, 6, request, sizeof(request) - 1);
	transceived(&t[9].o, 6, answer, sizeof(answer) - 1);
	run(t, 10, wants, events);
}

/* ---- logging on ---- */

static void
who_logs_on_is_told(void **state)
{
	static struct talk t[1];
	static const struct proto_want wants[] = {
		{ "smb.ntlmssp_user", GZ_C2S, 0, 0, "Admin" },
		{ "smb.ntlmssp_domain", GZ_C2S, 0, 0, "DOM" },
		{ NULL },
	};
	static const char *const events[] = {
		"\"ntlmssp\":{\"domain\":\"DOM\",\"user\":\"Admin\",\"host\":\"PC\",\"version\":\"10.0 build 19041 rev 15\"}",
		NULL,
	};
	struct out *o = &t[0].o;

	memset(t, 0, sizeof(t));
	head2(o, SESSION_SETUP, 1, false, 0);
	put_number(o, 25, 8);
	put_number(o, 0, 4);
	put_number(o, 64 + 24, 2);
	put_number(o, 72 + 20, 2);
	put_number(o, 0, 8);
	put(o, "NTLMSSP\0\x03\0\0\0", 12);
	put(o, (uint8_t[16]){ 0 }, 16);
	put(o, "\x06\0\x06\0\x48\0\0\0\x0a\0\x0a\0\x4e\0\0\0\x04\0\x04\0\x58\0\0\0", 24);
	put(o, (uint8_t[8]){ 0 }, 8);
	put_number(o, 0x02000001, 4);
	put(o, "\x0a\0\x61\x4a\0\0\0\x0f", 8);
	put_utf16(o, "DOM");
	put_utf16(o, "Admin");
	put_utf16(o, "PC");
	run(t, 1, wants, events);
}

static void
tickets_are_told(void **state)
{
	static struct talk t[1];
	static const char *const events[] = {
		"\"kerberos\":{\"realm\":\"REA\",\"snames\":[\"cifs\",\"h\"]}",
		NULL,
	};
	/* An AP-REQ behind some bytes of what wraps it. */
	static const char blob[] =
			"\x60\x45\x06\x6e\x6e\x3c\x30\x3a\xa0\x03\x02\x01\x05\xa1\x03\x02\x01\x0e"
			"\xa2\x07\x03\x05\0\0\0\0\0\xa3\x25\x61\x23\x30\x21\xa1\x05\x1b\x03"
			"REA"
			"\xa2\x14\x30\x12\xa0\x03\x02\x01\x02\xa1\x0b\x30\x09\x1b\x04"
			"cifs\x1b\x01h\xa3\x02\x30\0\xa4\x02\x30\0";
	struct out *o = &t[0].o;

	memset(t, 0, sizeof(t));
	head2(o, SESSION_SETUP, 1, false, 0);
	put_number(o, 25, 8);
	put_number(o, 0, 4);
	put_number(o, 64 + 24, 2);
	put_number(o, sizeof(blob) - 1, 2);
	put_number(o, 0, 8);
	put(o, blob, sizeof(blob) - 1);
	run(t, 1, NULL, events);
}

/* ---- SMB 1 ---- */

#define HEAD1(command, flags)                         \
	"\xffSMB" command "\0\0\0\0" flags "\x03\x40" \
	"\0\0\0\0\0\0\0\0\0\0\0\0"                    \
	"\x08\0\x01\0\x64\0\x01\0"
#define FRAME1(len) "\0\0\0" len

static const struct proto_case smb1 = {
	.port = 4445,
	.says = {
		SAY(GZ_C2S, FRAME1("\x2f") HEAD1("\x72", "\x18") "\0\x0c\0\x02NT LM 0.12\0"),
		SAY(GZ_S2C, FRAME1("\x25") HEAD1("\x72", "\x98") "\x01\0\0\0\0"),
		SAY(GZ_C2S, FRAME1("\x3d") HEAD1("\x75", "\x18")
				"\x04\xff\0\0\0\0\0\x01\0\x12\0\0\\\\srv\\IPC$\0?????\0"),
		SAY(GZ_S2C, FRAME1("\x2e") HEAD1("\x75", "\x98") "\x03\xff\0\0\0\0\0\x05\0IPC\0\0"),
	},
	.wants = {
		{ "smb.named_pipe", GZ_C2S, 1, 0, "\\srv\\IPC$" },
	},
	.events = {
		"\"dialect\":\"NT LM 0.12\",\"command\":\"SMB1_COMMAND_NEGOTIATE_PROTOCOL\",\"status\":\"STATUS_SUCCESS\"",
		"\"client_dialects\":[\"NT LM 0.12\"]",
		"\"named_pipe\":\"\\\\srv\\\\IPC$\",\"service\":{\"request\":\"?????\",\"response\":\"IPC\"}",
	},
};

static void
smb_1_is_read_however_it_is_cut(void **state)
{
	case_run(&smb1);
}

/* ---- bounds ---- */

static void
frames_are_found_again_after_a_gap(void **state)
{
	struct out o = { .len = 0 }, last = { .len = 0 };
	struct feeder f;

	tree_connect(&o, 1, "\\\\srv\\data");
	tree_connect(&last, 2, "\\\\srv\\more");
	feeder_init(&f, IPPROTO_TCP, 445);
	feeder_say(&f, GZ_C2S, frame(&o));
	feeder_gap(&f, GZ_C2S, 1000);
	feeder_say_str(&f, GZ_C2S, "the rest of something");
	feeder_say(&f, GZ_C2S, frame(&last));
	feeder_end(&f);
	assert_non_null(strstr(f.events, "srv\\\\data"));
	assert_non_null(strstr(f.events, "srv\\\\more"));
	feeder_fini(&f);
}

static void
a_gap_within_a_file_is_told(void **state)
{
	struct out o = { .len = 0 };
	struct gz_span all;
	struct feeder f;

	write_file(&o, 3, 0, "0123456789");
	all = frame(&o);
	feeder_init(&f, IPPROTO_TCP, 445);
	feeder_say(&f, GZ_C2S, gz_span(all.p, all.len - 6));
	feeder_gap(&f, GZ_C2S, 4);
	feeder_say(&f, GZ_C2S, gz_span(all.p + all.len - 2, 2));
	o.len = 0;
	close_file(&o, 4, file_id);
	feeder_say(&f, GZ_C2S, frame(&o));
	assert_non_null(strstr(f.events, "\"gaps\":true,\"state\":\"TRUNCATED\""));
	assert_non_null(strstr(f.events, "\"size\":10,"));
	feeder_fini(&f);
}

static void
requests_without_end_do_not_pile_up(void **state)
{
	struct feeder f;
	uint32_t i;

	feeder_init(&f, IPPROTO_TCP, 445);
	for (i = 0; i < 3000; i++) {
		struct out o = { .len = 0 };

		create(&o, i, "a");
		feeder_say(&f, GZ_C2S, frame(&o));
		assert_true(f.flow.app->nb_txs <= 600);
	}
	assert_false(f.flow.app->broken);
	assert_non_null(strstr(f.events, "too_many_transactions"));
	feeder_fini(&f);
}

static void
the_wrong_direction_is_told(void **state)
{
	struct out o = { .len = 0 };
	struct feeder f;

	tree_connected(&o, 1, 1);
	feeder_init(&f, IPPROTO_TCP, 445);
	feeder_say(&f, GZ_C2S, frame(&o));
	assert_non_null(strstr(f.events, "\"event\":\"response_to_server\""));
	feeder_fini(&f);
}

/* An agreement on dialect 3.1.1 and on the sizes of reads and writes. */
static void
agree(struct out *o, struct out *answer, uint32_t most_read, uint32_t most_write)
{
	head2(o, 0, 0, false, 0);
	put_number(o, 36, 2);
	put_number(o, 1, 2);
	put(o, "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 16);
	put(o, "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 16);
	put_number(o, 0x0311, 2);
	head2(answer, 0, 0, true, 0);
	put_number(answer, 65, 2);
	put_number(answer, 1, 2);
	put_number(answer, 0x0311, 2);
	put_number(answer, 0, 2);
	put(answer, file_id, 16);
	put_number(answer, 0, 4);
	put_number(answer, 8 << 20, 4);
	put_number(answer, most_read, 4);
	put_number(answer, most_write, 4);
	put(answer, "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 16);
	put_number(answer, 128, 2);
	put_number(answer, 0, 2);
	put_number(answer, 0, 4);
}

static void
sizes_that_no_server_needs_are_told(void **state)
{
	static const struct {
		uint32_t read, write;
	} sizes[] = { { 16 << 20, 16 << 20 }, { (16 << 20) + 1, 1 << 20 },
		{ 1 << 20, (16 << 20) + 1 } };

	for (uint32_t i = 0; i < RTE_DIM(sizes); i++) {
		struct out o = { .len = 0 }, answer = { .len = 0 };
		struct feeder f;

		agree(&o, &answer, sizes[i].read, sizes[i].write);
		feeder_init(&f, IPPROTO_TCP, 445);
		feeder_say(&f, GZ_C2S, frame(&o));
		feeder_say(&f, GZ_S2C, frame(&answer));
		assert_int_equal(strstr(f.events, "negotiate_max_read_size_too_large") != NULL,
				i == 1);
		assert_int_equal(strstr(f.events, "negotiate_max_write_size_too_large") != NULL,
				i == 2);
		feeder_fini(&f);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_share_is_connected_and_a_file_is_written),
		cmocka_unit_test(what_is_written_out_of_order_is_put_into_order),
		cmocka_unit_test(what_is_written_over_is_looked_at_again),
		cmocka_unit_test(a_file_is_opened_read_and_closed_in_one_chain),
		cmocka_unit_test(calls_go_through_pipes),
		cmocka_unit_test(who_logs_on_is_told),
		cmocka_unit_test(tickets_are_told),
		cmocka_unit_test(smb_1_is_read_however_it_is_cut),
		cmocka_unit_test(frames_are_found_again_after_a_gap),
		cmocka_unit_test(a_gap_within_a_file_is_told),
		cmocka_unit_test(requests_without_end_do_not_pile_up),
		cmocka_unit_test(the_wrong_direction_is_told),
		cmocka_unit_test(sizes_that_no_server_needs_are_told),
	};

	gz_protos_seal();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
