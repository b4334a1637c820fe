/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef GZ_ADDR_H
#define GZ_ADDR_H

/*
 * An IP address of either family in 16 bytes, network order: IPv4 as
 * ::ffff:a.b.c.d (RFC 4291 section 2.5.5.2), so that one comparison serves both.
 */

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

struct gz_addr {
	union {
		uint8_t b[16];
		uint32_t w[4];
		uint64_t q[2];
	};
};

enum {
	GZ_ADDR_TEXT = 46, /* room for any address as text, with its NUL */
};

static inline struct gz_addr
gz_addr_v4(const void *four_bytes)
{
	struct gz_addr a = { .b = { [10] = 0xff, [11] = 0xff } };

	memcpy(&a.b[12], four_bytes, 4);
	return a;
}

static inline struct gz_addr
gz_addr_v6(const void *sixteen_bytes)
{
	struct gz_addr a;

	memcpy(a.b, sixteen_bytes, 16);
	return a;
}

static inline bool
gz_addr_is_v4(const struct gz_addr *a)
{
	static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff };

	return memcmp(a->b, mapped, sizeof(mapped)) == 0;
}

static inline bool
gz_addr_equal(const struct gz_addr *a, const struct gz_addr *b)
{
	return a->q[0] == b->q[0] && a->q[1] == b->q[1];
}

/** Order as numbers: below 0, 0, above 0. */
static inline int
gz_addr_compare(const struct gz_addr *a, const struct gz_addr *b)
{
	return memcmp(a->b, b->b, sizeof(a->b));
}

/** As Suricata writes it: IPv4 dotted, IPv6 in full, eight groups of four digits. */
const char *gz_addr_text(const struct gz_addr *a, char buf[GZ_ADDR_TEXT]);

/** An address and its prefix length in bits of the 16 bytes: an IPv4 /24 is 120, and ::/0 has all of
 * IPv4 in it. */
struct gz_prefix {
	struct gz_addr addr;
	uint8_t bits;
};

/** "10.0.0.1", "10.0.0.0/8", "2001:db8::/32"; host bits are cleared. @return false when it is none. */
bool gz_prefix_parse(const char *text, struct gz_prefix *p);
bool gz_prefix_has(const struct gz_prefix *p, const struct gz_addr *a);
/** The first and the last address of @p p. */
void gz_prefix_range(const struct gz_prefix *p, struct gz_addr *first, struct gz_addr *last);

#endif /* GZ_ADDR_H */
