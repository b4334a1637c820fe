/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef PKT_TEST_FRAME_H
#define PKT_TEST_FRAME_H

/* Frames for tests, written as digits: frame("45 00 00 14 ..."); blanks are for the eye. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "gz_pkt.h"

#define TEST_MACS "02 00 00 00 00 02  02 00 00 00 00 01 "
/* 10.0.0.1 to 10.0.0.2, no checksum; total length and protocol are the caller's */
#define TEST_IP4(total, proto) \
	"45 00 " total " 00 01 00 00 40 " proto " 00 00 0a 00 00 01 0a 00 00 02 "
/* 2001:db8::1 to ::2 */
#define TEST_IP6(payload, next)                            \
	"60 00 00 00 " payload " " next " 40 "             \
	"20 01 0d b8 00 00 00 00 00 00 00 00 00 00 00 01 " \
	"20 01 0d b8 00 00 00 00 00 00 00 00 00 00 00 02 "
#define TEST_UDP(len) "30 39 00 35 " len " 00 00 "
#define TEST_TCP(off_flags) "30 39 00 50 00 00 00 01 00 00 00 02 " off_flags " 20 00 00 00 00 00 "

static inline int
test_digit(char c)
{
	return c <= '9' ? c - '0' : c - 'a' + 10;
}

/* A packet over the digits, in memory of exactly its size; test_done() when done. */
static inline struct gz_pkt
test_frame(enum gz_link link, const char *digits)
{
	struct gz_pkt p;
	uint8_t *b = malloc(strlen(digits) / 2 + 1);
	uint32_t n = 0;

	memset(&p, 0xee, sizeof(p));
	assert_non_null(b);
	for (; *digits != '\0'; digits++) {
		if (*digits == ' ')
			continue;
		b[n++] = (uint8_t)(test_digit(digits[0]) << 4 | test_digit(digits[1]));
		digits++;
	}
	p.data = realloc(b, n > 0 ? n : 1);
	p.len = n;
	p.flags = 0;
	p.link = link;
	return p;
}

static inline struct gz_pkt
test_decode(enum gz_link link, const char *digits)
{
	static const struct gz_decode_opts opts = { .verify_checksums = false };
	struct gz_pkt p = test_frame(link, digits);

	gz_pkt_decode(&p, &opts);
	return p;
}

static inline void
test_done(struct gz_pkt *p)
{
	free(p->data);
	p->data = NULL;
}

static inline bool
test_has_event(const struct gz_pkt *p, enum gz_pkt_event e)
{
	uint32_t i;

	for (i = 0; i < p->nb_events; i++) {
		if (p->events[i] == e)
			return true;
	}
	return false;
}

/* Decode and say whether the event was noted. */
static inline bool
test_raises(enum gz_link link, const char *digits, enum gz_pkt_event e)
{
	struct gz_pkt p = test_decode(link, digits);
	bool has = test_has_event(&p, e);

	test_done(&p);
	return has;
}

#endif /* PKT_TEST_FRAME_H */
