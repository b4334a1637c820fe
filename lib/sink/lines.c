/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A buffer in front of a file descriptor that is never waited for. Whole lines go in, or are lost and
 * counted; what the descriptor does not take now stays for the next flush, so that a reader, and a
 * disk that was full, find whole lines again.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <rte_debug.h>

#include "gz_clock.h"
#include "gz_log.h"

#include "sink_internal.h"

GZ_LOG_REGISTER(sink)

enum {
	LINES_BUFFER = 1024 * 1024, /* bytes; more than the longest line */
	LINES_CHUNK = 128 * 1024, /* handed over when so much is there */
	RETRY_MS = 1000, /* between attempts to open */
	TELL_MS = 60 * 1000, /* between log lines about one trouble */
};

struct gz_lines {
	char *path;
	int fd; /* -1: cannot be opened now */
	bool is_file;
	bool in_line; /* the reader has the beginning of a line whose end waits */
	uint32_t at, len; /* of what waits in buf */
	uint32_t flush_at; /* hand over when so much waits */
	uint64_t retry_ms;
	uint64_t told_ms;
	char buf[LINES_BUFFER];
};

static int
socket_open(const char *path)
{
	struct sockaddr_un un = { .sun_family = AF_UNIX };
	int fd, err;

	if (strlen(path) >= sizeof(un.sun_path)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	strcpy(un.sun_path, path);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0 || connect(fd, (const void *)&un, sizeof(un)) == 0)
		return fd;
	err = errno;
	close(fd);
	errno = err;
	return -1;
}

/* Nobody at the other end is a matter of time, not an error. */
static bool
lines_connect(struct gz_lines *l)
{
	struct stat st;

	l->retry_ms = gz_clock_mono_ms() + RETRY_MS;
	l->is_file = stat(l->path, &st) < 0 || S_ISREG(st.st_mode);
	if (!l->is_file && S_ISSOCK(st.st_mode))
		l->fd = socket_open(l->path);
	else
		l->fd = open(l->path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NONBLOCK, 0640);
	return l->fd >= 0 || (!l->is_file && (errno == ENXIO || errno == ECONNREFUSED));
}

struct gz_lines *
gz_lines_open(const char *path, struct gz_place place, struct gz_errors *errors)
{
	struct gz_lines *l = malloc(sizeof(*l));

	RTE_VERIFY(l != NULL);
	memset(l, 0, offsetof(struct gz_lines, buf));
	l->path = strdup(path);
	l->flush_at = LINES_CHUNK;
	l->fd = -1;
	if (lines_connect(l))
		return l;
	gz_errors_add(errors, place, "cannot write", "cannot write %s: %s", path, strerror(errno));
	free(l->path);
	free(l);
	return NULL;
}

static void
lines_disconnect(struct gz_lines *l)
{
	if (l->fd >= 0)
		close(l->fd);
	l->fd = -1;
}

/* The end of a line that is begun is of no use to another reader, or in another file. */
static void
lines_drop_begun(struct gz_lines *l)
{
	const char *p = l->buf + l->at;
	const char *nl = memchr(p, '\n', l->len);
	uint32_t n;

	if (!l->in_line || nl == NULL)
		return;
	n = (uint32_t)(nl + 1 - p);
	l->at += n;
	l->len -= n;
	l->in_line = false;
	gz_sink_count(SINK_LOST, 1);
}

static void
lines_trouble(struct gz_lines *l, int err)
{
	uint64_t now = gz_clock_mono_ms();

	if (l->told_ms == 0 || now - l->told_ms >= TELL_MS) {
		GZ_LOG(ERR, "cannot write %s: %s", l->path, strerror(err));
		l->told_ms = now;
	}
	if (l->is_file)
		return;
	/* The reader has gone. */
	lines_disconnect(l);
	lines_drop_begun(l);
	l->retry_ms = now + RETRY_MS;
}

void
gz_lines_flush(struct gz_lines *l)
{
	ssize_t n;

	l->flush_at = l->len + LINES_CHUNK;
	if (l->fd < 0 && (gz_clock_mono_ms() < l->retry_ms || !lines_connect(l) || l->fd < 0))
		return;
	while (l->len > 0) {
		n = write(l->fd, l->buf + l->at, l->len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			if (errno != EAGAIN)
				lines_trouble(l, errno);
			return;
		}
		if (n == 0)
			return;
		l->at += (uint32_t)n;
		l->len -= (uint32_t)n;
		l->in_line = l->buf[l->at - 1] != '\n';
	}
	l->at = 0;
	l->flush_at = LINES_CHUNK;
}

char *
gz_lines_begin(struct gz_lines *l, uint32_t most)
{
	if (l->at + l->len + most > sizeof(l->buf) && l->at > 0) {
		memmove(l->buf, l->buf + l->at, l->len);
		l->at = 0;
	}
	if (l->len + most <= sizeof(l->buf))
		return l->buf + l->at + l->len;
	gz_lines_flush(l);
	if (l->len == 0)
		return l->buf;
	gz_sink_count(SINK_LOST, 1);
	return NULL;
}

void
gz_lines_end(struct gz_lines *l, uint32_t len)
{
	l->len += len;
	gz_sink_count(SINK_WRITTEN, 1);
	if (l->len >= l->flush_at)
		gz_lines_flush(l);
}

void
gz_lines_rotate(struct gz_lines *l)
{
	gz_lines_flush(l);
	lines_drop_begun(l);
	lines_disconnect(l);
	lines_connect(l);
	if (l->fd < 0)
		GZ_LOG(ERR, "cannot open %s again: %s", l->path, strerror(errno));
}

void
gz_lines_close(struct gz_lines *l)
{
	const char *p;

	gz_lines_flush(l);
	for (p = l->buf + l->at; l->len > 0; p++, l->len--) {
		if (*p == '\n')
			gz_sink_count(SINK_LOST, 1);
	}
	lines_disconnect(l);
	free(l->path);
	free(l);
}
