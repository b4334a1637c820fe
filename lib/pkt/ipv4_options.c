/* SPDX-License-Identifier: BSD-3-Clause */

/* The options of an IPv4 header (RFC 791, 1108, 2113, 4782; CIPSO). */

#include "pkt_internal.h"

enum {
	OPT_EOL = 0,
	OPT_NOP = 1,
	OPT_RR = 7,
	OPT_QS = 25,
	OPT_TS = 68,
	OPT_SEC = 130,
	OPT_LSRR = 131,
	OPT_ESEC = 133,
	OPT_CIPSO = 134,
	OPT_SID = 136,
	OPT_SSRR = 137,
	OPT_RTRALT = 148,
};

enum {
	ROUTE_LEAST = 3,
	ROUTE_POINTER_LEAST = 4,
	TIMESTAMP_LEAST = 5,
	TIMESTAMP_FLAG_MASK = 0xf,
	CIPSO_LEAST = 10,
	CIPSO_TAGS_OFF = 6,
	QS_LEAST = 8,
	SEC_LEAST = 3,
	SID_LEN = 4, /* and the router alert's */
	ADDR_LEN = 4,
	PAD_UNIT = 8,
};

/* An option seen: its bit, so that a second one is noticed. */
static uint32_t
option_bit(uint8_t type)
{
	switch (type) {
	case OPT_RR:
		return 1 << 0;
	case OPT_QS:
		return 1 << 1;
	case OPT_TS:
		return 1 << 2;
	case OPT_SEC:
		return 1 << 3;
	case OPT_LSRR:
		return 1 << 4;
	case OPT_CIPSO:
		return 1 << 5;
	case OPT_SID:
		return 1 << 6;
	case OPT_SSRR:
		return 1 << 7;
	case OPT_RTRALT:
		return 1 << 8;
	case OPT_ESEC:
		return 1 << 9;
	default:
		return 0;
	}
}

static bool
malformed(struct decode *d, enum gz_pkt_event e)
{
	pkt_bad_why(d, e, GZ_WHY_IP_OPTIONS);
	return false;
}

/* Record route and both source routes: a pointer to the next free address. */
static bool
route_is_good(struct decode *d, const uint8_t *o, uint32_t len)
{
	if (len < ROUTE_LEAST)
		return malformed(d, GZ_PKT_EVENT_IPV4_OPT_INVALID_LEN);
	if (o[2] < ROUTE_POINTER_LEAST || o[2] % ADDR_LEN != 0 || o[2] > len + 1)
		return malformed(d, GZ_PKT_EVENT_IPV4_OPT_MALFORMED);
	/* hosts do not take it, unless told to (RFC 7126 section 4.3) */
	if (o[0] != OPT_RR)
		pkt_refused(d, GZ_WHY_SOURCE_ROUTE);
	return true;
}

static bool
timestamp_is_good(struct decode *d, const uint8_t *o, uint32_t len)
{
	uint32_t flag, record;

	if (len < TIMESTAMP_LEAST)
		return malformed(d, GZ_PKT_EVENT_IPV4_OPT_INVALID_LEN);

	flag = o[3] & TIMESTAMP_FLAG_MASK;
	record = flag == 1 || flag == 3 ? 2 * ADDR_LEN : ADDR_LEN;
	if (o[2] < TIMESTAMP_LEAST || (o[2] - TIMESTAMP_LEAST) % record != 0 || o[2] > len + 1)
		return malformed(d, GZ_PKT_EVENT_IPV4_OPT_MALFORMED);
	return true;
}

static bool
cipso_is_good(struct decode *d, const uint8_t *o, uint32_t len)
{
	uint32_t i = CIPSO_TAGS_OFF;

	if (len < CIPSO_LEAST)
		return malformed(d, GZ_PKT_EVENT_IPV4_OPT_INVALID_LEN);
	while (i < len) {
		if (i + 2 > len || o[i + 1] < 2 || o[i + 1] > len - i)
			return malformed(d, GZ_PKT_EVENT_IPV4_OPT_MALFORMED);
		i += o[i + 1];
	}
	return true;
}

static bool
require(struct decode *d, bool length_is_good)
{
	return length_is_good || malformed(d, GZ_PKT_EVENT_IPV4_OPT_INVALID_LEN);
}

/* @p o: type, length (2 to what is left) and data. */
static bool
option_is_good(struct decode *d, const uint8_t *o, uint32_t len)
{
	switch (o[0]) {
	case OPT_RR:
	case OPT_LSRR:
	case OPT_SSRR:
		return route_is_good(d, o, len);
	case OPT_TS:
		return timestamp_is_good(d, o, len);
	case OPT_CIPSO:
		return cipso_is_good(d, o, len);
	case OPT_QS:
		return require(d, len >= QS_LEAST);
	case OPT_SEC:
	case OPT_ESEC:
		return require(d, len >= SEC_LEAST);
	case OPT_SID:
	case OPT_RTRALT:
		return require(d, len == SID_LEN);
	default:
		gz_pkt_note(d->p, GZ_PKT_EVENT_IPV4_OPT_INVALID);
		return true;
	}
}

/* Of some there may be one (RFC 791 section 3.1), and hosts hold to it. */
static void
take_double(struct decode *d, uint8_t type)
{
	gz_pkt_note(d->p, GZ_PKT_EVENT_IPV4_OPT_DUPLICATE);
	if (type == OPT_RR || type == OPT_TS || type == OPT_CIPSO)
		pkt_refused(d, GZ_WHY_IP_OPTIONS);
}

bool
pkt_ipv4_options(struct decode *d, const uint8_t *options, uint32_t len)
{
	uint32_t seen = 0, bit, i = 0;

	if (len % PAD_UNIT != 0)
		gz_pkt_note(d->p, GZ_PKT_EVENT_IPV4_OPT_PAD_REQUIRED);
	while (i < len && options[i] != OPT_EOL) {
		if (options[i] == OPT_NOP) {
			i++;
			continue;
		}
		if (len - i < 2) {
			gz_pkt_note(d->p, GZ_PKT_EVENT_IPV4_OPT_EOL_REQUIRED);
			pkt_refused(d, GZ_WHY_IP_OPTIONS);
			break;
		}
		if (options[i + 1] < 2 || options[i + 1] > len - i)
			return malformed(d, GZ_PKT_EVENT_IPV4_OPT_INVALID_LEN);

		bit = option_bit(options[i]);
		if ((seen & bit) != 0)
			take_double(d, options[i]);
		else if (!option_is_good(d, options + i, options[i + 1]))
			return false;
		seen |= bit;
		i += options[i + 1];
	}
	return true;
}
