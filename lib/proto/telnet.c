/* SPDX-License-Identifier: BSD-3-Clause */

/*
 * Telnet (RFC 854) is recognised by its negotiation and not read: rules look into
 * the stream itself, or into its lines and commands.
 */

#include "gz_frame.h"
#include "gz_proto.h"

enum {
	IAC = 0xff,
	SE = 0xf0,
	SB = 0xfa,
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

enum {
	FRAME_PDU,
	FRAME_CTL,
	FRAME_DATA,
};

static const struct gz_field_row telnet_frames[] = {
	[FRAME_PDU] = GZ_FRAME("telnet.pdu", "a line or a command"),
	[FRAME_CTL] = GZ_FRAME("telnet.ctl", "a command, from its IAC on"),
	[FRAME_DATA] = GZ_FRAME("telnet.data", "a line, or what of it stands before a command"),
};

enum step {
	BETWEEN,
	LINE,
	COMMAND, /* behind IAC */
	OPTION,
	OPTIONS, /* from SB on */
	OPTIONS_END, /* behind an IAC in them */
};

struct telnet_state {
	uint8_t step[2];
};

static void
begin(struct gz_app *app, const struct gz_input *in, const uint8_t *p)
{
	gz_app_frame(app, in, FRAME_PDU, p, GZ_FRAME_OPEN);
	gz_app_frame(app, in, *p == IAC ? FRAME_CTL : FRAME_DATA, p, GZ_FRAME_OPEN);
}

static enum step
end(struct gz_app *app, const struct gz_input *in, uint32_t kind, const uint8_t *p)
{
	gz_app_frame_end(app, in->dir, FRAME_PDU, in->offset + (uint64_t)(p - in->p));
	gz_app_frame_end(app, in->dir, kind, in->offset + (uint64_t)(p - in->p));
	return BETWEEN;
}

/** A byte of a command. */
static enum step
command(struct gz_app *app, const struct gz_input *in, enum step s, const uint8_t *p)
{
	if (s == COMMAND && *p == SB)
		return OPTIONS;
	if (s == COMMAND && *p >= WILL && *p <= DONT)
		return OPTION;
	if (s == OPTIONS)
		return *p == IAC ? OPTIONS_END : OPTIONS;
	if (s == OPTIONS_END && *p != SE)
		return OPTIONS;
	return end(app, in, FRAME_CTL, p + 1);
}

static enum step
take_byte(struct gz_app *app, const struct gz_input *in, enum step s, const uint8_t *p)
{
	if (s > LINE)
		return command(app, in, s, p);
	if (s == LINE && *p == IAC)
		s = end(app, in, FRAME_DATA, p);
	if (s == BETWEEN)
		begin(app, in, p);
	if (*p == IAC)
		return COMMAND;
	return *p == '\n' ? end(app, in, FRAME_DATA, p + 1) : LINE;
}

static enum gz_parse
telnet_parse(struct gz_app *app, struct gz_input *in)
{
	struct telnet_state *state = app->state;
	enum step s = state->step[in->dir];

	for (; in->eaten < in->len; in->eaten++)
		s = take_byte(app, in, s, in->p + in->eaten);
	state->step[in->dir] = (uint8_t)s;
	return GZ_PARSE_OK;
}

static enum gz_parse
telnet_gap(struct gz_app *app, enum gz_dir dir, uint64_t len)
{
	((struct telnet_state *)app->state)->step[dir] = BETWEEN;
	return GZ_PARSE_OK;
}

static struct gz_proto telnet = {
	.reg = { .name = "telnet" },
	.help = "Telnet, recognised by its negotiation (RFC 854)",
	.l4 = GZ_L4_TCP,
	.ports = "23",
	.guess = telnet_guess,
	.state_size = sizeof(struct telnet_state),
	.frames = telnet_frames,
	.nb_frames = RTE_DIM(telnet_frames),
	.parse = telnet_parse,
	.gap = telnet_gap,
};
GZ_PROTO_REGISTER(telnet)
