/* SPDX-License-Identifier: BSD-3-Clause */
#include "gz_addr.h"

#include <arpa/inet.h>
#include <stdio.h>

#include "gz_span.h"

static const char hex[] = "0123456789abcdef";

static char *
put_octet(char *at, uint8_t v)
{
	if (v >= 100)
		*at++ = (char)('0' + v / 100);
	if (v >= 10)
		*at++ = (char)('0' + v / 10 % 10);
	*at++ = (char)('0' + v % 10);
	return at;
}

const char *
gz_addr_text(const struct gz_addr *a, char buf[GZ_ADDR_TEXT])
{
	bool v4 = gz_addr_is_v4(a);
	char *at = buf;
	int i;

	for (i = v4 ? 12 : 0; i < 16; i++) {
		if (v4) {
			at = put_octet(at, a->b[i]);
			*at++ = '.';
			continue;
		}
		*at++ = hex[a->b[i] >> 4];
		*at++ = hex[a->b[i] & 15];
		if (i % 2 == 1)
			*at++ = ':';
	}
	at[-1] = '\0'; /* over the last separator */
	return buf;
}

static bool
addr_parse(struct gz_span text, struct gz_addr *a)
{
	char buf[INET6_ADDRSTRLEN];
	uint8_t raw[16];

	if (text.len == 0 || text.len >= sizeof(buf))
		return false;
	memcpy(buf, text.p, text.len);
	buf[text.len] = '\0';
	if (inet_pton(AF_INET, buf, raw) == 1)
		*a = gz_addr_v4(raw);
	else if (inet_pton(AF_INET6, buf, raw) == 1)
		*a = gz_addr_v6(raw);
	else
		return false;
	return true;
}

/** The mask of byte @p i under a prefix of @p bits. */
static uint8_t
mask_byte(uint8_t bits, int i)
{
	int left = bits - i * 8;

	return left >= 8 ? 0xff : left <= 0 ? 0 : (uint8_t)(0xff << (8 - left));
}

bool
gz_prefix_parse(const char *text, struct gz_prefix *p)
{
	struct gz_span rest = gz_span_str(text), addr;
	struct gz_addr last;
	uint64_t bits, most;
	bool slash;

	slash = gz_span_find(rest, GZ_SPAN("/")) >= 0;
	if (!gz_span_cut(&rest, '/', &addr) || !addr_parse(addr, &p->addr))
		return false;
	/* ::ffff:0:0/96 is IPv6 by its text, whatever its bytes say. */
	most = memchr(addr.p, ':', addr.len) == NULL ? 32 : 128;
	bits = most;
	if (slash && (!gz_span_u64(rest, &bits) || bits > most))
		return false;
	p->bits = (uint8_t)(128 - most + bits);
	gz_prefix_range(p, &p->addr, &last);
	return true;
}

bool
gz_prefix_has(const struct gz_prefix *p, const struct gz_addr *a)
{
	uint8_t whole = p->bits / 8;

	if (memcmp(p->addr.b, a->b, whole) != 0)
		return false;
	return whole == 16 || ((p->addr.b[whole] ^ a->b[whole]) & mask_byte(p->bits, whole)) == 0;
}

void
gz_prefix_range(const struct gz_prefix *p, struct gz_addr *first, struct gz_addr *last)
{
	struct gz_addr a = p->addr;
	uint8_t mask;
	int i;

	for (i = 0; i < 16; i++) {
		mask = mask_byte(p->bits, i);
		first->b[i] = a.b[i] & mask;
		last->b[i] = a.b[i] | (uint8_t)~mask;
	}
}
