/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef NUMBER_INTERNAL_H
#define NUMBER_INTERNAL_H

/* Keywords that compare one number of a packet: ttl, dsize, tcp.window and the like. */

#include "keyword_internal.h"

/** Read a comparison with numbers up to @p most and add the match; free() is its free. */
const char *number_parse(struct gz_sig_builder *b, const struct gz_keyword *kw, const char *value,
		uint64_t most);

/** The same about the packet's flow: a rule that says it may look into the stream all the same. */
const char *number_parse_flow(struct gz_sig_builder *b, const struct gz_keyword *kw,
		const char *value, uint64_t most);

static inline enum gz_answer
number_answer(const struct gz_match *m, uint64_t v)
{
	return number_test_has(m->arg, v) ? GZ_YES : GZ_NO;
}

/** 16 and 32 bits of a header that decode has found to be there. */
static inline uint16_t
be16_at(const uint8_t *p)
{
	return (uint16_t)(p[0] << 8 | p[1]);
}

static inline uint32_t
be32_at(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

/** Has the packet a whole header of that layer? Fragments and packets that do not fit have none. */
static inline bool
pkt_is(const struct gz_eval *e, uint32_t flag)
{
	const struct gz_pkt *p = e->pkt;

	return p != NULL && (p->flags & flag) != 0 &&
			(p->flags & (GZ_PKT_FRAGMENT | GZ_PKT_PSEUDO)) == 0;
}

/** Its IP header is whole; a fragment has one too. */
static inline bool
pkt_is_ip(const struct gz_eval *e, uint32_t flag)
{
	const struct gz_pkt *p = e->pkt;

	return p != NULL && (p->flags & flag) != 0 && !(p->flags & GZ_PKT_PSEUDO);
}

/** Is it a message with identifier and sequence number? */
bool icmp_has_id(const struct gz_eval *e);

enum {
	TCP_OPTION_MSS = 2,
	TCP_OPTION_WSCALE = 3,
};

/** The value of that option of @p len bytes with its head (RFC 9293 section 3.2), or NULL. */
const uint8_t *tcp_option(const struct gz_eval *e, uint8_t kind, uint8_t len);

#endif /* NUMBER_INTERNAL_H */
