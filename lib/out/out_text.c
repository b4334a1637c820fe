/* SPDX-License-Identifier: BSD-3-Clause */

/*
 * The text face. Cells wait until their table is whole, because the widths of
 * columns depend on all of them; "key: value" lines are a table of two columns.
 */

#include <stdio.h>
#include <stdlib.h>

#include "out_internal.h"

enum {
	INDENT = 2,
	GAP = 2, /* blanks between columns */
	LINE_COLUMNS = 2,
	HEX_ESCAPE = 4, /* bytes of "\xNN" */
};

struct cell {
	size_t at; /* in words */
	uint32_t len;
	uint32_t width; /* columns on the screen */
	bool number;
};

struct column {
	uint32_t width;
	bool number;
};

struct out_text {
	struct gz_out out;
	FILE *to; /* into buf */
	char *buf;
	size_t buf_len;
	uint32_t depth;

	/* What waits: rows of nb_columns cells, a table's names the first. */
	struct cell *cells;
	size_t nb_cells, cells_size;
	char *words;
	size_t words_len, words_size;
	uint32_t nb_columns;
	bool in_table;
	uint32_t next_column; /* of the row, where the next member probably goes */
};

static void *
grown(void *v, size_t *size, size_t need, size_t item)
{
	if (need <= *size)
		return v;
	*size = need + *size + 64;
	v = reallocarray(v, *size, item);
	if (v == NULL)
		abort();
	return v;
}

/** Bytes that could command a terminal, or that are no text at all, are shown by number. */
static bool
is_shown(struct gz_span s, uint32_t i, bool utf8)
{
	uint8_t c = s.p[i];

	if (c < 0x80)
		return c >= 0x20 && c != 0x7f;
	if (!utf8)
		return false;
	if (c == 0xc2)
		return s.p[i + 1] >= 0xa0; /* U+0080 to U+009F are controls */
	return c >= 0xc0 || s.p[i - 1] != 0xc2 || c >= 0xa0;
}

/** Fill @p c with @p text and @p after. */
static void
cell_fill(struct out_text *t, struct cell *c, const char *text, const char *after)
{
	struct gz_span s = gz_span_str(text), end = gz_span_str(after);
	bool utf8 = utf8_is_valid(s);
	uint32_t i;
	char *at;

	t->words = grown(t->words, &t->words_size,
			t->words_len + (size_t)s.len * HEX_ESCAPE + end.len + 1, 1);
	at = t->words + t->words_len;
	c->at = t->words_len;
	c->width = end.len;
	for (i = 0; i < s.len; i++) {
		if (!is_shown(s, i, utf8)) {
			at += sprintf(at, "\\x%02x", s.p[i]);
			c->width += HEX_ESCAPE;
			continue;
		}
		*at++ = (char)s.p[i];
		c->width += (s.p[i] & 0xc0) != 0x80;
	}
	memcpy(at, end.p, end.len);
	at += end.len;
	c->len = (uint32_t)(at - t->words - c->at);
	t->words_len += c->len;
}

static struct cell *
cell_new(struct out_text *t)
{
	struct cell *c;

	t->cells = grown(t->cells, &t->cells_size, t->nb_cells + 1, sizeof(*t->cells));
	c = &t->cells[t->nb_cells++];
	*c = (struct cell){ 0 };
	return c;
}

static void
print_row(const struct out_text *t, const struct cell *row, const struct column *columns)
{
	static const struct gz_span none = { (const uint8_t *)"-", 1 };
	uint32_t i, width, pad, due = t->depth * INDENT; /* blanks before the next cell */
	struct gz_span s;

	for (i = 0; i < t->nb_columns; i++) {
		s = row[i].len > 0 ? gz_span(t->words + row[i].at, row[i].len) : none;
		width = row[i].len > 0 ? row[i].width : 1;
		pad = columns[i].width - width;
		if (columns[i].number)
			due += pad;
		fprintf(t->to, "%*s%.*s", (int)due, "", (int)s.len, (const char *)s.p);
		due = GAP + (columns[i].number ? 0 : pad);
	}
	fputc('\n', t->to);
}

static void
measure(const struct out_text *t, struct column *columns)
{
	const struct cell *c;
	size_t i;

	for (i = 0; i < t->nb_columns; i++)
		columns[i] = (struct column){ 1, t->in_table };
	for (i = 0; i < t->nb_cells; i++) {
		struct column *column = &columns[i % t->nb_columns];

		c = &t->cells[i];
		if (c->width > column->width)
			column->width = c->width;
		if (i >= t->nb_columns && c->len > 0 && !c->number)
			column->number = false;
	}
}

/** Lay out what waits. */
static void
flush(struct out_text *t)
{
	struct column *columns;
	size_t i;

	if (t->nb_cells > 0) {
		columns = calloc(t->nb_columns, sizeof(*columns));
		if (columns == NULL)
			abort();
		measure(t, columns);
		for (i = 0; i + t->nb_columns <= t->nb_cells; i += t->nb_columns)
			print_row(t, &t->cells[i], columns);
		free(columns);
	}
	t->nb_cells = 0;
	t->words_len = 0;
	t->in_table = false;
	t->nb_columns = LINE_COLUMNS;
}

static void
text_object(struct gz_out *o, const char *key)
{
	struct out_text *t = (struct out_text *)o;

	flush(t);
	fprintf(t->to, "%*s%s:\n", (int)t->depth * INDENT, "", key);
	t->depth++;
}

static void
text_object_end(struct gz_out *o)
{
	struct out_text *t = (struct out_text *)o;

	flush(t);
	if (t->depth > 0)
		t->depth--;
}

static void
text_table(struct gz_out *o, const char *key)
{
	struct out_text *t = (struct out_text *)o;

	flush(t);
	/* Alone on the page, a table needs no title. */
	if (ftell(t->to) > 0)
		fprintf(t->to, "\n%*s%s:\n", (int)t->depth * INDENT, "", key);
	t->in_table = true;
	t->nb_columns = 0;
}

static void
text_column(struct gz_out *o, const char *name)
{
	struct out_text *t = (struct out_text *)o;

	cell_fill(t, cell_new(t), name, "");
	t->nb_columns++;
}

static void
text_row(struct gz_out *o)
{
	struct out_text *t = (struct out_text *)o;
	uint32_t i;

	for (i = 0; i < t->nb_columns; i++)
		cell_new(t);
	t->next_column = 0;
}

static void
text_table_end(struct gz_out *o)
{
	flush((struct out_text *)o);
}

/** The column called @p key, or -1. */
static int
column_find(const struct out_text *t, const char *key)
{
	struct gz_span name = gz_span_str(key);
	uint32_t i, at;

	for (i = 0; i < t->nb_columns; i++) {
		at = (t->next_column + i) % t->nb_columns;
		if (gz_span_equal(name, gz_span(t->words + t->cells[at].at, t->cells[at].len)))
			return (int)at;
	}
	return -1;
}

static void
text_member(struct gz_out *o, const char *key, const char *value, enum out_kind kind)
{
	struct out_text *t = (struct out_text *)o;
	struct cell *c;
	int column;

	if (value == NULL)
		value = "";
	else if (kind == OUT_BOOL)
		value = value[0] == 't' ? "yes" : "no";
	if (t->in_table) {
		column = column_find(t, key);
		if (column < 0 || t->nb_cells == t->nb_columns)
			return;
		c = &t->cells[t->nb_cells - t->nb_columns + (uint32_t)column];
		t->next_column = (uint32_t)column + 1;
	} else {
		cell_fill(t, cell_new(t), key, ":");
		c = cell_new(t);
	}
	cell_fill(t, c, value, "");
	c->number = kind == OUT_NUMBER;
}

void
out_text_raw(struct gz_out *o, const char *text)
{
	struct out_text *t = (struct out_text *)o;
	size_t len = strlen(text);

	flush(t);
	fputs(text, t->to);
	if (len == 0 || text[len - 1] != '\n')
		fputc('\n', t->to);
}

static size_t
text_size(const struct gz_out *o)
{
	const struct out_text *t = (const struct out_text *)o;

	return (size_t)ftell(t->to) + t->words_len;
}

static const char *
text_finish(struct gz_out *o, size_t *len)
{
	struct out_text *t = (struct out_text *)o;

	flush(t);
	if (fflush(t->to) != 0)
		abort();
	*len = t->buf_len;
	return t->buf;
}

static void
text_destroy(struct gz_out *o)
{
	struct out_text *t = (struct out_text *)o;

	fclose(t->to);
	free(t->buf);
	free(t->cells);
	free(t->words);
	free(t);
}

static const struct out_ops text_ops = {
	.object = text_object,
	.object_end = text_object_end,
	.table = text_table,
	.column = text_column,
	.row = text_row,
	.table_end = text_table_end,
	.member = text_member,
	.size = text_size,
	.finish = text_finish,
	.destroy = text_destroy,
};

struct gz_out *
out_text_create(void)
{
	struct out_text *t = calloc(1, sizeof(*t));

	if (t == NULL)
		abort();
	t->out = (struct gz_out){ &text_ops, GZ_OUT_TEXT, false };
	t->to = open_memstream(&t->buf, &t->buf_len);
	if (t->to == NULL)
		abort();
	t->nb_columns = LINE_COLUMNS;
	return &t->out;
}
