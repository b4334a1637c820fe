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

/* Names of types that are told, in order of their numbers. */
static const struct {
	uint16_t type;
	const char *name;
} types[] = {
	{ 1, "A" },
	{ 2, "NS" },
	{ 3, "MD" },
	{ 4, "MF" },
	{ 5, "CNAME" },
	{ 6, "SOA" },
	{ 7, "MB" },
	{ 8, "MG" },
	{ 9, "MR" },
	{ 10, "NULL" },
	{ 11, "WKS" },
	{ 12, "PTR" },
	{ 13, "HINFO" },
	{ 14, "MINFO" },
	{ 15, "MX" },
	{ 16, "TXT" },
	{ 17, "RP" },
	{ 18, "AFSDB" },
	{ 19, "X25" },
	{ 20, "ISDN" },
	{ 21, "RT" },
	{ 22, "NSAP" },
	{ 23, "NSAPPTR" },
	{ 24, "SIG" },
	{ 25, "KEY" },
	{ 26, "PX" },
	{ 27, "GPOS" },
	{ 28, "AAAA" },
	{ 29, "LOC" },
	{ 30, "NXT" },
	{ 33, "SRV" },
	{ 34, "ATMA" },
	{ 35, "NAPTR" },
	{ 36, "KX" },
	{ 37, "CERT" },
	{ 38, "A6" },
	{ 39, "DNAME" },
	{ 41, "OPT" },
	{ 42, "APL" },
	{ 43, "DS" },
	{ 44, "SSHFP" },
	{ 45, "IPSECKEY" },
	{ 46, "RRSIG" },
	{ 47, "NSEC" },
	{ 48, "DNSKEY" },
	{ 49, "DHCID" },
	{ 50, "NSEC3" },
	{ 51, "NSEC3PARAM" },
	{ 52, "TLSA" },
	{ 55, "HIP" },
	{ 59, "CDS" },
	{ 60, "CDNSKEY" },
	{ 64, "SVCB" },
	{ 65, "HTTPS" },
	{ 99, "SPF" },
	{ 249, "TKEY" },
	{ 250, "TSIG" },
	{ 252, "AXFR" },
	{ 253, "MAILA" },
	{ 254, "MAILB" },
	{ 255, "ANY" },
	{ 256, "URI" },
};

const char *
dns_type_name(uint16_t type, char buf[8])
{
	uint32_t low = 0, high = RTE_DIM(types);

	while (low < high) {
		uint32_t mid = (low + high) / 2;

		if (types[mid].type == type)
			return types[mid].name;
		if (types[mid].type < type)
			low = mid + 1;
		else
			high = mid;
	}
	snprintf(buf, 8, "%u", type);
	return buf;
}
