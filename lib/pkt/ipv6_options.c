/* SPDX-License-Identifier: BSD-3-Clause */

/* The options in hop-by-hop and destination headers of IPv6 (RFC 8200 section 4.2). */

#include <netinet/in.h>

#include "pkt_internal.h"

enum {
	OPTIONS_OFF = 2,
	OPT_PAD1 = 0x00,
	OPT_PADN = 0x01,
	OPT_ROUTER_ALERT = 0x05,
	OPT_JUMBO = 0xc2,
	OPT_HOME_ADDRESS = 0xc9,
	OPT_ACTION = 0xc0,
	PADS_MOST = 7, /* bytes in a row, as Linux has it (RFC 4942 section 2.1.9.5) */
	OPTIONS_MOST = 8, /* in a header, as Linux has it (RFC 8504 section 5.3) */
};

static bool
is_known(uint8_t type)
{
	return type == OPT_ROUTER_ALERT || type == OPT_JUMBO || type == OPT_HOME_ADDRESS;
}

/** Filling of more than seven bytes, or that is not empty, is taken for a hidden channel. */
static bool
pad_is_good(const uint8_t *option, uint32_t len, uint32_t *run)
{
	*run += len;
	for (uint32_t i = 2; i < len; i++)
		if (option[i] != 0)
			return false;
	return *run <= PADS_MOST;
}

/* RFC 8200 section 4.2: the type says whether a receiver that does not know it may go on. */
static bool
is_taken(uint8_t type, bool hop)
{
	if ((type & OPT_ACTION) == 0 || type == OPT_HOME_ADDRESS)
		return true;
	return hop && type == OPT_JUMBO;
}

void
pkt_ipv6_options(struct decode *d, const uint8_t *header, uint32_t len, uint8_t which)
{
	bool hop = which == IPPROTO_HOPOPTS;
	uint32_t pads = 0, others = 0, run = 0, size, i = OPTIONS_OFF;
	bool good = true;

	while (i < len) {
		size = header[i] == OPT_PAD1 ? 1 : 0;
		if (size == 0 && (len - i < 2 || header[i + 1] > len - i - 2)) {
			gz_pkt_note(d->p, GZ_PKT_EVENT_IPV6_EXTHDR_INVALID_OPTLEN);
			good = false;
			break;
		}
		if (size == 0)
			size = 2u + header[i + 1];
		if (header[i] <= OPT_PADN) {
			pads++;
			good &= pad_is_good(&header[i], size, &run);
			if (header[i] == OPT_PADN && size == 2)
				gz_pkt_note(d->p, GZ_PKT_EVENT_IPV6_ZERO_LEN_PADN);
		} else {
			others++;
			run = 0;
			good &= is_taken(header[i], hop);
			if (!is_known(header[i]))
				gz_pkt_note(d->p,
						hop ? GZ_PKT_EVENT_IPV6_HOPOPTS_UNKNOWN_OPT
						    : GZ_PKT_EVENT_IPV6_DSTOPTS_UNKNOWN_OPT);
		}
		i += size;
	}
	if (!good || others > OPTIONS_MOST)
		pkt_refused(d, GZ_WHY_EXT_HEADER);
	if (pads > 0 && others == 0)
		gz_pkt_note(d->p,
				hop ? GZ_PKT_EVENT_IPV6_HOPOPTS_ONLY_PADDING
				    : GZ_PKT_EVENT_IPV6_DSTOPTS_ONLY_PADDING);
}
