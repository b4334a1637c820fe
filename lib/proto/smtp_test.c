/* SPDX-License-Identifier: BSD-3-Clause */
#include "proto_case.h"

#define C2S GZ_C2S

static const struct proto_case parts = {
	.port = 25,
	.says = {
		SAY(GZ_S2C, "220 x ESMTP\r\n"),
		SAY(GZ_C2S, "EHLO me.example\r\n"),
		SAY(GZ_S2C, "250-x\r\n250-PIPELINING\r\n250 8BITMIME\r\n"),
		SAY(GZ_C2S, "mail from:<a@b> SIZE=100\r\nRCPT TO: <c@d>\r\nRCPT TO:<e@f>\r\nDATA\r\n"),
		SAY(GZ_S2C, "250 ok\r\n250 ok\r\n250 ok\r\n354 go\r\n"),
		SAY(GZ_C2S, "From: \"A, B\" <a@b>\r\nTo: c@d, \"x, y\" <e@f>,\r\n g@h\r\nCc: i@j\r\n"
			"Subject: hello\r\nReceived: one\r\nReceived: two\r\nMIME-Version: 1.0\r\n"
			"Content-Type: multipart/mixed; boundary=\"BB\"\r\n\r\npreamble http://no.example/x\r\n"
			"--BB\r\nContent-Type: text/plain\r\n\r\n"
			"text http://www.foo.com/bar?x=1 and \"http:HTTP://q.com/a\" <http://z.com>:\r\n..http:\r\n"
			"--BB\r\nContent-Type: application/octet-stream; name=\"f1.bin\"\r\n"
			"Content-Transfer-Encoding: base64\r\n\r\nSGVsbG8g\r\nV29y bGQ=\r\n\r\n"
			"--BB\r\nContent-Disposition: attachment; filename=f2.txt\r\n"
			"Content-Transfer-Encoding: quoted-printable\r\n\r\nabc=3D=\r\ndef=\r\n\r\n--B=42\r\n"
			"--BB\r\nContent-Disposition: attachment;\r\n\tfilename*0=\"f3\"; filename*1*=us'en'.txt\r\n\r\n"
			"..plain1\r\n--B\r\nplain2\r\n"
			"--BB--\r\nepilogue\r\n.\r\n"),
		SAY(GZ_S2C, "250 queued\r\n"),
		SAY(GZ_C2S, "QUIT\r\n"),
		SAY(GZ_S2C, "221 bye\r\n"),
	},
	.wants = {
		{ "smtp.helo", C2S, 0, 0, "me.example" },
		{ "smtp.mail_from", C2S, 0, 0, "<a@b>" },
		{ "smtp.rcpt_to", C2S, 0, 0, "<c@d>" },
		{ "smtp.rcpt_to", C2S, 0, 1, "<e@f>" },
		{ "smtp.rcpt_to", C2S, 0, 2, NULL },
		{ "email.from", C2S, 0, 0, "\"A, B\" <a@b>" },
		{ "email.to", C2S, 0, 0, "c@d, \"x, y\" <e@f>, g@h" },
		{ "email.subject", C2S, 0, 0, "hello" },
		{ "email.received", C2S, 0, 1, "two" },
		{ "email.url", C2S, 0, 0, "www.foo.com/bar?x=1" },
		{ "email.url", C2S, 0, 1, "q.com/a" },
		{ "email.url", C2S, 0, 2, "z.com" },
		{ "email.url", C2S, 0, 3, NULL },
		{ "file.name", C2S, 0, 0, "f1.bin" },
		{ "file.data", C2S, 0, 0, "Hello World" },
		{ "file.name", C2S, 0, 1, "f2.txt" },
		{ "file.data", C2S, 0, 1, "abc=def\r\n--BB" },
		{ "file.name", C2S, 0, 2, "f3.txt" },
		{ "file.data", C2S, 0, 2, ".plain1\r\n--B\r\nplain2" },
		{ "file.name", C2S, 0, 3, NULL },
	},
	.events = {
		"smtp 0 {\"smtp\":{\"helo\":\"me.example\",\"mail_from\":\"<a@b>\",\"rcpt_to\":[\"<c@d>\",\"<e@f>\"]},"
		"\"email\":{\"status\":\"PARSE_DONE\",\"from\":\"\\\"A, B\\\" <a@b>\","
		"\"to\":[\"c@d\",\"\\\"x, y\\\" <e@f>\",\"g@h\"],\"cc\":[\"i@j\"],"
		"\"attachment\":[\"f1.bin\",\"f2.txt\",\"f3.txt\"],"
		"\"url\":[\"www.foo.com/bar?x=1\",\"q.com/a\",\"z.com\"]}}",
		"\"fileinfo\":{\"filename\":\"f1.bin\",\"gaps\":false,\"state\":\"CLOSED\"",
	},
	.no_events = { "anomaly", "smtp 1" },
};

static void
a_mail_and_its_parts_are_read(void **state)
{
	case_run(&parts);
}

static void
chunks_make_a_mail(void **state)
{
	static const struct proto_case c = {
		.port = 2525,
		.says = {
			SAY(GZ_S2C, "220 x ESMTP\r\n"),
			SAY(GZ_C2S, "EHLO me\r\nMAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nBDAT x\r\nBDAT 19\r\n"
				"Content-Disposition"
				"BDAT 31 LAST\r\n: x; filename=f\r\n\r\n.\r\nfile text"
				"RSET\r\nMAIL FROM:<e@f>\r\n"),
			SAY(GZ_S2C, "250 x\r\n250 ok\r\n250 ok\r\n501 what\r\n250 ok\r\n250 done\r\n250 ok\r\n250 ok\r\n"),
		},
		.wants = {
			{ "file.name", C2S, 0, 0, "f" },
			{ "file.data", C2S, 0, 0, ".\r\nfile text" },
			{ "smtp.mail_from", C2S, 1, 0, "<e@f>" },
			{ "smtp.helo", C2S, 1, 0, "me" },
		},
		.events = { "INVALID_BDAT", "smtp 0", "smtp 1" },
	};

	case_run(&c);
}

static void
starttls_goes_over_to_what_follows(void **state)
{
	static const struct proto_case c = {
		.port = 25,
		.says = {
			SAY(GZ_S2C, "220 x\r\n"),
			SAY(GZ_C2S, "EHLO me\r\n"),
			SAY(GZ_S2C, "250-x\r\n250 STARTTLS\r\n"),
			SAY(GZ_C2S, "STARTTLS\r\n"),
			SAY(GZ_S2C, "220 go\r\n"),
			SAY(GZ_C2S, "GET / HTTP/1.1\r\nHost: x\r\n\r\n"),
		},
		.wants = { { "http.uri", C2S, 0, 0, "/" } },
		.events = { "APPLAYER_UNEXPECTED_PROTOCOL", "smtp 0 {\"smtp\":{\"helo\":\"me\"}}" },
	};
	static const struct proto_case refused = {
		.port = 25,
		.says = {
			SAY(GZ_S2C, "220 x\r\n"),
			SAY(GZ_C2S, "EHLO me\r\nSTARTTLS\r\nMAIL FROM:<a@b>\r\n"),
			SAY(GZ_S2C, "250 x\r\n454 no\r\n250 ok\r\n"),
		},
		.wants = { { "smtp.mail_from", C2S, 0, 0, "<a@b>" } },
		.events = { "TLS_REJECTED" },
	};

	case_run(&c);
	case_run(&refused);
}

static void
data_that_is_refused_is_none(void **state)
{
	static const struct proto_case c = {
		.port = 25,
		.says = {
			SAY(GZ_S2C, "220 x\r\n"),
			SAY(GZ_C2S, "EHLO me\r\nMAIL FROM:<a@b>\r\nDATA\r\n"),
			SAY(GZ_S2C, "250 x\r\n250 ok\r\n503 no\r\n"),
			SAY(GZ_C2S, "RCPT TO:<c@d>\r\n"),
		},
		.wants = { { "smtp.rcpt_to", C2S, 0, 0, "<c@d>" } },
		.events = { "DATA_COMMAND_REJECTED" },
	};

	case_run(&c);
}

static void
odd_mails_are_read_as_far_as_they_go(void **state)
{
	static const struct proto_case c = {
		.port = 25,
		.says = {
			SAY(GZ_S2C, "220 x\r\n"),
			SAY(GZ_C2S, "EHLO me\r\nMAIL FROM:a@b\r\nRCPT TO:<c@d>\r\nDATA\r\n"),
			SAY(GZ_S2C, "250 x\r\n250 ok\r\n250 ok\r\n354 go\r\n"),
			SAY(GZ_C2S, "no colon\nContent-Type: multipart/x; boundary=a\n\n--a\n"
				"Content-Type: multipart/x; boundary=\"a b\"\n\n--a b\n"
				"Content-Type: message/rfc822\n\nSubject: inner\n"
				"Content-Disposition: attachment; filename=\"in\"\nContent-Transfer-Encoding: base64\n\n"
				"QU*JD\nR\n--a b--\n--a\nContent-Type: x/y; name=out\n\ntext\n.\n"),
			SAY(GZ_S2C, "junk\r\n250 ok\r\n"),
		},
		.wants = {
			{ "smtp.mail_from", C2S, 0, 0, "a@b" },
			{ "email.subject", C2S, 0, 0, NULL },
			{ "file.name", C2S, 0, 0, "in" },
			{ "file.data", C2S, 0, 0, "ABC" },
			{ "file.name", C2S, 0, 1, "out" },
			{ "file.data", C2S, 0, 1, "text" },
		},
		.events = { "MIME_MALFORMED_MSG", "MIME_INVALID_BASE64", "INVALID_REPLY" },
	};

	case_run(&c);
}

static void
endless_lines_and_lists_are_borne(void **state)
{
	struct feeder f;
	uint32_t i;

	feeder_init(&f, IPPROTO_TCP, 25);
	feeder_say_str(&f, GZ_S2C, "220 x\r\n");
	feeder_say_str(&f, GZ_C2S, "EHLO ");
	for (i = 0; i < 20000; i++)
		feeder_say_str(&f, GZ_C2S, "0123456789");
	feeder_say_str(&f, GZ_C2S, "\r\nMAIL FROM:<a@b>\r\n");
	for (i = 0; i < 5000; i++)
		feeder_say_str(&f, GZ_C2S, "RCPT TO:<a@b>\r\n");
	feeder_say_str(&f, GZ_C2S, "DATA\r\nA: b\r\n\r\n");
	for (i = 0; i < 20000; i++)
		feeder_say_str(&f, GZ_C2S, "http://x/");
	for (i = 0; i < 5000; i++)
		feeder_say_str(&f, GZ_C2S, "\r\n--\r\n");
	assert_false(f.flow.app->broken);
	feeder_say_str(&f, GZ_C2S, ".\r\n");
	assert_non_null(strstr(f.events, "MAX_COMMAND_LINE_LEN_EXCEEDED"));
	assert_non_null(strstr(f.events, "MIME_LONG_LINE"));
	for (i = 0; i < 10000; i++)
		feeder_say_str(&f, GZ_C2S, "EHLO x\r\nMAIL FROM:<a>\r\nDATA\r\n.\r\n");
	feeder_fini(&f);
}

/* @return the length of file.data as rules see it, or -1. */
static int64_t
seen_of_file(struct feeder *f)
{
	const struct gz_field *field = gz_field_find("file.data");
	struct gz_tx *tx = TAILQ_FIRST(&f->flow.app->txs);
	struct gz_value v = { 0 };

	if (tx == NULL || !gz_field_row(field, tx->proto)->get(tx, GZ_C2S, 0, &v))
		return -1;
	return (int64_t)v.len;
}

static void
an_attachment_is_judged_when_enough_of_it_is_there(void **state)
{
	static char bytes[16 * 1024];
	struct feeder f;

	memset(bytes, 'a', sizeof(bytes));
	bytes[sizeof(bytes) - 1] = '\n';
	feeder_init(&f, IPPROTO_TCP, 25);
	feeder_say_str(&f, GZ_S2C, "220 m ESMTP\r\n");
	feeder_say_str(&f, GZ_C2S, "EHLO a\r\nMAIL FROM:<a@a>\r\nRCPT TO:<b@b>\r\nDATA\r\n");
	feeder_say_str(&f, GZ_S2C, "250 m\r\n250 ok\r\n250 ok\r\n354 go\r\n");
	feeder_say_str(&f, GZ_C2S,
			"Content-Type: application/x; name=a\r\n"
			"Content-Disposition: attachment; filename=a\r\n\r\n");
	feeder_say(&f, GZ_C2S, gz_span(bytes, sizeof(bytes)));
	assert_int_equal(seen_of_file(&f), -1);
	feeder_say(&f, GZ_C2S, gz_span(bytes, sizeof(bytes)));
	feeder_say(&f, GZ_C2S, gz_span(bytes, sizeof(bytes)));
	assert_in_range(seen_of_file(&f), 32 * 1024, 48 * 1024);
	feeder_fini(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_mail_and_its_parts_are_read),
		cmocka_unit_test(chunks_make_a_mail),
		cmocka_unit_test(starttls_goes_over_to_what_follows),
		cmocka_unit_test(data_that_is_refused_is_none),
		cmocka_unit_test(odd_mails_are_read_as_far_as_they_go),
		cmocka_unit_test(endless_lines_and_lists_are_borne),
		cmocka_unit_test(an_attachment_is_judged_when_enough_of_it_is_there),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
