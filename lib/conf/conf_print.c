/* SPDX-License-Identifier: BSD-3-Clause */

/* The defaults as a file: groups, each setting under its help. */

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "conf_internal.h"

/** Where the page is. */
struct page {
	FILE *to;
	uint32_t depth; /* groups open */
	const char *start; /* "" or what makes a line a comment */
};

static void
start_line(const struct page *p)
{
	uint32_t i;

	fputs(p->start, p->to);
	for (i = 0; i < p->depth; i++)
		fputc('\t', p->to);
}

static void
print_range(const struct page *p, const struct gz_setting *s)
{
	struct conf_value bound = { .number = s->min };
	char *min = conf_value_text(s, &bound), *max;

	bound.number = s->max;
	max = conf_value_text(s, &bound);
	if (s->max == 0 && s->min > 0)
		fprintf(p->to, "; at least %s", min);
	else if (s->max > 0)
		fprintf(p->to, "; %s to %s", min, max);
	free(min);
	free(max);
}

static void
print_help(const struct page *p, const struct gz_setting *s)
{
	bool number = s->type == GZ_SETTING_UINT || s->type == GZ_SETTING_TIME;
	uint32_t i;

	start_line(p);
	fprintf(p->to, "# %s", s->help == NULL ? s->name : s->help);
	if (number)
		print_range(p, s);
	if (s->unit != NULL)
		fprintf(p->to, " (%s)", s->unit);
	for (i = 0; s->type == GZ_SETTING_WORD && s->words[i] != NULL; i++)
		fprintf(p->to, "%s%s", i == 0 ? "; one of " : ", ", s->words[i]);
	if (s->required)
		fprintf(p->to, "; must be given");
	fputc('\n', p->to);
}

static void
print_quoted(const struct page *p, const char *text)
{
	fputc('"', p->to);
	for (; *text != '\0'; text++) {
		if (*text == '"' || *text == '\\')
			fprintf(p->to, "\\%c", *text);
		else if ((uint8_t)*text < 0x20)
			fprintf(p->to, "\\x%02x", *text);
		else
			fputc(*text, p->to);
	}
	fputc('"', p->to);
}

static void
print_value(const struct page *p, const struct conf_row *row)
{
	const struct conf_value *v = &row->value;
	char *text;
	uint32_t i;

	if (row->setting->type == GZ_SETTING_STRINGS) {
		fputs("[", p->to);
		for (i = 0; i < v->nb_strings; i++) {
			fputs(i == 0 ? "" : ", ", p->to);
			print_quoted(p, v->strings[i]);
		}
		fputs("]", p->to);
		return;
	}
	text = conf_value_text(row->setting, v);
	/* What is not a plain number or word of libconfig's stands in quotes. */
	if (row->setting->type == GZ_SETTING_BOOL ||
			(row->setting->type == GZ_SETTING_UINT &&
					text[strspn(text, "0123456789")] == '\0'))
		fputs(text, p->to);
	else
		print_quoted(p, text);
	free(text);
}

static void
print_setting(const struct page *p, const struct conf_row *row, const char *name)
{
	print_help(p, row->setting);
	start_line(p);
	fprintf(p->to, "%s = ", name);
	print_value(p, row);
	fputs(";\n", p->to);
}

/** An empty list, with an item's members as a comment. */
static void
print_list(const struct page *p, const struct conf_row *list)
{
	const struct page item = { p->to, p->depth + 1, "#" };
	const char *name = list->setting->name, *member;
	size_t len = strlen(name);
	uint32_t i, nb;
	const struct conf_row *rows = conf_rows(&nb);

	print_help(p, list->setting);
	start_line(p);
	fprintf(p->to, "%s = (\n#", strrchr(name, '.') == NULL ? name : strrchr(name, '.') + 1);
	start_line(p);
	fputs("{\n", p->to);
	for (i = 0; i < nb; i++) {
		member = rows[i].setting->name + len;
		if (strncmp(rows[i].setting->name, name, len) != 0 ||
				strncmp(member, "[].", 3) != 0 || strchr(member + 3, '[') != NULL)
			continue;
		print_setting(&item, &rows[i], member + 3);
	}
	fputc('#', p->to);
	start_line(p);
	fputs("}\n", p->to);
	start_line(p);
	fputs(");\n", p->to);
}

/** How many bytes of groups, each with its dot, two names have in common. */
static size_t
common_groups(const char *a, const char *b)
{
	size_t i, common = 0;

	for (i = 0; a[i] != '\0' && a[i] == b[i]; i++) {
		if (a[i] == '.')
			common = i + 1;
	}
	return common;
}

/** Close the groups of @p last that @p name is not in, and open the others of @p name. */
static void
enter_groups(struct page *p, const char *last, const char *name)
{
	size_t common = common_groups(last, name);
	const char *dot;

	for (last += common; (dot = strchr(last, '.')) != NULL; last = dot + 1) {
		p->depth--;
		start_line(p);
		fputs("};\n", p->to);
	}
	for (name += common; (dot = strchr(name, '.')) != NULL; name = dot + 1) {
		fputc('\n', p->to);
		start_line(p);
		fprintf(p->to, "%.*s = {\n", (int)(dot - name), name);
		p->depth++;
	}
}

void
gz_conf_print_defaults(FILE *to)
{
	struct page p = { to, 0, "" };
	const struct conf_row *rows;
	const char *name, *last = "", *dot;
	uint32_t i, nb;

	rows = conf_rows(&nb);
	for (i = 0; i < nb; i++) {
		name = rows[i].setting->name;
		if (strchr(name, '[') != NULL)
			continue;
		enter_groups(&p, last, name);
		dot = strrchr(name, '.');
		if (rows[i].setting->type == GZ_SETTING_LIST)
			print_list(&p, &rows[i]);
		else
			print_setting(&p, &rows[i], dot == NULL ? name : dot + 1);
		last = name;
	}
	enter_groups(&p, last, "");
}
