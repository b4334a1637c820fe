/* SPDX-License-Identifier: BSD-3-Clause */
#include "gz_error.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

static void *
or_abort(void *p)
{
	if (p == NULL)
		abort();
	return p;
}

static struct gz_error *
errors_new(struct gz_errors *e)
{
	if (e->count == e->capacity) {
		e->capacity = e->capacity == 0 ? 16 : e->capacity * 2;
		e->v = or_abort(reallocarray(e->v, e->capacity, sizeof(*e->v)));
	}
	return &e->v[e->count++];
}

static void
errors_note(struct gz_errors *e, struct gz_place place, const char *reason, const char *fmt,
		va_list ap)
{
	struct gz_error *n = errors_new(e);

	n->place = place;
	if (place.file != NULL)
		n->place.file = or_abort(strdup(place.file));
	n->reason = reason == NULL ? NULL : or_abort(strdup(reason));
	if (vasprintf(&n->text, fmt, ap) < 0)
		abort();
}

void
gz_errors_add(struct gz_errors *e, struct gz_place place, const char *reason, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	errors_note(e, place, reason, fmt, ap);
	va_end(ap);
	e->v[e->count - 1].warning = false;
}

void
gz_errors_warn(struct gz_errors *e, struct gz_place place, const char *reason, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	errors_note(e, place, reason, fmt, ap);
	va_end(ap);
	e->v[e->count - 1].warning = true;
	e->warnings++;
}

void
gz_errors_print(const struct gz_errors *e, FILE *to)
{
	char line[4096];
	uint32_t i;

	for (i = 0; i < e->count; i++) {
		gz_error_format(&e->v[i], line, sizeof(line));
		fprintf(to, "%s\n", line);
	}
}

void
gz_error_format(const struct gz_error *e, char *buf, size_t size)
{
	const char *kind = e->warning ? "warning: " : "";
	const struct gz_place *at = &e->place;

	if (at->file == NULL)
		snprintf(buf, size, "%s%s", kind, e->text);
	else if (at->line == 0)
		snprintf(buf, size, "%s: %s%s", at->file, kind, e->text);
	else if (at->column == 0)
		snprintf(buf, size, "%s:%u: %s%s", at->file, at->line, kind, e->text);
	else
		snprintf(buf, size, "%s:%u:%u: %s%s", at->file, at->line, at->column, kind,
				e->text);
}

void
gz_errors_clear(struct gz_errors *e)
{
	uint32_t i;

	for (i = 0; i < e->count; i++) {
		free((void *)(uintptr_t)e->v[i].place.file);
		free(e->v[i].text);
		free(e->v[i].reason);
	}
	free(e->v);
	*e = (struct gz_errors)GZ_ERRORS_INIT;
}
