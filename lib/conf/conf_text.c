/* SPDX-License-Identifier: BSD-3-Clause */

/*
 * The text of a configuration, with what it includes in its place, and a map
 * back from each line to its file. libconfig could include by itself, but ends
 * the process when it is told to include a directory, and knows no columns.
 */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "conf_internal.h"

enum {
	DEPTH_MOST = 8, /* files that include each other */
	FILES_MOST = 256,
	FILE_MOST = 16 << 20, /* bytes */
	SHORT_DIGITS_MOST = 9, /* of a number that fits 32 bits in any case */
};

struct line {
	const char *file;
	struct gz_span text;
	uint32_t number;
};

struct conf_text {
	char *paths[FILES_MOST]; /* these and the contents are what lines point into */
	char *contents[FILES_MOST];
	uint32_t nb_files;
	struct line *lines;
	size_t nb_lines, lines_size;
	char *all;
	size_t all_len;
	FILE *to; /* into all, while loading */
};

/** What surrounds a byte of the text. */
enum state {
	PLAIN,
	STRING,
	COMMENT, /* to the end of the line */
	BLOCK_COMMENT,
};

static bool
is_word(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
			c == '_' || c == '.' || c == '*' || c == '+' || c == '-';
}

static size_t
word_len(const char *p, const char *end)
{
	const char *at = p;

	while (at < end && is_word(*at))
		at++;
	return (size_t)(at - p);
}

/** Take one thing off the text at @p p. @return its bytes. */
static size_t
step(enum state *s, const char *p, const char *end)
{
	bool two = p + 1 < end;

	switch (*s) {
	case PLAIN:
		if (is_word(*p))
			return word_len(p, end);
		if (*p == '"')
			*s = STRING;
		else if (*p == '#' || (two && p[0] == '/' && p[1] == '/'))
			*s = COMMENT;
		else if (two && p[0] == '/' && p[1] == '*')
			*s = BLOCK_COMMENT;
		return *s == BLOCK_COMMENT ? 2 : 1;
	case STRING:
		if (*p == '"')
			*s = PLAIN;
		return two && *p == '\\' ? 2 : 1;
	case COMMENT:
		if (*p == '\n')
			*s = PLAIN;
		return 1;
	default:
		if (!two || p[0] != '*' || p[1] != '/')
			return 1;
		*s = PLAIN;
		return 2;
	}
}

/** libconfig cuts long integers to 32 bits without a word, unless an L follows. */
static bool
needs_l(const char *word, size_t len)
{
	size_t i, sign = word[0] == '+' || word[0] == '-';

	for (i = sign; i < len; i++) {
		if (word[i] < '0' || word[i] > '9')
			return false;
	}
	return len - sign > SHORT_DIGITS_MOST;
}

static void
put_line(struct conf_text *t, struct line line, enum state *s)
{
	const char *p = (const char *)line.text.p, *end = p + line.text.len;
	bool plain;
	size_t n;

	if (t->nb_lines == t->lines_size) {
		t->lines_size = t->lines_size * 2 + 256;
		t->lines = conf_or_abort(reallocarray(t->lines, t->lines_size, sizeof(*t->lines)));
	}
	t->lines[t->nb_lines++] = line;
	for (; p < end; p += n) {
		plain = *s == PLAIN;
		n = step(s, p, end);
		fwrite(p, 1, n, t->to);
		if (plain && needs_l(p, n))
			fputc('L', t->to);
	}
	if (line.text.len == 0 || end[-1] != '\n')
		fputc('\n', t->to);
}

/** The whole of a file as a string. @return 0 or -errno. */
static int
read_whole(const char *path, char **content, size_t *len)
{
	struct stat st;
	FILE *from;
	int ret = 0;

	*content = NULL;
	*len = 0;
	from = fopen(path, "re");
	if (from == NULL)
		return -errno;
	if (fstat(fileno(from), &st) == 0 && S_ISDIR(st.st_mode)) {
		ret = -EISDIR;
		goto close;
	}
	*content = conf_or_abort(malloc(FILE_MOST + 1));
	*len = fread(*content, 1, FILE_MOST + 1, from);
	if (ferror(from))
		ret = -EIO;
	else if (*len > FILE_MOST)
		ret = -EFBIG;
	if (ret == 0)
		*content = conf_or_abort(realloc(*content, *len + 1));
	else
		free(*content);
close:
	fclose(from);
	return ret;
}

/** The name in `@include "name"`, when the line is one. */
static bool
is_include(struct gz_span line, char name[CONF_NAME_SIZE])
{
	struct gz_span word = GZ_SPAN("@include"), quoted;
	int64_t end;

	line = gz_span_trim(line);
	if (!gz_span_starts(line, word))
		return false;
	name[0] = '\0';
	line = gz_span_trim(gz_span(line.p + word.len, line.len - word.len));
	if (!gz_span_starts(line, GZ_SPAN("\"")))
		return true;
	quoted = gz_span(line.p + 1, line.len - 1);
	end = gz_span_find(quoted, GZ_SPAN("\""));
	if (end > 0 && end < CONF_NAME_SIZE)
		snprintf(name, CONF_NAME_SIZE, "%.*s", (int)end, (const char *)quoted.p);
	return true;
}

/** Where in a line its first word stands, from 1. */
static uint32_t
first_column(struct gz_span line)
{
	uint32_t i = 0;

	while (i < line.len && (line.p[i] == ' ' || line.p[i] == '\t'))
		i++;
	return i + 1;
}

static int text_add(struct conf_text *t, const char *path, struct gz_place from, uint32_t depth,
		struct gz_errors *errors);

static int
text_include(struct conf_text *t, const char *name, struct gz_place from, uint32_t depth,
		struct gz_errors *errors)
{
	const char *slash = strrchr(from.file, '/');
	int dir = name[0] == '/' || slash == NULL ? 0 : (int)(slash - from.file) + 1;
	char *path;
	int ret;

	if (name[0] == '\0') {
		gz_errors_add(errors, from, "syntax error",
				"@include needs a file's name in quotes");
		return -EINVAL;
	}
	if (depth == DEPTH_MOST || t->nb_files == FILES_MOST) {
		gz_errors_add(errors, from, "syntax error", "too many files include each other");
		return -EINVAL;
	}
	if (asprintf(&path, "%.*s%s", dir, from.file, name) < 0)
		abort();
	ret = text_add(t, path, from, depth + 1, errors);
	free(path);
	return ret;
}

/** Add a file and what it includes; @p from is who wants it. */
static int
text_add(struct conf_text *t, const char *path, struct gz_place from, uint32_t depth,
		struct gz_errors *errors)
{
	struct gz_span rest, text;
	char name[CONF_NAME_SIZE];
	struct gz_place place = { NULL, 0, 0 };
	enum state s = PLAIN;
	char *content;
	size_t len;
	int ret;

	ret = read_whole(path, &content, &len);
	if (ret < 0) {
		gz_errors_add(errors, from, "unreadable file", "cannot read %s: %s", path,
				strerror(-ret));
		return ret;
	}
	place.file = t->paths[t->nb_files] = conf_or_abort(strdup(path));
	t->contents[t->nb_files++] = content;
	rest = gz_span(content, (uint32_t)len);
	while (ret == 0 && gz_span_cut(&rest, '\n', &text)) {
		place.line++;
		place.column = first_column(text);
		if (memchr(text.p, '\0', text.len) != NULL) {
			gz_errors_add(errors, place, "syntax error",
					"this is no text: a byte is 0");
			return -EINVAL;
		}
		if (s == PLAIN && is_include(text, name))
			ret = text_include(t, name, place, depth, errors);
		else
			put_line(t, (struct line){ place.file, text, place.line }, &s);
		if (s == COMMENT)
			s = PLAIN;
	}
	return ret;
}

struct conf_text *
conf_text_load(const char *path, struct gz_errors *errors, int *ret)
{
	struct conf_text *t = conf_or_abort(calloc(1, sizeof(*t)));

	t->to = conf_or_abort(open_memstream(&t->all, &t->all_len));
	*ret = text_add(t, path, (struct gz_place){ NULL, 0, 0 }, 0, errors);
	fclose(t->to);
	if (*ret == 0)
		return t;
	conf_text_free(t);
	return NULL;
}

void
conf_text_free(struct conf_text *t)
{
	uint32_t i;

	for (i = 0; i < t->nb_files; i++) {
		free(t->paths[i]);
		free(t->contents[i]);
	}
	free(t->lines);
	free(t->all);
	free(t);
}

const char *
conf_text_all(const struct conf_text *t)
{
	return t->all;
}

/** The last line stands for all behind it: an error may be that something lacks. */
static const struct line *
line_at(const struct conf_text *t, uint32_t line)
{
	if (t->nb_lines == 0)
		return NULL;
	return &t->lines[line == 0 ? 0 : line > t->nb_lines ? t->nb_lines - 1 : line - 1];
}

struct gz_place
conf_text_place(const struct conf_text *t, uint32_t line)
{
	const struct line *l = line_at(t, line);

	if (l == NULL)
		return (struct gz_place){ t->paths[0], 0, 0 };
	return (struct gz_place){ l->file, l->number, first_column(l->text) };
}

struct gz_span
conf_text_line(const struct conf_text *t, uint32_t line)
{
	const struct line *l = line_at(t, line);

	return l == NULL ? gz_span(NULL, 0) : l->text;
}
