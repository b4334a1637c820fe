/* SPDX-License-Identifier: BSD-3-Clause */
#include "number_internal.h"

const char *
number_parse_flow(struct gz_sig_builder *b, const struct gz_keyword *kw, const char *value,
		uint64_t most)
{
	struct number_test read, *t;

	if (!number_test_parse(text_unquoted(value), most, &read))
		return gz_sig_error(b,
				"expected a number up to %llu or a comparison: 5, !5, <5, "
				">=5, 5<>9",
				(unsigned long long)most);
	t = gz_sig_alloc(sizeof(*t));
	*t = read;
	gz_sig_add(b, kw, t, 0);
	return NULL;
}

const char *
number_parse(struct gz_sig_builder *b, const struct gz_keyword *kw, const char *value,
		uint64_t most)
{
	gz_sig_of(b)->flags |= GZ_SIG_NEEDS_PACKET;
	return number_parse_flow(b, kw, value, most);
}

/* RFC 792: echo, timestamp, information and mask, requests and replies; RFC 4443: echo. */
bool
icmp_has_id(const struct gz_eval *e)
{
	uint8_t type;

	if (!pkt_is(e, GZ_PKT_ICMP4 | GZ_PKT_ICMP6))
		return false;
	type = e->pkt->icmp_type;
	if (e->pkt->flags & GZ_PKT_ICMP6)
		return type == 128 || type == 129;
	return type == 0 || type == 8 || (type >= 13 && type <= 18);
}

const uint8_t *
tcp_option(const struct gz_eval *e, uint8_t kind, uint8_t len)
{
	enum {
		HEADER = 20,
		END = 0,
		NOP = 1
	};
	const uint8_t *tcp, *at, *end;

	if (!pkt_is(e, GZ_PKT_TCP))
		return NULL;
	tcp = gz_pkt_l4(e->pkt);
	at = tcp + HEADER;
	end = tcp + (tcp[12] >> 4) * 4;
	while (at + 1 < end && *at != END) {
		if (*at == NOP) {
			at++;
			continue;
		}
		if (at[1] < 2 || at + at[1] > end)
			return NULL;
		if (*at == kind)
			return at[1] == len ? at + 2 : NULL;
		at += at[1];
	}
	return NULL;
}
