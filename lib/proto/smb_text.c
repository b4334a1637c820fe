/* SPDX-License-Identifier: BSD-3-Clause */
#include "smb.h"

/** One UTF-16 unit, or a pair of them, as UTF-8. @return bytes of it. */
static uint32_t
utf8(uint32_t c, uint8_t to[4])
{
	if (c < 0x80) {
		to[0] = (uint8_t)c;
		return 1;
	}
	if (c < 0x800) {
		to[0] = (uint8_t)(0xc0 | c >> 6);
		to[1] = (uint8_t)(0x80 | (c & 0x3f));
		return 2;
	}
	if (c < 0x10000) {
		to[0] = (uint8_t)(0xe0 | c >> 12);
		to[1] = (uint8_t)(0x80 | (c >> 6 & 0x3f));
		to[2] = (uint8_t)(0x80 | (c & 0x3f));
		return 3;
	}
	to[0] = (uint8_t)(0xf0 | c >> 18);
	to[1] = (uint8_t)(0x80 | (c >> 12 & 0x3f));
	to[2] = (uint8_t)(0x80 | (c >> 6 & 0x3f));
	to[3] = (uint8_t)(0x80 | (c & 0x3f));
	return 4;
}

static void
unicode_text(struct gz_app *app, struct gz_bytes *to, struct gz_span s)
{
	struct gz_cursor c = gz_cursor(s.p, s.len);
	uint16_t unit, low;
	uint32_t code, n;
	uint8_t out[4];

	while (gz_cursor_le16(&c, &unit) && unit != 0) {
		code = unit;
		if ((unit & 0xfc00) == 0xd800 && gz_cursor_le16(&c, &low))
			code = 0x10000 + ((unit & 0x3ffu) << 10 | (low & 0x3ffu));
		n = utf8(code, out);
		if (!gz_bytes_add(app, to, gz_span(out, n), SMB_TEXT_MOST))
			return;
	}
}

void
smb_text(struct gz_app *app, struct gz_bytes *to, struct gz_span s, bool unicode)
{
	const uint8_t *end;

	to->len = 0;
	if (unicode) {
		unicode_text(app, to, s);
		return;
	}
	end = s.len > 0 ? memchr(s.p, '\0', s.len) : NULL;
	if (end != NULL)
		s.len = (uint32_t)(end - s.p);
	s.len = RTE_MIN(s.len, (uint32_t)SMB_TEXT_MOST);
	gz_bytes_add(app, to, s, SMB_TEXT_MOST);
}

void
smb_text_take(const struct smb_msg *m, struct gz_cursor *c, struct gz_bytes *to)
{
	struct gz_span s;
	uint32_t n = 0, left, step = m->unicode ? 2 : 1;

	if (m->unicode && ((uint32_t)(c->p - m->all.p) & 1) != 0)
		gz_cursor_skip(c, 1);
	left = gz_cursor_left(c);
	while (n + step <= left && (c->p[n] != 0 || c->p[n + step - 1] != 0))
		n += step;
	if (!gz_cursor_take(c, RTE_MIN(n, left), &s))
		return;
	smb_text(m->app, to, s, m->unicode);
	gz_cursor_skip(c, RTE_MIN(step, gz_cursor_left(c)));
}
