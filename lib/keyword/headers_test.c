/* SPDX-License-Identifier: BSD-3-Clause */
#include "keyword_test.h"

/* Keywords about the headers of a packet, and the buffers that headers are. */

static const struct gz_decode_opts opts = { .verify_checksums = false };

/* 10.0.0.1 to 10.0.0.2, id 0x1234, don't fragment, TTL 64 */
#define IP4(len, proto)                                                                    \
	"\x45\x10\x00" len "\x12\x34\x40\x00\x40" proto "\x00\x00\x0a\x00\x00\x01\x0a\x00" \
	"\x00\x02"
/* port 1000 to 80, seq 0x01020304, ack 0x05060708, SYN and ACK, window 0x2000, MSS 1460 */
#define TCP                                                                                \
	"\x03\xe8\x00\x50\x01\x02\x03\x04\x05\x06\x07\x08\x60\x12\x20\x00\x00\x00\x00\x00" \
	"\x02\x04\x05\xb4"

static const char tcp[] = IP4("\x30", "\x06") TCP "data";
static const char udp[] = IP4("\x20", "\x11") "\x03\xe8\x00\x35\x00\x0c\x00\x00"
					      "data";
static const char echo[] = IP4("\x20", "\x01") "\x08\x00\x00\x00\x00\x64\x00\x07"
					       "data";
static const char stamp[] = IP4("\x28", "\x01") "\x0d\x00\x00\x00\x00\x64\x00\x07"
						"aaaabbbbcccc";
static const char gone[] = IP4("\x20", "\x01") "\x03\x01\x00\x00\x00\x64\x00\x07"
					       "data";
static const char fragment[] = "\x45\x00\x00\x1c\x12\x34\x20\x05\x40\x11\x00\x00\x0a\x00\x00\x01"
			       "\x0a\x00\x00\x01"
			       "aaaabbbb";
static const char options[] = "\x46\x00\x00\x20\x12\x34\x00\x00\x40\x11\x00\x00\x0a\x00\x00\x01"
			      "\x0a\x00\x00\x02\x94\x04\x00\x00\x03\xe8\x00\x35\x00\x08\x00\x00";
static const char echo6[] = "\x60\x00\x00\x00\x00\x0c\x3a\x40"
			    "\x20\x01\x0d\xb8"
			    "\0\0\0\0\0\0\0\0"
			    "\0\0\0\1"
			    "\x20\x01\x0d\xb8"
			    "\0\0\0\0\0\0\0\0"
			    "\0\0\0\2"
			    "\x80\x00\x00\x00\x00\x64\x00\x07"
			    "data";
static const char toobig6[] = "\x60\x00\x00\x00\x00\x0c\x3a\x40"
			      "\x20\x01\x0d\xb8"
			      "\0\0\0\0\0\0\0\0"
			      "\0\0\0\1"
			      "\x20\x01\x0d\xb8"
			      "\0\0\0\0\0\0\0\0"
			      "\0\0\0\2"
			      "\x02\x00\x00\x00\x00\x00\x05\x00"
			      "data";

static const char scaled[] = IP4(
		"\x30", "\x06") "\x03\xe8\x00\x50\x01\x02\x03\x04\x05\x06\x07\x08\x60\x12"
				"\x20\x00\x00\x00\x00\x00\x01\x03\x03\x07"
				"data";
/* a membership query of version 2, and one whose sum is wrong */
static const char query[] = IP4("\x1c", "\x02") "\x11\x64\xee\x9b\x00\x00\x00\x00";
static const char bad_query[] = IP4("\x1c", "\x02") "\x11\x64\xee\x9c\x00\x00\x00\x00";
/* a SACK and two chunks of data, "hello" and "you" */
static const char sctp[] = IP4("\x54", "\x84") "\x03\xe8\x00\x50\x00\x00\x00\x09\x00\x00\x00\x00"
					       "\x03\x00\x00\x08\x00\x00\x00\x01"
					       "\x00\x03\x00\x15\x00\x00\x00\x01\x00\x00"
					       "\x00\x00\x00\x00\x00\x00hello\x00\x00\x00"
					       "\x00\x03\x00\x13\x00\x00\x00\x02\x00\x00"
					       "\x00\x00\x00\x00\x00\x00you\x00";
/* a call of yppasswdd's second procedure */
static const char call[] = IP4("\x38", "\x11") "\x03\xe8\x00\x6f\x00\x24\x00\x00\x00\x00\x00\x01"
					       "\x00\x00\x00\x00\x00\x00\x00\x02"
					       "\x00\x01\x86\xa9\x00\x00\x00\x01\x00\x00\x00\x02"
					       "....";

struct header_case {
	const char *options;
	struct gz_span packet;
	bool matches;
};

#define PKT(name) GZ_SPAN(name)

static void
decode(struct gz_pkt *p, struct gz_span bytes, uint8_t *copy)
{
	memset(p, 0, sizeof(*p));
	memcpy(copy, bytes.p, bytes.len);
	p->data = copy;
	p->len = bytes.len;
	p->link = GZ_LINK_RAW;
	gz_pkt_decode(p, &opts);
}

/** Does one of the buffer's values match? */
static bool
buffer_matches(const struct gz_sig_buffer *buf, struct gz_pkt *p, struct gz_eval *e)
{
	struct gz_value v;
	uint32_t i;

	for (i = 0; i < 8 && buf->field->rows[0].row->get_pkt(p, i, &v); i++) {
		e->buf = gz_span(v.p, v.len);
		if (gz_eval_chain(e, buf->first))
			return true;
		if (!(buf->field->flags & GZ_FIELD_MULTI))
			return false;
	}
	return false;
}

/** As a rule of any protocol: its packet matches, and its buffers of headers. */
static bool
packet_matches(const struct gz_sig *s, struct gz_pkt *p)
{
	const struct gz_sig_buffer *buf;
	struct gz_eval e;

	eval_init(&e, s);
	e.pkt = p;
	if (!gz_eval_all(&e, s->packet))
		return false;
	for (buf = s->buffers; buf != NULL; buf = buf->next) {
		if (!buffer_matches(buf, p, &e))
			return false;
	}
	return true;
}

static void
assert_headers(const struct header_case *cases, uint32_t n)
{
	uint8_t copy[256];
	struct gz_sig *s;
	struct gz_pkt p;
	uint32_t i;

	for (i = 0; i < n; i++) {
		s = build_options(cases[i].options);
		decode(&p, cases[i].packet, copy);
		if (packet_matches(s, &p) != cases[i].matches)
			fail_msg("%s, row %u", cases[i].options, i);
		gz_sig_destroy(s);
	}
}

static void
numbers_of_headers_are_compared(void **state)
{
	static const struct header_case cases[] = {
		{ "ttl:64;", PKT(tcp), true },
		{ "ttl:<64;", PKT(tcp), false },
		{ "ttl:>=64;", PKT(echo6), true },
		{ "ttl:63<>65;", PKT(fragment), true },
		{ "ttl:!64;", PKT(tcp), false },
		{ "ttl:!60-70;", PKT(tcp), false },
		{ "ttl:!64-70;", PKT(tcp), true },
		{ "ttl:&0xf0=0x40;", PKT(tcp), true },
		{ "ttl:&0x40!=0;", PKT(tcp), true },
		{ "ttl:&0x0f!=0;", PKT(tcp), false },
		{ "dsize:<1kb;", PKT(tcp), true },
		{ "id:0x1234;", PKT(tcp), true },
		{ "id:4660;", PKT(echo6), false },
		{ "tos:16;", PKT(tcp), true },
		{ "tos:x10;", PKT(tcp), true },
		{ "tos:!X10;", PKT(tcp), false },
		{ "tos:!16;", PKT(fragment), true },
		{ "dsize:4;", PKT(tcp), true },
		{ "dsize:>4;", PKT(udp), false },
		{ "dsize:3<>9;", PKT(udp), true },
		{ "tcp.seq:16909060;", PKT(tcp), true },
		{ "seq:1;", PKT(tcp), false },
		{ "ack:0x05060708;", PKT(tcp), true },
		{ "tcp.ack:0;", PKT(udp), false },
		{ "window:8192;", PKT(tcp), true },
		{ "tcp.mss:1460;", PKT(tcp), true },
		{ "tcp.mss:<1460;", PKT(tcp), false },
		{ "itype:8;", PKT(echo), true },
		{ "itype:>8;", PKT(echo), false },
		{ "itype:128;", PKT(echo6), true },
		{ "icode:1;", PKT(gone), true },
		{ "icode:0;", PKT(udp), false },
		{ "icmp_id:100;", PKT(echo), true },
		{ "icmp_id:100;", PKT(echo6), true },
		{ "icmp_id:100;", PKT(gone), false },
		{ "icmp_seq:7;", PKT(stamp), true },
		{ "icmpv6.mtu:1280;", PKT(toobig6), true },
		{ "icmpv6.mtu:1280;", PKT(echo6), false },
		{ "fragoffset:5;", PKT(fragment), true },
		{ "fragoffset:0;", PKT(tcp), true },
		{ "ip_proto:6;", PKT(tcp), true },
		{ "ip_proto:udp;", PKT(udp), true },
		{ "ip_proto:!tcp;", PKT(udp), true },
		{ "ip_proto:>17;", PKT(udp), false },
		{ "sameip;", PKT(fragment), true },
		{ "sameip;", PKT(tcp), false },
	};

	assert_headers(cases, RTE_DIM(cases));
}

static void
bits_of_headers_are_tested(void **state)
{
	static const struct header_case cases[] = {
		{ "flags:SA;", PKT(tcp), true },
		{ "flags:S;", PKT(tcp), false },
		{ "flags:S+;", PKT(tcp), true },
		{ "flags:+SA;", PKT(tcp), true },
		{ "flags:SF+;", PKT(tcp), false },
		{ "flags:*SF;", PKT(tcp), true },
		{ "flags:!F;", PKT(tcp), true },
		{ "flags:!SA;", PKT(tcp), false },
		{ "flags:S,A;", PKT(tcp), true },
		{ "flags:S,12;", PKT(tcp), false },
		{ "tcp.flags:SA,CE;", PKT(tcp), true },
		{ "flags:0;", PKT(tcp), false },
		{ "flags:0;", PKT(udp), false },
		{ "fragbits:D;", PKT(tcp), true },
		{ "fragbits:M;", PKT(fragment), true },
		{ "fragbits:M;", PKT(tcp), false },
		{ "fragbits:D+;", PKT(tcp), true },
		{ "fragbits:*MD;", PKT(tcp), true },
		{ "fragbits:!M;", PKT(tcp), true },
		{ "fragbits:!D;", PKT(tcp), false },
		{ "ipopts:rtralt;", PKT(options), true },
		{ "ipopts:any;", PKT(options), true },
		{ "ipopts:lsrr;", PKT(options), false },
		{ "ipopts:any;", PKT(tcp), false },
	};

	assert_headers(cases, RTE_DIM(cases));
}

static void
checksums_are_right_or_not(void **state)
{
	/* the headers above have sums of zero */
	static const struct header_case cases[] = {
		{ "ipv4-csum:invalid;", PKT(tcp), true },
		{ "ipv4-csum:valid;", PKT(tcp), false },
		{ "tcpv4-csum:invalid;", PKT(tcp), true },
		{ "tcpv6-csum:invalid;", PKT(tcp), false },
		{ "udpv4-csum:valid;", PKT(udp), true }, /* may do without */
		{ "icmpv4-csum:invalid;", PKT(echo), true },
		{ "icmpv6-csum:invalid;", PKT(echo6), true },
		{ "icmpv6-csum:invalid;", PKT(echo), false },
	};
	struct gz_sig *good = build_options("tcpv4-csum:valid; ipv4-csum:valid;");
	uint8_t copy[256];
	struct gz_pkt p;

	assert_headers(cases, RTE_DIM(cases));
	decode(&p, PKT(tcp), copy);
	gz_pkt_fix_checksums(&p);
	assert_true(packet_matches(good, &p));
	gz_sig_destroy(good);
}

static void
headers_are_buffers(void **state)
{
	static const struct header_case cases[] = {
		{ "ip.src; content:\"|0a 00 00 01|\"; startswith; endswith;", PKT(tcp), true },
		{ "ip.dst; content:\"|0a 00 00 02|\";", PKT(tcp), true },
		{ "ip.src; bsize:16;", PKT(echo6), true },
		{ "ipv4.hdr; bsize:20;", PKT(tcp), true },
		{ "ipv4.hdr; bsize:24;", PKT(options), true },
		{ "ipv4.hdr; bsize:40;", PKT(echo6), false },
		{ "ipv6.hdr; bsize:40;", PKT(echo6), true },
		{ "tcp.hdr; content:\"|02 04 05 b4|\"; endswith;", PKT(tcp), true },
		{ "tcp.hdr; byte_test:2,=,80,2;", PKT(tcp), true },
		{ "udp.hdr; bsize:8;", PKT(udp), true }, { "udp.hdr; bsize:8;", PKT(tcp), false },
		{ "udp.hdr; bsize:8;", PKT(fragment), false },
		{ "icmpv4.hdr; bsize:8;", PKT(echo), true },
		{ "icmpv4.hdr; bsize:20;", PKT(stamp), true },
		{ "icmpv6.hdr; content:\"|80|\"; startswith;", PKT(echo6), true },
		{ "icmpv6.hdr; bsize:8;", PKT(echo), false },
		{ "ether.hdr; bsize:14;", PKT(tcp), false }, /* a raw link has none */
	};

	assert_headers(cases, RTE_DIM(cases));
}

static void
an_ethernet_header_is_a_buffer(void **state)
{
	uint8_t frame[64] = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 0x08, 0x00 };
	struct gz_sig *s = build_options("ether.hdr; content:\"|08 00|\"; endswith; bsize:14;");
	struct gz_pkt p = { .data = frame, .len = sizeof(frame), .link = GZ_LINK_ETHERNET };

	memcpy(frame + 14, udp, sizeof(udp) - 1);
	gz_pkt_decode(&p, &opts);
	assert_true(packet_matches(s, &p));
	gz_sig_destroy(s);
}

static void
what_is_wrong_with_headers_can_be_asked(void **state)
{
	struct gz_sig *s = build_options("decode-event:ipv4.trunc_pkt;");
	uint8_t copy[64];
	struct gz_pkt p;

	assert_true(s->flags & GZ_SIG_PKTHDR);
	decode(&p, gz_span(tcp, 30), copy);
	assert_true(packet_matches(s, &p));
	decode(&p, PKT(tcp), copy);
	assert_false(packet_matches(s, &p));
	gz_sig_destroy(s);
}

static void
what_is_odd_about_a_stream_can_be_asked(void **state)
{
	static const char *const ways[] = {
		"stream-event:reassembly_overlap_different_data;",
		"decode-event:stream.reassembly_overlap_different_data;",
	};
	uint8_t events[] = { 255, GZ_TCP_EVENT_REASSEMBLY_OVERLAP_DIFFERENT_DATA };
	struct gz_sig *s;
	struct gz_eval e;

	for (uint32_t i = 0; i < RTE_DIM(ways); i++) {
		s = build_options(ways[i]);
		eval_init(&e, s);
		assert_false(gz_eval_all(&e, s->packet));
		e.tcp_events = events;
		e.nb_tcp_events = 2;
		assert_true(gz_eval_all(&e, s->packet));
		gz_sig_destroy(s);
	}
}

static void
a_wrong_word_is_told_where_it_stands(void **state)
{
	static const struct refusal_case cases[] = {
		{ "ttl:256;",
				"t:1:35: ttl: expected a number up to 255 or a comparison: 5, !5, <5, >=5, "
				"5<>9" },
		{ "ttl:6<>6;",
				"t:1:35: ttl: expected a number up to 255 or a comparison: 5, !5, <5, >=5, "
				"5<>9" },
		{ "dsize:a;",
				"t:1:37: dsize: expected a number up to 65535 or a comparison: 5, !5, <5, "
				">=5, 5<>9" },
		{ "flags:X;", "t:1:37: flags: unknown flag \"X\": expected letters of FSRPAUEC, or 0" },
		{ "flags:;",
				"t:1:37: flags: needs a value: tcp.flags:[+|*|!]<FSRPAUEC>[,<flags to "
				"ignore>]" },
		{ "fragbits:X;",
				"t:1:40: fragbits: expected letters of MDR, perhaps with + * or !" },
		{ "ipopts:foo;",
				"t:1:38: ipopts: expected any, eol, nop, rr, qs, ts, sec, lsrr, esec, "
				"cipso, satid, ssrr or rtralt" },
		{ "ip_proto:nonsense;",
				"t:1:40: ip_proto: expected a protocol: its name or a number up "
				"to 255, perhaps with ! < or > in front" },
		{ "decode-event:foo;", "t:1:44: decode-event: unknown event" },
		{ "stream-event:foo;", "t:1:44: stream-event: unknown event" },
		{ "stream_size:all,>,5;",
				"t:1:43: stream_size: expected client, server, both or either" },
		{ "stream_size:client,x,5;",
				"t:1:50: stream_size: expected a comparison and a number: >,1000" },
		{ "app-layer-protocol:foo;",
				"t:1:50: app-layer-protocol: unknown protocol \"foo\"" },
	};

	assert_refusals(cases, RTE_DIM(cases));
}

static void
messages_of_smaller_protocols_are_told(void **state)
{
	static const struct header_case cases[] = {
		{ "tcp.wscale:7;", PKT(scaled), true },
		{ "tcp.wscale:>7;", PKT(scaled), false },
		{ "tcp.wscale:<99;", PKT(tcp), false },
		{ "igmp.type:0x11;", PKT(query), true },
		{ "igmp.type:0x12;", PKT(query), false },
		{ "igmp.type:<255;", PKT(tcp), false },
		{ "igmp-csum:valid;", PKT(query), true },
		{ "igmp-csum:valid;", PKT(bad_query), false },
		{ "igmp-csum:invalid;", PKT(bad_query), true },
		{ "igmp.hdr; content:\"|11 64|\"; startswith;", PKT(query), true },
		{ "igmp.hdr; content:\"d\";", PKT(tcp), false },
		{ "sctp.vtag:9;", PKT(sctp), true },
		{ "sctp.vtag:!9;", PKT(sctp), false },
		{ "sctp.chunk_cnt:3;", PKT(sctp), true },
		{ "sctp.chunk_cnt:0;", PKT(tcp), false },
		{ "sctp.chunk_type:sack;", PKT(sctp), true },
		{ "sctp.chunk_type:data;", PKT(sctp), true },
		{ "sctp.chunk_type:!data;", PKT(sctp), true },
		{ "sctp.chunk_type:init;", PKT(sctp), false },
		{ "sctp.chunk_type:3;", PKT(sctp), true },
		{ "sctp.chunk_type:>3;", PKT(sctp), false },
		{ "sctp.chunk_data; content:\"hello\"; bsize:5;", PKT(sctp), true },
		{ "sctp.chunk_data; content:\"you\"; bsize:3;", PKT(sctp), true },
		{ "sctp.chunk_data; content:\"me\";", PKT(sctp), false },
		{ "sctp.hdr; content:\"|00 00 00 09|\"; offset:4; depth:4;", PKT(sctp), true },
		{ "rpc:100009,*,*;", PKT(call), true },
		{ "rpc:100009,1,2;", PKT(call), true },
		{ "rpc:100009,1;", PKT(call), true },
		{ "rpc:100009,2,*;", PKT(call), false },
		{ "rpc:100009,*,1;", PKT(call), false },
		{ "rpc:100000,*,*;", PKT(call), false },
		{ "rpc:100009,*,*;", PKT(tcp), false },
		{ "l3_proto:ipv4; ttl:64;", PKT(tcp), true },
	};

	assert_headers(cases, RTE_DIM(cases));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_of_headers_are_compared),
		cmocka_unit_test(messages_of_smaller_protocols_are_told),
		cmocka_unit_test(bits_of_headers_are_tested),
		cmocka_unit_test(checksums_are_right_or_not),
		cmocka_unit_test(headers_are_buffers),
		cmocka_unit_test(an_ethernet_header_is_a_buffer),
		cmocka_unit_test(what_is_wrong_with_headers_can_be_asked),
		cmocka_unit_test(what_is_odd_about_a_stream_can_be_asked),
		cmocka_unit_test(a_wrong_word_is_told_where_it_stands),
	};

	return cmocka_run_group_tests(tests, keyword_setup, keyword_teardown);
}
