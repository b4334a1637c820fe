/* SPDX-License-Identifier: BSD-3-Clause */

/* The JSON face: gz_json with a buffer that grows. */

#include <stdlib.h>

#include "gz_json.h"

#include "out_internal.h"

enum {
	FIRST_SIZE = 4096,
	ESCAPED_MOST = 6, /* bytes that one byte becomes */
	AROUND_MOST = 64, /* bytes around a member's key and value, and to end all that is open */
};

struct out_json {
	struct gz_out out;
	bool in_row;
	bool finished;
	struct gz_json json;
};

/** The writer, with room for a key and a value of @p len bytes together. */
static struct gz_json *
writer(struct gz_out *o, size_t len)
{
	struct gz_json *j = &((struct out_json *)o)->json;
	size_t need = j->len + len * ESCAPED_MOST + AROUND_MOST;

	if (need <= j->size)
		return j;
	need += j->size;
	j->buf = realloc(j->buf, need);
	if (j->buf == NULL)
		abort();
	j->size = (uint32_t)need;
	return j;
}

static void
json_object(struct gz_out *o, const char *key)
{
	gz_json_object(writer(o, strlen(key)), key);
}

static void
json_object_end(struct gz_out *o)
{
	gz_json_object_end(writer(o, 0));
}

static void
json_table(struct gz_out *o, const char *key)
{
	gz_json_array(writer(o, strlen(key)), key);
}

static void
json_column(struct gz_out *o, const char *name)
{
	/* Each row names its own members. */
}

static void
json_row_end(struct gz_out *o)
{
	struct out_json *oj = (struct out_json *)o;

	if (oj->in_row)
		gz_json_object_end(writer(o, 0));
	oj->in_row = false;
}

static void
json_row(struct gz_out *o)
{
	json_row_end(o);
	gz_json_object(writer(o, 0), NULL);
	((struct out_json *)o)->in_row = true;
}

static void
json_table_end(struct gz_out *o)
{
	json_row_end(o);
	gz_json_array_end(writer(o, 0));
}

static void
json_member(struct gz_out *o, const char *key, const char *value, enum out_kind kind)
{
	size_t value_len = value == NULL ? 0 : strlen(value);
	struct gz_json *j = writer(o, strlen(key) + value_len);

	if (value == NULL)
		gz_json_null(j, key);
	else if (kind == OUT_STRING)
		gz_json_str(j, key, value);
	else
		gz_json_literal(j, key, value);
}

static size_t
json_size(const struct gz_out *o)
{
	return ((const struct out_json *)o)->json.len;
}

static const char *
json_finish(struct gz_out *o, size_t *len)
{
	struct out_json *oj = (struct out_json *)o;
	struct gz_json *j = writer(o, 0);

	if (!oj->finished) {
		gz_json_object_end(j);
		j->buf[j->len++] = '\n';
		oj->finished = true;
	}
	*len = j->len;
	return j->buf;
}

static void
json_destroy(struct gz_out *o)
{
	free(((struct out_json *)o)->json.buf);
	free(o);
}

static const struct out_ops json_ops = {
	.object = json_object,
	.object_end = json_object_end,
	.table = json_table,
	.column = json_column,
	.row = json_row,
	.table_end = json_table_end,
	.member = json_member,
	.size = json_size,
	.finish = json_finish,
	.destroy = json_destroy,
};

struct gz_out *
out_json_create(void)
{
	struct out_json *oj = calloc(1, sizeof(*oj));
	char *buf = malloc(FIRST_SIZE);

	if (oj == NULL || buf == NULL)
		abort();
	oj->out = (struct gz_out){ &json_ops, GZ_OUT_JSON, false };
	gz_json_init(&oj->json, buf, FIRST_SIZE);
	gz_json_object(&oj->json, NULL);
	return &oj->out;
}
