/* SPDX-License-Identifier: BSD-3-Clause */

/*
 * IMAP (RFC 9051) is recognised, and followed as far as STARTTLS; what else it
 * says rules look for in the stream itself.
 */

#include "gz_proto.h"

enum {
	IMAP_LINE_MOST = 128, /* bytes at the start of a line that are looked at */
	IMAP_TAG_MOST = 32,
};

struct imap_side {
	uint8_t line[IMAP_LINE_MOST];
	uint8_t len;
};

struct imap_state {
	struct imap_side side[2];
	uint8_t tag[IMAP_TAG_MOST]; /* of STARTTLS, while its answer is awaited */
	uint8_t tag_len;
};

/** "a1 STARTTLS" */
static void
take_command(struct imap_state *s, struct gz_span line)
{
	struct gz_span tag;

	if (!gz_span_cut(&line, ' ', &tag) || tag.len > IMAP_TAG_MOST ||
			!gz_span_equal_nocase(gz_span_trim(line), GZ_SPAN("STARTTLS")))
		return;
	memcpy(s->tag, tag.p, tag.len);
	s->tag_len = (uint8_t)tag.len;
}

/** "a1 OK …". @return true: TLS follows. */
static bool
take_answer(struct imap_state *s, struct gz_span line)
{
	struct gz_span tag, word;

	if (s->tag_len == 0 || !gz_span_cut(&line, ' ', &tag) ||
			!gz_span_equal(tag, gz_span(s->tag, s->tag_len)))
		return false;
	s->tag_len = 0;
	return gz_span_cut(&line, ' ', &word) && gz_span_equal_nocase(word, GZ_SPAN("OK"));
}

static bool
take_line(struct imap_state *s, enum gz_dir dir)
{
	struct imap_side *side = &s->side[dir];
	struct gz_span line = gz_span(side->line, side->len);

	side->len = 0;
	if (line.len > 0 && line.p[line.len - 1] == '\r')
		line.len--;
	if (dir == GZ_S2C)
		return take_answer(s, line);
	take_command(s, line);
	return false;
}

static enum gz_parse
imap_parse(struct gz_app *app, struct gz_input *in)
{
	struct imap_state *s = app->state;
	struct imap_side *side = &s->side[in->dir];
	const uint8_t *p, *lf;
	uint32_t n, room;

	while (in->eaten < in->len) {
		p = in->p + in->eaten;
		lf = memchr(p, '\n', in->len - in->eaten);
		n = lf != NULL ? (uint32_t)(lf - p) : in->len - in->eaten;
		room = IMAP_LINE_MOST - side->len;
		memcpy(side->line + side->len, p, RTE_MIN(n, room));
		side->len += (uint8_t)RTE_MIN(n, room);
		in->eaten += n + (lf != NULL);
		if (lf != NULL && take_line(s, in->dir)) {
			gz_app_switch(app, "tls");
			break;
		}
	}
	return GZ_PARSE_OK;
}

static enum gz_parse
imap_gap(struct gz_app *app, enum gz_dir dir, uint64_t len)
{
	return GZ_PARSE_OK;
}

/* ---- detection ---- */

static enum gz_probe
begins(struct gz_span s, const char *with)
{
	uint32_t len = (uint32_t)strlen(with), n = RTE_MIN(s.len, len);

	if (n > 0 && strncasecmp((const char *)s.p, with, n) != 0)
		return GZ_PROBE_NO;
	return n == len ? GZ_PROBE_SURE : GZ_PROBE_MAYBE;
}

static enum gz_probe
one_of(struct gz_span s, const char *const *words, uint32_t count)
{
	enum gz_probe answer = GZ_PROBE_NO;

	for (uint32_t i = 0; i < count && answer != GZ_PROBE_SURE; i++)
		answer = RTE_MAX(answer, begins(s, words[i]));
	return answer;
}

/** A tag and a command that a session begins with. */
static enum gz_probe
guess_client(struct gz_span s)
{
	static const char *const commands[] = { "AUTHENTICATE ", "CAPABILITY", "ID ", "LOGIN ",
		"LOGOUT", "NOOP", "STARTTLS" };
	uint32_t i;

	for (i = 0; i < s.len && i < IMAP_TAG_MOST && s.p[i] != ' '; i++) {
		if (!((s.p[i] >= '0' && s.p[i] <= '9') || (s.p[i] >= 'A' && s.p[i] <= 'Z') ||
				    (s.p[i] >= 'a' && s.p[i] <= 'z') || s.p[i] == '.'))
			return GZ_PROBE_NO;
	}
	if (i == s.len)
		return i < IMAP_TAG_MOST ? GZ_PROBE_MAYBE : GZ_PROBE_NO;
	if (i == 0 || s.p[i] != ' ')
		return GZ_PROBE_NO;
	return one_of(gz_span(s.p + i + 1, s.len - i - 1), commands, RTE_DIM(commands));
}

static enum gz_probe
imap_guess(enum gz_dir dir, struct gz_span s)
{
	static const char *const greetings[] = { "* OK ", "* OK\r", "* PREAUTH ", "* BYE " };

	return dir == GZ_S2C ? one_of(s, greetings, RTE_DIM(greetings)) : guess_client(s);
}

static struct gz_proto imap = {
	.reg = { .name = "imap" },
	.help = "IMAP, recognised and followed as far as STARTTLS (RFC 9051)",
	.l4 = GZ_L4_TCP,
	.ports = "143",
	.guess = imap_guess,
	.state_size = sizeof(struct imap_state),
	.parse = imap_parse,
	.gap = imap_gap,
};
GZ_PROTO_REGISTER(imap)
