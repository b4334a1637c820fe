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

int
conf_tree_read(struct conf_tree *t, const char *path, struct gz_errors *errors)
{
	int ret;

	t->text = conf_text_load(path, errors, &ret);
	if (t->text == NULL)
		return ret;
	config_init(&t->config);
	/* Should its idea of an include differ from ours, it finds nothing to open. */
	config_set_include_dir(&t->config, "/dev/null");
	if (config_read_string(&t->config, conf_text_all(t->text)))
		return 0;
	tell_syntax(t, errors);
	conf_tree_free(t);
	return -EINVAL;
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

/** Where @p name stands in @p line as a whole word, or -1. */
static int64_t
find_name(struct gz_span line, struct gz_span name)
{
	struct gz_span rest = line;
	int64_t at, from = 0;

	while ((at = gz_span_find(rest, name)) >= 0) {
		from += at;
		rest = gz_span(line.p + from + name.len, line.len - (uint32_t)from - name.len);
		if ((from == 0 || !is_name_byte(line.p[from - 1])) &&
				(rest.len == 0 || !is_name_byte(rest.p[0])))
			return from;
		from += name.len;
	}
	return -1;
}

/** Where the name starts in its line, or -1. */
static int64_t
name_at(const struct conf_tree *t, const config_setting_t *s)
{
	const char *name = config_setting_name(s);

	if (name == NULL)
		return -1;
	return find_name(conf_text_line(t->text, config_setting_source_line(s)), gz_span_str(name));
}

struct gz_place
conf_tree_place(const struct conf_tree *t, const config_setting_t *s)
{
	struct gz_place place = conf_text_place(t->text, config_setting_source_line(s));
	int64_t at = name_at(t, s);

	if (at >= 0)
		place.column = (uint32_t)at + 1;
	return place;
}

struct gz_place
conf_tree_value_place(const struct conf_tree *t, const config_setting_t *s)
{
	uint32_t line = config_setting_source_line(s), i;
	struct gz_place place = conf_text_place(t->text, line);
	struct gz_span text = conf_text_line(t->text, line);
	int64_t at = name_at(t, s);

	if (at < 0)
		return place;
	place.column = (uint32_t)at + 1;
	i = (uint32_t)at + (uint32_t)strlen(config_setting_name(s));
	while (i < text.len && strchr(" \t=:", text.p[i]) != NULL)
		i++;
	if (i < text.len)
		place.column = i + 1;
	return place;
}
