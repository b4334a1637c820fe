/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A connection's life. A person on telnet, or on the socket after the word
 * "terminal", gets rdline's editing. A program on the socket sends lines
 * "exec COMMAND" and gets, for each, "ok LENGTH" or "error LENGTH" on a line
 * of its own and LENGTH bytes of answer.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmdline_rdline.h>

#include "gz_clock.h"
#include "gz_log.h"

#include "shell_internal.h"

GZ_LOG_REGISTER(shell)

static const char prompt[] = "gauze> ";

enum {
	HELLO_MS = 10 * 1000, /* for a program's first line, and for a person's password */
	LOGIN_MS = 60 * 1000,
	KEY_CTRL_C = 3,
	KEY_CTRL_D = 4,
	KEY_CTRL_U = 21,
	KEY_BACKSPACE = 8,
	KEY_DELETE = 127,
	CHOICES_MOST = 128,
};

static int
session_write_char(struct rdline *rdl, char c)
{
	gz_session_put(rdline_get_opaque(rdl), &c, 1);
	return 1;
}

/* A browser that was lured into posting to this port talks HTTP: do not take its lines for commands. */
static bool
line_is_http(const char *line)
{
	return strstr(line, " HTTP/1.") != NULL;
}

static void
session_validate(struct rdline *rdl, const char *buf, unsigned int size)
{
	struct gz_session *s = rdline_get_opaque(rdl);
	struct gz_out *out;
	const char *text;
	size_t len;

	if (s->nb_lines++ == 0 && line_is_http(buf)) {
		s->dead = true;
		return;
	}
	gz_shell_dispatch(s->shell, s, s->shell->app, buf, &out);
	text = gz_out_finish(out, &len);
	gz_session_page(s, text, len);
	gz_out_destroy(out);
}

static uint32_t
common_length(const struct gz_shell_choice *v, uint32_t n)
{
	uint32_t len = (uint32_t)strlen(v[0].word);

	for (uint32_t i = 0; i < n; i++) {
		if (!v[i].literal)
			return 0;
		while (strncmp(v[0].word, v[i].word, len) != 0)
			len--;
	}
	return len;
}

/*
 * rdline asks with *state 0 (tab) or -1 (?): 2 appends what is in dst to the line, 1 shows dst as a
 * choice and asks again, 0 ends.
 */
static int
session_complete(struct rdline *rdl, const char *buf, char *dst, unsigned int size, int *state)
{
	struct gz_shell_choice v[CHOICES_MOST];
	uint32_t n, partial, common;

	n = gz_shell_complete(buf, v, RTE_DIM(v), &partial);
	if (*state == 0 && n > 0) {
		common = common_length(v, n);
		if (common > partial || (n == 1 && v[0].literal)) {
			snprintf(dst, size, "%.*s%s", (int)(common - partial), v[0].word + partial,
					n == 1 ? " " : "");
			return 2;
		}
	}
	if (*state < 0)
		*state = 0;
	if ((uint32_t)*state >= n)
		return 0;
	snprintf(dst, size, " %-16s %s", v[*state].word, v[*state].help);
	(*state)++;
	return 1;
}

static void
session_talk(struct gz_session *s)
{
	const char *line;
	int key, ret;

	s->rdline = rdline_new(session_write_char, session_validate, session_complete, s);
	if (s->rdline == NULL)
		return;
	rdline_newline(s->rdline, prompt);
	while (!s->dead && !s->quit) {
		key = gz_session_key(s, s->shell->conf.idle_ms);
		if (key < 0) {
			if (!s->dead)
				gz_session_say(s, "\nidle for too long, good bye\n");
			break;
		}
		ret = rdline_char_in(s->rdline, (char)key);
		if (ret == RDLINE_RES_EOF) {
			gz_session_say(s, "\n");
			break;
		}
		if (ret != RDLINE_RES_VALIDATED || s->quit)
			continue;
		line = rdline_get_buffer(s->rdline);
		if (line[strspn(line, " \t\r\n")] != '\0')
			rdline_add_history(s->rdline, line);
		rdline_newline(s->rdline, prompt);
	}
	gz_session_flush(s);
	rdline_free(s->rdline);
}

/* A line without editing and without echo. @return its length, or -1. */
static int
session_read_line(struct gz_session *s, char *line, size_t size, uint64_t wait_ms)
{
	uint64_t until = gz_clock_mono_ms() + wait_ms;
	uint64_t now;
	size_t n = 0;
	int key;

	for (;;) {
		now = gz_clock_mono_ms();
		key = now < until ? gz_session_key(s, until - now) : -1;
		if (key < 0 || key == KEY_CTRL_C || key == KEY_CTRL_D)
			return -1;
		if (key == '\r')
			break;
		if (key == KEY_CTRL_U) {
			n = 0;
		} else if (key == KEY_BACKSPACE || key == KEY_DELETE) {
			n -= n > 0;
		} else {
			if (n == size - 1)
				return -1;
			line[n++] = (char)key;
		}
	}
	line[n] = '\0';
	return (int)n;
}

bool
gz_session_login(struct gz_session *s)
{
	struct gz_guard *guard = &s->shell->guard;
	char password[GZ_PASSWORD_MOST];
	bool passed = false;
	int n;

	for (uint32_t i = 0; i < GZ_GUARD_TRIES && !passed && !s->dead; i++) {
		if (gz_guard_is_locked_out(guard, s->peer, gz_clock_mono_ms())) {
			gz_session_say(s, "too many wrong passwords, come back later\n");
			break;
		}
		gz_session_say(s, "password: ");
		n = session_read_line(s, password, sizeof(password), LOGIN_MS);
		gz_session_say(s, "\n");
		if (n < 0)
			break;
		passed = gz_password_is(password, s->shell->conf.password_hash);
		if (passed)
			gz_guard_passed(guard, s->peer);
		else
			gz_session_pause(s, gz_guard_failed(guard, s->peer, gz_clock_mono_ms()));
	}
	explicit_bzero(password, sizeof(password));
	if (!passed)
		GZ_LOG(WARNING, "session from %s gave no right password", s->peer);
	gz_session_flush(s);
	return passed;
}

static void
session_exec(struct gz_session *s, const char *command)
{
	struct gz_out *out;
	const char *text;
	char head[64];
	size_t len;
	int ret, n;

	ret = gz_shell_dispatch(s->shell, s, s->shell->app, command, &out);
	text = gz_out_finish(out, &len);
	n = snprintf(head, sizeof(head), "%s %zu\n", ret == 0 ? "ok" : "error", len);
	gz_session_put(s, head, (size_t)n);
	gz_session_put(s, text, len);
	gz_session_flush(s);
	gz_out_destroy(out);
}

/* The socket: lines of a program, until one asks for a terminal. */
static void
session_obey(struct gz_session *s)
{
	static const char exec[] = "exec ";
	char line[GZ_SHELL_LINE_MOST + sizeof(exec)];
	uint64_t wait_ms = HELLO_MS;

	while (!s->dead && !s->quit) {
		if (session_read_line(s, line, sizeof(line), wait_ms) < 0)
			return;
		wait_ms = s->shell->conf.idle_ms;
		if (strcmp(line, "terminal") == 0) {
			s->terminal = true;
			session_talk(s);
			return;
		}
		if (strncmp(line, exec, sizeof(exec) - 1) != 0) {
			gz_session_say(s, "error 0\n");
			gz_session_flush(s);
			return;
		}
		session_exec(s, line + sizeof(exec) - 1);
	}
}

void
gz_session_serve(struct gz_session *s)
{
	if (s->kind == GZ_SESSION_UNIX) {
		session_obey(s);
		return;
	}
	s->terminal = true;
	gz_session_put(s, telnet_hello, telnet_hello_len);
	if (s->shell->conf.password_hash == NULL || gz_session_login(s))
		session_talk(s);
}
