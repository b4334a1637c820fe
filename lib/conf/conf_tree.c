/* SPDX-License-Identifier: BSD-3-Clause */
#include "conf_tree.h"

#include <errno.h>
#include <string.h>

#include <rte_common.h>

#include "conf_internal.h"

enum {
	SHOWN_MOST = 64, /* bytes of a line that a message repeats */
};

#ifdef GZ_SANITIZE
const char *__lsan_default_suppressions(void);

/* libconfig 1.5 forgets the text of a string at which a syntax error is found. */
const char *
__lsan_default_suppressions(void)
{
	return "leak:strbuf_append\nleak:libconfig_yylex\n";
}
#endif

static void
tell_syntax(const struct conf_tree *t, struct gz_errors *errors)
{
	uint32_t line = (uint32_t)config_error_line(&t->config);
	struct gz_span text = gz_span_trim(conf_text_line(t->text, line));

	gz_errors_add(errors, conf_text_place(t->text, line), "syntax error",
			"%s in or before \"%.*s\"", config_error_text(&t->config),
			(int)RTE_MIN(text.len, (uint32_t)SHOWN_MOST), (const char *)text.p);
}

void
conf_tree_free(struct conf_tree *t)
{
	config_destroy(&t->config);
	conf_text_free(t->text);
}

static bool
is_name_byte(uint8_t c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
			c == '_' || c == '-' || c == '*';
}

/** Behind the string in quotes that starts at @p i. */
static uint32_t
skip_string(struct gz_span line, uint32_t i)
{
	for (i++; i < line.len && line.p[i] != '"'; i++) {
		if (line.p[i] == '\\')
			i++;
	}
	return RTE_MIN(i + 1, line.len);
}

/** Where @p what, a name or a bracket, stands in @p line from @p i on, not in a string; or -1. */
static int64_t
find_token(struct gz_span line, uint32_t i, struct gz_span what)
{
	uint32_t end;

	while (i < line.len) {
		end = i + 1;
		if (line.p[i] == '"')
			end = skip_string(line, i);
		else if (is_name_byte(line.p[i]))
			while (end < line.len && is_name_byte(line.p[end]))
				end++;
		if (gz_span_equal(gz_span(line.p + i, end - i), what))
			return i;
		i = end;
	}
	return -1;
}

/** What a setting starts with: its name, or what opens an item of a list; empty for a scalar there. */
static struct gz_span
first_token(const config_setting_t *s)
{
	if (config_setting_name(s) != NULL)
		return gz_span_str(config_setting_name(s));
	if (config_setting_is_group(s))
		return GZ_SPAN("{");
	if (config_setting_is_list(s))
		return GZ_SPAN("(");
	return config_setting_is_array(s) ? GZ_SPAN("[") : gz_span(NULL, 0);
}

/** Up to where a walk over the tree, in the order of the text, has come. */
struct reached {
	const struct conf_text *text;
	uint32_t line, at;
};

/** Keep with each setting below @p s its column, from 1: in a line there may be others of its name. */
static void
keep_columns(struct reached *r, const config_setting_t *s)
{
	for (int i = 0; i < config_setting_length(s); i++) {
		config_setting_t *child = config_setting_get_elem(s, (unsigned int)i);
		struct gz_span token = first_token(child);
		uint32_t line = config_setting_source_line(child);
		int64_t at = -1;

		if (line != r->line)
			r->at = 0;
		r->line = line;
		if (token.len > 0)
			at = find_token(conf_text_line(r->text, line), r->at, token);
		if (at >= 0) {
			r->at = (uint32_t)at + token.len;
			config_setting_set_hook(child, (void *)(uintptr_t)(at + 1));
		}
		if (config_setting_is_aggregate(child))
			keep_columns(r, child);
	}
}

int
conf_tree_read(struct conf_tree *t, const char *path, struct gz_errors *errors)
{
	struct reached start = { 0 };
	int ret;

	t->text = conf_text_load(path, errors, &ret);
	if (t->text == NULL)
		return ret;
	config_init(&t->config);
	/* Should its idea of an include differ from ours, it finds nothing to open. */
	config_set_include_dir(&t->config, "/dev/null");
	if (config_read_string(&t->config, conf_text_all(t->text))) {
		start.text = t->text;
		keep_columns(&start, config_root_setting(&t->config));
		return 0;
	}
	tell_syntax(t, errors);
	conf_tree_free(t);
	return -EINVAL;
}

/** The column of the setting's first token, or 0. */
static uint32_t
column(const config_setting_t *s)
{
	return (uint32_t)(uintptr_t)config_setting_get_hook(s);
}

struct gz_place
conf_tree_place(const struct conf_tree *t, const config_setting_t *s)
{
	struct gz_place place = conf_text_place(t->text, config_setting_source_line(s));

	if (column(s) > 0)
		place.column = column(s);
	return place;
}

struct gz_place
conf_tree_value_place(const struct conf_tree *t, const config_setting_t *s)
{
	struct gz_place place = conf_tree_place(t, s);
	struct gz_span text = conf_text_line(t->text, config_setting_source_line(s));
	uint32_t i;

	if (column(s) == 0 || config_setting_name(s) == NULL)
		return place;
	i = column(s) - 1 + (uint32_t)strlen(config_setting_name(s));
	while (i < text.len && strchr(" \t=:", text.p[i]) != NULL)
		i++;
	if (i < text.len)
		place.column = i + 1;
	return place;
}
