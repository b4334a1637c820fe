/* SPDX-License-Identifier: BSD-3-Clause */

#include <stdio.h>

#include "dns.h"

enum {
	LABELS_MOST = 255,
	POINTERS_MOST = 255, /* more of them must go round in a circle */
	POINTER = 0xc0,
};

/** A label to the name, with a dot before it. A name that has no more room is cut. */
static void
add_label(uint8_t *out, int *len, struct gz_span label, uint64_t *events)
{
	uint32_t room = (uint32_t)(DNS_NAME_MOST - *len);

	if (*len > 0 && room > 0) {
		out[(*len)++] = '.';
		room--;
	}
	if (label.len > room) {
		label.len = room;
		*events |= 1u << DNS_EVENT_NAME_TOO_LONG;
	}
	memcpy(out + *len, label.p, label.len);
	*len += (int)label.len;
}

int
dns_unfold(struct gz_span message, struct gz_cursor *c, uint8_t out[DNS_NAME_MOST],
		uint64_t *events)
{
	uint32_t pointers = 0, labels = 0;
	struct gz_cursor at = *c;
	struct gz_span label;
	uint8_t n, low;
	int len = 0;

	for (;;) {
		if (!gz_cursor_u8(&at, &n))
			return -1;
		if (n == 0)
			break;
		if ((n & POINTER) == POINTER) {
			uint32_t target;

			if (!gz_cursor_u8(&at, &low))
				return -1;
			target = (uint32_t)(n & ~POINTER) << 8 | low;
			if (pointers++ == 0)
				*c = at; /* the name ends here in its record */
			if (target >= message.len)
				return -1;
			if (pointers > POINTERS_MOST) {
				*events |= 1u << DNS_EVENT_INFINITE_LOOP;
				return len;
			}
			at = gz_cursor(message.p + target, message.len - target);
			continue;
		}
		if ((n & POINTER) != 0 || !gz_cursor_take(&at, n, &label))
			return -1;
		if (++labels > LABELS_MOST) {
			*events |= 1u << DNS_EVENT_TOO_MANY_LABELS;
			if (pointers == 0)
				*c = at;
			return len;
		}
		add_label(out, &len, label, events);
	}
	if (pointers == 0)
		*c = at;
	return len;
}

/* In order of their numbers. */
const struct gz_field_word dns_types[] = {
	{ "A", 1 },
	{ "NS", 2 },
	{ "MD", 3 },
	{ "MF", 4 },
	{ "CNAME", 5 },
	{ "SOA", 6 },
	{ "MB", 7 },
	{ "MG", 8 },
	{ "MR", 9 },
	{ "NULL", 10 },
	{ "WKS", 11 },
	{ "PTR", 12 },
	{ "HINFO", 13 },
	{ "MINFO", 14 },
	{ "MX", 15 },
	{ "TXT", 16 },
	{ "RP", 17 },
	{ "AFSDB", 18 },
	{ "X25", 19 },
	{ "ISDN", 20 },
	{ "RT", 21 },
	{ "NSAP", 22 },
	{ "NSAPPTR", 23 },
	{ "SIG", 24 },
	{ "KEY", 25 },
	{ "PX", 26 },
	{ "GPOS", 27 },
	{ "AAAA", 28 },
	{ "LOC", 29 },
	{ "NXT", 30 },
	{ "SRV", 33 },
	{ "ATMA", 34 },
	{ "NAPTR", 35 },
	{ "KX", 36 },
	{ "CERT", 37 },
	{ "A6", 38 },
	{ "DNAME", 39 },
	{ "OPT", 41 },
	{ "APL", 42 },
	{ "DS", 43 },
	{ "SSHFP", 44 },
	{ "IPSECKEY", 45 },
	{ "RRSIG", 46 },
	{ "NSEC", 47 },
	{ "DNSKEY", 48 },
	{ "DHCID", 49 },
	{ "NSEC3", 50 },
	{ "NSEC3PARAM", 51 },
	{ "TLSA", 52 },
	{ "HIP", 55 },
	{ "CDS", 59 },
	{ "CDNSKEY", 60 },
	{ "SVCB", 64 },
	{ "HTTPS", 65 },
	{ "SPF", 99 },
	{ "TKEY", 249 },
	{ "TSIG", 250 },
	{ "AXFR", 252 },
	{ "MAILA", 253 },
	{ "MAILB", 254 },
	{ "ANY", 255 },
	{ "URI", 256 },
	{ NULL, 0 },
};

const char *
dns_type_name(uint16_t type, char buf[8])
{
	uint32_t low = 0, high = RTE_DIM(dns_types) - 1;

	while (low < high) {
		uint32_t mid = (low + high) / 2;

		if (dns_types[mid].number == type)
			return dns_types[mid].word;
		if (dns_types[mid].number < type)
			low = mid + 1;
		else
			high = mid;
	}
	snprintf(buf, 8, "%u", type);
	return buf;
}
