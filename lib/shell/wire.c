/* SPDX-License-Identifier: BSD-3-Clause */
/* A session's bytes: keys in, text out, both with a time limit and both ended by the shell's close. */
#include <errno.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "gz_clock.h"

#include "shell_internal.h"

/* Wait for @p events on the socket. @return false on time-out, or when the session is over. */
static bool
session_wait(struct gz_session *s, short events, uint64_t wait_ms)
{
	uint64_t now = gz_clock_mono_ms(), until = now + wait_ms;
	struct pollfd fds[2] = {
		{ .fd = s->fd, .events = events },
		{ .fd = s->shell->stop_fd, .events = POLLIN },
	};
	int n;

	do {
		n = poll(fds, 2, (int)(until - now));
		if (fds[1].revents != 0) {
			s->dead = true;
			return false;
		}
		if (n > 0)
			return true;
		if (n < 0 && errno != EINTR) {
			s->dead = true;
			return false;
		}
		now = gz_clock_mono_ms();
	} while (now < until);
	return false;
}

void
gz_session_flush(struct gz_session *s)
{
	uint32_t at = 0;
	ssize_t n;

	while (at < s->out_len && !s->dead) {
		n = send(s->fd, s->out + at, s->out_len - at, MSG_NOSIGNAL | MSG_DONTWAIT);
		if (n >= 0)
			at += (uint32_t)n;
		else if (errno != EAGAIN && errno != EINTR)
			s->dead = true;
		else if (errno == EAGAIN && !session_wait(s, POLLOUT, s->shell->conf.slow_ms))
			s->dead = true;
	}
	s->out_len = 0;
}

void
gz_session_put(struct gz_session *s, const void *bytes, size_t len)
{
	const char *p = bytes;
	size_t n;

	while (len > 0 && !s->dead) {
		if (s->out_len == sizeof(s->out))
			gz_session_flush(s);
		n = RTE_MIN(len, sizeof(s->out) - s->out_len);
		memcpy(s->out + s->out_len, p, n);
		s->out_len += (uint32_t)n;
		p += n;
		len -= n;
	}
}

void
gz_session_text(struct gz_session *s, const char *text, size_t len)
{
	const char *nl;

	if (!s->terminal) {
		gz_session_put(s, text, len);
		return;
	}
	while (len > 0 && (nl = memchr(text, '\n', len)) != NULL) {
		gz_session_put(s, text, (size_t)(nl - text));
		gz_session_put(s, "\r\n", 2);
		len -= (size_t)(nl - text) + 1;
		text = nl + 1;
	}
	gz_session_put(s, text, len);
}

void
gz_session_say(struct gz_session *s, const char *fmt, ...)
{
	char text[1024];
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	if (n > 0)
		gz_session_text(s, text, RTE_MIN((size_t)n, sizeof(text) - 1));
}

static bool
session_read(struct gz_session *s, uint64_t wait_ms)
{
	ssize_t n;

	if (!session_wait(s, POLLIN, wait_ms))
		return false;
	n = recv(s->fd, s->in, sizeof(s->in), MSG_DONTWAIT);
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return true;
	if (n <= 0) {
		s->dead = true;
		return false;
	}
	s->in_at = 0;
	s->in_len = (uint32_t)n;
	return true;
}

int
gz_session_key(struct gz_session *s, uint64_t wait_ms)
{
	uint64_t until = gz_clock_mono_ms() + wait_ms;
	uint8_t answer[TELNET_ANSWER_MOST];
	size_t answer_len;
	uint64_t now;
	int key;

	for (;;) {
		while (s->in_at < s->in_len) {
			key = telnet_byte(&s->telnet, s->in[s->in_at++], answer, &answer_len);
			gz_session_put(s, answer, answer_len);
			if (key >= 0)
				return key;
		}
		gz_session_flush(s);
		now = gz_clock_mono_ms();
		if (s->dead || now >= until || !session_read(s, until - now))
			return -1;
	}
}

void
gz_session_pause(struct gz_session *s, uint32_t ms)
{
	uint64_t now = gz_clock_mono_ms(), until = now + ms;
	struct pollfd stop = { .fd = s->shell->stop_fd, .events = POLLIN };

	gz_session_flush(s);
	for (; now < until && !s->dead; now = gz_clock_mono_ms()) {
		if (poll(&stop, 1, (int)(until - now)) > 0)
			s->dead = true;
	}
}
