/* SPDX-License-Identifier: BSD-3-Clause */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <rte_common.h>
#include <rte_debug.h>

#include "limit_internal.h"

/*
 * Lines: "suppress gen_id 1, sig_id 2, track by_src, ip 10.0.0.0/8", and
 * event_filter (or threshold), rate_filter. A backslash at a line's end joins
 * the next one to it; # begins a comment.
 */

static const struct gz_setting limits_settings[] = {
	{ "rules.threshold-file", GZ_SETTING_STRING,
			.help = "a threshold.config: which alerts are suppressed, filtered or "
				"change their action" },
};
GZ_CONF_REGISTER(limits_settings)

enum {
	SAID_GID = 1 << 0,
	SAID_SID = 1 << 1,
	SAID_TRACK = 1 << 2,
	SAID_IP = 1 << 3,
	SAID_TYPE = 1 << 4,
	SAID_COUNT = 1 << 5,
	SAID_SECONDS = 1 << 6,
	SAID_ACTION = 1 << 7,
	SAID_TIMEOUT = 1 << 8,
};

struct reader {
	struct gz_limits *limits;
	const struct gz_vars *vars;
	struct gz_errors *errors;
	const char *path;
	uint32_t line; /* of the first of those that were joined */
	const uint8_t *start; /* of the text of that line */
	struct limit now;
	uint32_t said;
};

__attribute__((format(printf, 3, 4))) static bool
refuse(struct reader *r, struct gz_span at, const char *fmt, ...)
{
	struct gz_place place = { r->path, r->line, (uint32_t)(at.p - r->start) + 1 };
	char text[200];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	gz_errors_add(r->errors, place, "threshold file", "%s", text);
	return false;
}

static bool
read_number(struct reader *r, struct gz_span word, uint32_t *number)
{
	uint64_t v;

	if (!text_u64(word, UINT32_MAX, &v))
		return refuse(r, word, "expected a number");
	*number = (uint32_t)v;
	return true;
}

static bool
read_side(struct reader *r, struct gz_span word)
{
	if (text_is(word, "by_src"))
		r->now.side = LIMIT_BY_SRC;
	else if (text_is(word, "by_dst"))
		r->now.side = LIMIT_BY_DST;
	else if (text_is(word, "by_either"))
		r->now.side = LIMIT_BY_EITHER;
	else
		return refuse(r, word, "expected track by_src, by_dst or by_either");
	return true;
}

static bool
read_track(struct reader *r, struct gz_span word)
{
	if (r->now.kind == LIMIT_SUPPRESS)
		return read_side(r, word);
	if (!threshold_track_find(word, &r->now.threshold.track) ||
			r->now.threshold.track == TRACK_BY_FLOW)
		return refuse(r, word, "expected track by_src, by_dst, by_both or by_rule");
	return true;
}

static bool
read_ip(struct reader *r, struct gz_span word)
{
	struct gz_place place = { r->path, r->line, (uint32_t)(word.p - r->start) + 1 };
	char *text = text_copy(word);
	bool ok = gz_addrset_parse(text, r->vars, place, &r->now.addr, r->errors) == 0;

	free(text);
	return ok;
}

static bool
read_type(struct reader *r, struct gz_span word)
{
	if (!threshold_type_find(word, &r->now.threshold.type) ||
			r->now.threshold.type == THRESHOLD_BACKOFF)
		return refuse(r, word, "expected type limit, threshold or both");
	return true;
}

static bool
read_action(struct reader *r, struct gz_span word)
{
	static const struct {
		const char *word;
		enum gz_action action;
	} words[] = {
		{ "alert", GZ_ACTION_ALERT },
		{ "drop", GZ_ACTION_DROP },
		{ "pass", GZ_ACTION_PASS },
		{ "reject", GZ_ACTION_REJECT },
	};
	uint32_t i;

	for (i = 0; i < RTE_DIM(words); i++) {
		if (text_is(word, words[i].word)) {
			r->now.action = words[i].action;
			return true;
		}
	}
	return refuse(r, word, "expected new_action alert, drop, pass or reject");
}

static bool
read_gid(struct reader *r, struct gz_span word)
{
	return read_number(r, word, &r->now.gid);
}

static bool
read_sid(struct reader *r, struct gz_span word)
{
	return read_number(r, word, &r->now.sid);
}

static bool
read_count(struct reader *r, struct gz_span word)
{
	return read_number(r, word, &r->now.threshold.count);
}

static bool
read_seconds(struct reader *r, struct gz_span word)
{
	return read_number(r, word, &r->now.threshold.seconds);
}

static bool
read_timeout(struct reader *r, struct gz_span word)
{
	return read_number(r, word, &r->now.timeout);
}

static const struct {
	const char *name;
	bool (*read)(struct reader *r, struct gz_span word);
	uint32_t said;
} parts[] = {
	{ "gen_id", read_gid, SAID_GID },
	{ "sig_id", read_sid, SAID_SID },
	{ "track", read_track, SAID_TRACK },
	{ "ip", read_ip, SAID_IP },
	{ "type", read_type, SAID_TYPE },
	{ "count", read_count, SAID_COUNT },
	{ "seconds", read_seconds, SAID_SECONDS },
	{ "new_action", read_action, SAID_ACTION },
	{ "timeout", read_timeout, SAID_TIMEOUT },
};

/* What each kind of line consists of. */
static const struct {
	const char *name;
	enum limit_kind kind;
	uint32_t needs, may;
} kinds[] = {
	{ "suppress", LIMIT_SUPPRESS, SAID_GID | SAID_SID, SAID_TRACK | SAID_IP },
	{ "threshold", LIMIT_THRESHOLD,
			SAID_GID | SAID_SID | SAID_TYPE | SAID_TRACK | SAID_COUNT | SAID_SECONDS,
			0 },
	{ "event_filter", LIMIT_THRESHOLD,
			SAID_GID | SAID_SID | SAID_TYPE | SAID_TRACK | SAID_COUNT | SAID_SECONDS,
			0 },
	{ "rate_filter", LIMIT_RATE,
			SAID_GID | SAID_SID | SAID_TRACK | SAID_COUNT | SAID_SECONDS | SAID_ACTION |
					SAID_TIMEOUT,
			0 },
};

static bool
read_part(struct reader *r, struct gz_span part, uint32_t allowed)
{
	struct gz_span rest = part, name;
	uint32_t i;

	text_cut(&rest, ' ', &name);
	rest = gz_span_trim(rest);
	for (i = 0; i < RTE_DIM(parts); i++) {
		if (!text_is(name, parts[i].name))
			continue;
		if (!(allowed & parts[i].said))
			return refuse(r, part, "%s has no place in such a line", parts[i].name);
		if (r->said & parts[i].said)
			return refuse(r, part, "%s is said twice", parts[i].name);
		r->said |= parts[i].said;
		return parts[i].read(r, rest);
	}
	return refuse(r, part, "unknown word \"%.*s\"", (int)RTE_MIN(name.len, 40u),
			(const char *)name.p);
}

/** A comma, but none within brackets. */
static bool
next_part(struct gz_span *rest, struct gz_span *part)
{
	uint32_t i, depth = 0;

	if (rest->len == 0)
		return false;
	for (i = 0; i < rest->len && (rest->p[i] != ',' || depth > 0); i++) {
		depth += rest->p[i] == '[';
		depth -= rest->p[i] == ']' && depth > 0;
	}
	*part = gz_span_trim(gz_span(rest->p, i));
	i += i < rest->len;
	*rest = gz_span(rest->p + i, rest->len - i);
	return true;
}

static bool
is_whole(struct reader *r, struct gz_span line, uint32_t needs)
{
	uint32_t i;

	for (i = 0; i < RTE_DIM(parts); i++) {
		if ((needs & parts[i].said) && !(r->said & parts[i].said))
			return refuse(r, line, "%s is missing", parts[i].name);
	}
	if (!(r->said & SAID_TRACK) != !(r->said & SAID_IP) && r->now.kind == LIMIT_SUPPRESS)
		return refuse(r, line, "track and ip go together");
	if (r->now.sid != 0 && r->now.gid == 0)
		return refuse(r, line, "a sig_id of any gen_id");
	if (r->now.kind != LIMIT_SUPPRESS &&
			(r->now.threshold.count == 0 || r->now.threshold.seconds == 0))
		return refuse(r, line, "count and seconds are above 0");
	return true;
}

static void
keep(struct gz_limits *l, const struct limit *one)
{
	l->v = reallocarray(l->v, l->n + 1, sizeof(*l->v));
	RTE_VERIFY(l->v != NULL);
	l->v[l->n++] = *one;
}

static bool
read_parts(struct reader *r, struct gz_span line, struct gz_span rest, uint32_t i)
{
	struct gz_span part;

	r->now = (struct limit){ .kind = kinds[i].kind };
	r->said = 0;
	while (next_part(&rest, &part)) {
		if (!read_part(r, part, kinds[i].needs | kinds[i].may))
			return false;
	}
	return is_whole(r, line, kinds[i].needs);
}

static void
read_line(struct reader *r, struct gz_span line)
{
	struct gz_span rest = line, name;
	uint32_t i;

	if (line.len == 0 || line.p[0] == '#')
		return;
	text_cut(&rest, ' ', &name);
	for (i = 0; i < RTE_DIM(kinds) && !text_is(name, kinds[i].name); i++)
		;
	if (i == RTE_DIM(kinds))
		refuse(r, line, "expected suppress, threshold, event_filter or rate_filter");
	else if (read_parts(r, line, rest, i))
		keep(r->limits, &r->now);
	else
		gz_addrset_clear(&r->now.addr);
}

static void
read_lines(struct reader *r, FILE *from)
{
	char *all = NULL, *line = NULL, *more;
	uint32_t number = 0;
	size_t len = 0, room = 0;
	ssize_t n;

	while ((n = getline(&line, &room, from)) >= 0) {
		number++;
		while (n > 0 && strchr("\r\n", line[n - 1]) != NULL)
			n--;
		if (len == 0)
			r->line = number;
		more = realloc(all, len + (size_t)n + 1);
		RTE_VERIFY(more != NULL);
		all = more;
		memcpy(all + len, line, (size_t)n);
		len += (size_t)n;
		if (n > 0 && all[len - 1] == '\\') {
			all[len - 1] = ' ';
			continue;
		}
		r->start = (const uint8_t *)all;
		read_line(r, gz_span_trim(gz_span(all, (uint32_t)len)));
		len = 0;
	}
	free(all);
	free(line);
}

struct gz_limits *
gz_limits_create(const struct gz_conf *conf, const struct gz_vars *vars, struct gz_errors *errors)
{
	const char *path = conf == NULL ? "" : gz_conf_string(conf, "rules.threshold-file");
	struct reader r = { .vars = vars, .errors = errors, .path = path };
	FILE *from;

	r.limits = gz_sig_alloc(sizeof(*r.limits));
	if (*path == '\0')
		return r.limits;
	from = fopen(path, "re");
	if (from == NULL) {
		gz_errors_add(errors, gz_conf_place(conf, "rules.threshold-file"), "threshold file",
				"%s: %s", path, strerror(errno));
		return r.limits;
	}
	read_lines(&r, from);
	fclose(from);
	return r.limits;
}

void
gz_limits_destroy(struct gz_limits *l)
{
	uint32_t i;

	if (l == NULL)
		return;
	for (i = 0; i < l->n; i++)
		gz_addrset_clear(&l->v[i].addr);
	free(l->v);
	free(l);
}
