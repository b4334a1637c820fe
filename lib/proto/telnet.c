/* SPDX-License-Identifier: BSD-3-Clause */

/*
 * Telnet (RFC 854) is recognised by its negotiation and not read: rules look into
 * the stream itself.
 */

#include "gz_proto.h"

enum {
	IAC = 0xff,
	WILL = 0xfb,
	DONT = 0xfe,
	OPTION_LAST = 49, /* of those that are assigned in a row; then EXTENDED-OPTIONS-LIST */
	OPTION_EXTENDED = 255,
};

/** IAC, WILL to DONT, an option. */
static enum gz_probe
telnet_guess(enum gz_dir dir, struct gz_span s)
{
	if (s.len > 0 && s.p[0] != IAC)
		return GZ_PROBE_NO;
	if (s.len > 1 && (s.p[1] < WILL || s.p[1] > DONT))
		return GZ_PROBE_NO;
	if (s.len < 3)
		return GZ_PROBE_MAYBE;
	return s.p[2] <= OPTION_LAST || s.p[2] == OPTION_EXTENDED ? GZ_PROBE_SURE : GZ_PROBE_NO;
}

static enum gz_parse
telnet_parse(struct gz_app *app, struct gz_input *in)
{
	in->eaten = in->len;
	return GZ_PARSE_OK;
}

static enum gz_parse
telnet_gap(struct gz_app *app, enum gz_dir dir, uint64_t len)
{
	return GZ_PARSE_OK;
}

static struct gz_proto telnet = {
	.reg = { .name = "telnet" },
	.help = "Telnet, recognised by its negotiation (RFC 854)",
	.l4 = GZ_L4_TCP,
	.ports = "23",
	.guess = telnet_guess,
	.parse = telnet_parse,
	.gap = telnet_gap,
};
GZ_PROTO_REGISTER(telnet)
