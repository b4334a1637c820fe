/* SPDX-License-Identifier: BSD-3-Clause */
#include "gz_rule.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <rte_debug.h>

#include "rule_internal.h"

enum {
	RULE_LINES = 4096, /* one rule may be spread over so many */
	RULES_BYTES = 1 << 30, /* a file of rules may be so long */
};

/** A file's bytes, taken apart into rules. */
struct reader {
	const char *file;
	struct gz_span rest;
	uint32_t line; /* of rest.p[0] */

	char *joined; /* room for lines put together */
	uint32_t joined_len, joined_size;
	struct gz_rule_map *map;
	uint32_t nb_map, map_size;
};

static struct gz_span
take_line(struct reader *r)
{
	struct gz_span line;

	if (!gz_span_cut(&r->rest, '\n', &line))
		line = gz_span(r->rest.p, 0);
	if (line.len > 0 && line.p[line.len - 1] == '\r')
		line.len--;
	r->line++;
	return line;
}

static void
note_line(struct reader *r, uint32_t at, uint32_t line, uint32_t column)
{
	if (r->nb_map == r->map_size) {
		r->map_size = r->map_size == 0 ? 16 : r->map_size * 2;
		r->map = reallocarray(r->map, r->map_size, sizeof(*r->map));
		RTE_VERIFY(r->map != NULL);
	}
	r->map[r->nb_map++] = (struct gz_rule_map){ at, line, column };
}

static void
join(struct reader *r, struct gz_span part)
{
	uint32_t need = r->joined_len + part.len;

	if (need > r->joined_size) {
		r->joined_size = need * 2;
		r->joined = realloc(r->joined, r->joined_size);
		RTE_VERIFY(r->joined != NULL);
	}
	if (part.len > 0)
		memcpy(r->joined + r->joined_len, part.p, part.len);
	r->joined_len = need;
}

static bool
goes_on(struct gz_span line)
{
	return line.len > 0 && line.p[line.len - 1] == '\\';
}

/** Put the lines that belong to @p first together. */
static struct gz_span
take_joined(struct reader *r, struct gz_span first)
{
	struct gz_span line = first;

	r->joined_len = 0;
	while (goes_on(line) && r->nb_map < RULE_LINES) {
		line.len--;
		join(r, line);
		line = take_line(r);
		note_line(r, r->joined_len, r->line, 1);
	}
	join(r, line);
	return gz_span(r->joined, r->joined_len);
}

static struct gz_span
skip_blanks(struct gz_span s)
{
	while (s.len > 0 && (s.p[0] == ' ' || s.p[0] == '\t'))
		s = gz_span(s.p + 1, s.len - 1);
	return s;
}

/** The next rule's text; false at the end of the file. */
static bool
next_text(struct reader *r, struct rule_text *t)
{
	struct gz_span whole, line;

	while (r->rest.len > 0) {
		whole = take_line(r);
		line = skip_blanks(whole);
		r->nb_map = 0;
		note_line(r, 0, r->line, (uint32_t)(line.p - whole.p) + 1);
		if (line.len > 0 && line.p[0] == '#')
			continue;
		if (goes_on(line))
			line = take_joined(r, line);
		line = gz_span_trim(line);
		if (line.len == 0)
			continue;
		*t = (struct rule_text){ line, r->map, r->nb_map, r->file };
		return true;
	}
	return false;
}

int
gz_rules_parse(const char *name, struct gz_span text, gz_rule_fn fn, void *arg,
		struct gz_errors *errors)
{
	struct reader r = { .file = name, .rest = text };
	struct rule_text t;
	struct gz_rule *rule;
	int count = 0;

	if (gz_span_starts(text, GZ_SPAN("\xef\xbb\xbf"))) /* a byte order mark */
		r.rest = gz_span(text.p + 3, text.len - 3);
	while (next_text(&r, &t)) {
		rule = rule_parse(&t, errors);
		if (rule == NULL)
			continue;
		fn(arg, rule);
		count++;
	}
	free(r.joined);
	free(r.map);
	return count;
}

static int
slurp(int fd, struct gz_span *text)
{
	uint64_t len = 0, size = 1 << 16;
	uint8_t *buf = malloc(size), *grown;
	ssize_t n;

	while (buf != NULL && len < RULES_BYTES) {
		if (len == size) {
			size *= 2;
			grown = realloc(buf, size);
			if (grown == NULL)
				break;
			buf = grown;
		}
		n = read(fd, buf + len, size - len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			free(buf);
			return -errno;
		}
		if (n == 0) {
			*text = gz_span(buf, (uint32_t)len);
			return 0;
		}
		len += (uint64_t)n;
	}
	free(buf);
	return buf == NULL ? -ENOMEM : -EFBIG;
}

int
gz_rules_read(const char *path, gz_rule_fn fn, void *arg, struct gz_errors *errors)
{
	struct gz_place place = { path, 0, 0 };
	struct gz_span text;
	int fd, ret;

	fd = open(path, O_RDONLY | O_CLOEXEC);
	ret = fd < 0 ? -errno : slurp(fd, &text);
	if (fd >= 0)
		close(fd);
	if (ret < 0) {
		gz_errors_add(errors, place, "unreadable file", "cannot read the rules: %s",
				strerror(-ret));
		return ret;
	}
	ret = gz_rules_parse(path, text, fn, arg, errors);
	free((void *)(uintptr_t)text.p);
	return ret;
}

void
gz_rule_destroy(struct gz_rule *r)
{
	free(r); /* one piece: see rule_parse() */
}

struct gz_place
gz_rule_place(const struct gz_rule *r, const char *at)
{
	uint32_t offset = (uint32_t)(at - r->words), i = r->nb_map - 1;
	const struct gz_rule_map *m;

	while (i > 0 && r->map[i].at > offset)
		i--;
	m = &r->map[i];
	return (struct gz_place){ r->place.file, m->line, m->column + offset - m->at };
}
