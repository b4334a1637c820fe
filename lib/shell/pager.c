/* SPDX-License-Identifier: BSD-3-Clause */
/* Long output, a window at a time. */
#include <string.h>

#include "shell_internal.h"

enum {
	KEY_CTRL_C = 3,
	KEY_ESC = 27,
	TAB_WIDTH = 8,
};

static const char more[] = "--More--";

/* Rows that a line fills on a terminal of @p cols columns. */
static uint32_t
line_rows(const char *line, size_t len, uint32_t cols)
{
	uint32_t width = 0;

	for (size_t i = 0; i < len; i++) {
		if (line[i] == '\t')
			width += TAB_WIDTH - width % TAB_WIDTH;
		else if (((uint8_t)line[i] & 0xc0) != 0x80) /* UTF-8's later bytes have no width */
			width++;
	}
	return cols == 0 || width <= cols ? 1 : (width + cols - 1) / cols;
}

/* Ask at the foot of the window. @return rows to show next, 0: no more. */
static uint32_t
pager_ask(struct gz_session *s, uint32_t window)
{
	uint32_t rows = 0;
	int key;

	gz_session_put(s, more, sizeof(more) - 1);
	for (;;) {
		key = gz_session_key(s, s->shell->conf.idle_ms);
		if (key == ' ' || key == 'f')
			rows = window;
		else if (key == '\r' || key == 'j')
			rows = 1;
		else if (key >= 0 && key != 'q' && key != 'Q' && key != KEY_CTRL_C &&
				key != KEY_ESC)
			continue;
		break;
	}
	gz_session_say(s, "\r%*s\r", (int)sizeof(more) - 1, "");
	return rows;
}

void
gz_session_page(struct gz_session *s, const char *text, size_t len)
{
	uint32_t window = s->telnet.rows < 2 ? 0 : s->telnet.rows - 1u;
	uint32_t left = window, rows;
	const char *nl;
	size_t n;

	if (!s->terminal || !s->paging || window == 0) {
		gz_session_text(s, text, len);
		return;
	}
	while (len > 0 && !s->dead) {
		nl = memchr(text, '\n', len);
		n = nl == NULL ? len : (size_t)(nl - text) + 1;
		rows = line_rows(text, nl == NULL ? n : n - 1, s->telnet.cols);
		if (rows > left && left < window) {
			left = pager_ask(s, window);
			if (left == 0)
				return;
		}
		gz_session_text(s, text, n);
		left = rows >= left ? 0 : left - rows;
		text += n;
		len -= n;
	}
}
