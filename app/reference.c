/* SPDX-License-Identifier: BSD-3-Clause */

/* `gauze check --reference`: the words of the rule language as a page of Markdown, from their rows. */

#include "reference.h"

#include <stdio.h>
#include <string.h>

#include "gz_keyword.h"
#include "gz_transform.h"

/** In a cell of a table: a bar would end it. */
static void
print_text(FILE *to, const char *text)
{
	for (; text != NULL && *text != '\0'; text++)
		fprintf(to, *text == '|' ? "\\|" : "%c", *text);
}

static void
print_code(FILE *to, const char *text)
{
	fputs("`", to);
	print_text(to, text);
	fputs("`", to);
}

static const char *
scope_of(const struct gz_keyword *k)
{
	switch (k->scope) {
	case GZ_SCOPE_PACKET:
		return "packet";
	case GZ_SCOPE_BUFFER:
		return "buffer";
	case GZ_SCOPE_TX:
		return "transaction";
	case GZ_SCOPE_POST:
		return "after a match";
	default:
		return "rule";
	}
}

static void
print_keywords(FILE *to)
{
	const struct gz_keyword *k;

	fprintf(to, "## Keywords\n\n| keyword | about | usage | what it says |\n|---|---|---|---|\n");
	for (uint32_t i = 0; i < gz_keywords.count; i++) {
		k = (const struct gz_keyword *)gz_keywords.by_name[i];
		fputs("| ", to);
		print_code(to, k->reg.name);
		if (k->alias != NULL) {
			fputs(", ", to);
			print_code(to, k->alias);
		}
		fprintf(to, " | %s | ", scope_of(k));
		print_code(to, k->usage != NULL ? k->usage : k->reg.name);
		fputs(" | ", to);
		print_text(to, k->help);
		fputs(" |\n", to);
	}
}

static void
print_transforms(FILE *to)
{
	const struct gz_transform *t;

	fprintf(to, "\n## Transforms of buffers\n\n| transform | what it makes |\n|---|---|\n");
	for (uint32_t i = 0; i < gz_transforms.count; i++) {
		t = (const struct gz_transform *)gz_transforms.by_name[i];
		fputs("| ", to);
		print_code(to, t->reg.name);
		fputs(" | ", to);
		print_text(to, t->help);
		fputs(" |\n", to);
	}
}

static const char *
sides_of(uint32_t flags)
{
	switch (flags & (GZ_FIELD_C2S | GZ_FIELD_S2C)) {
	case GZ_FIELD_C2S:
		return "to server";
	case GZ_FIELD_S2C:
		return "to client";
	default:
		return "both";
	}
}

static void
print_field(FILE *to, const struct gz_field *f)
{
	const struct gz_field_row *row = f->rows[0].row;

	fputs("| ", to);
	print_code(to, f->name);
	if (row->alias != NULL) {
		fputs(", ", to);
		print_code(to, row->alias);
	}
	fputs(" | ", to);
	if (row->modifier != NULL)
		print_code(to, row->modifier);
	fputs(" | ", to);
	for (uint32_t i = 0; i < f->nb_rows; i++)
		fprintf(to, "%s%s", i > 0 ? ", " : "",
				f->rows[i].proto != NULL ? f->rows[i].proto->reg.name : "packet");
	fprintf(to, " | %s | ", sides_of(f->flags));
	print_text(to, row->help);
	fprintf(to, "%s |\n", f->flags & GZ_FIELD_MULTI ? " (several)" : "");
}

static void
print_fields(FILE *to)
{
	fprintf(to,
			"\n## Buffers and numbers\n\nA buffer is chosen by its name; a number is compared: "
			"`tls.version:1.2`.\n\n"
			"| name | content modifier | of | direction | what it is |\n|---|---|---|---|---|\n");
	for (uint32_t i = 0; i < gz_fields_count(); i++)
		print_field(to, gz_field(i));
}

static void
print_name(FILE *to, const char *name, const char *kind, const char *is)
{
	if (name == NULL)
		return;
	fputs("| ", to);
	print_code(to, name);
	fprintf(to, " | %s", kind);
	print_code(to, is);
	fputs(" |\n", to);
}

/** Second names, so that somebody who knows a word only by one finds it. */
static void
print_other_names(FILE *to)
{
	const struct gz_keyword *k;
	const struct gz_field_row *row;

	fprintf(to, "\n## Other names\n\n| name | is |\n|---|---|\n");
	for (uint32_t i = 0; i < gz_keywords.count; i++) {
		k = (const struct gz_keyword *)gz_keywords.by_name[i];
		print_name(to, k->alias, "", k->reg.name);
	}
	for (uint32_t i = 0; i < gz_fields_count(); i++) {
		row = gz_field(i)->rows[0].row;
		if (row->get_number == NULL)
			print_name(to, row->alias, "", row->name);
		print_name(to, row->modifier, "modifier of a content for ", row->name);
	}
}

/** What Suricata knows and we do not. */
static void
print_refused(FILE *to)
{
	const struct gz_refused_keyword *r;
	const char *proto;
	uint32_t n;

	r = gz_keyword_refused(&n);
	fprintf(to,
			"\n## Not taken\n\nWords of Suricata whose rules are refused, and why.\n\n"
			"| word | why |\n|---|---|\n");
	for (uint32_t i = 0; i < n; i++) {
		fputs("| ", to);
		print_code(to, r[i].name);
		fprintf(to, "%s | %s |\n", r[i].name[strlen(r[i].name) - 1] == '.' ? " …" : "",
				r[i].why);
	}
	fprintf(to, "\nProtocols that have no parser, whose rules and keywords are refused:");
	for (uint32_t i = 0; (proto = gz_keyword_absent_protocol(i)) != NULL; i++)
		fprintf(to, "%s `%s`", i > 0 ? "," : "", proto);
	fputs(".\n", to);
}

/** Rules about these are understood and never match. */
static void
print_never_events(FILE *to, const char *proto)
{
	const struct gz_never_event *v;
	uint32_t n;

	v = gz_keyword_never_events(&n);
	for (uint32_t i = 0; i < n; i++)
		if (strcmp(v[i].proto, proto) == 0)
			fprintf(to, ", `%s.%s` (never: %s)", proto, v[i].name, v[i].why);
}

static void
print_events(FILE *to, const struct gz_proto *p)
{
	if (p->nb_events == 0)
		return;
	fputs("\nEvents for `app-layer-event`:", to);
	for (uint32_t i = 0; i < p->nb_events; i++)
		fprintf(to, "%s `%s.%s`", i > 0 ? "," : "", p->reg.name, p->events[i]);
	print_never_events(to, p->reg.name);
	fputs("\n", to);
}

static void
print_protocols(FILE *to)
{
	const struct gz_proto *p;

	fprintf(to, "\n## Protocols\n");
	for (uint32_t i = 0; i < gz_protos.count; i++) {
		p = (const struct gz_proto *)gz_protos.by_name[i];
		fprintf(to, "\n### %s\n\n%s; over %s%s%s%s%s\n", p->reg.name,
				p->help != NULL ? p->help : p->reg.name,
				p->l4 & GZ_L4_TCP ? "TCP" : "",
				(p->l4 & (GZ_L4_TCP | GZ_L4_UDP)) == (GZ_L4_TCP | GZ_L4_UDP)
						? " and "
						: "",
				p->l4 & GZ_L4_UDP ? "UDP" : "",
				p->ports != NULL ? ", first on ports " : "",
				p->ports != NULL ? p->ports : "");
		print_events(to, p);
	}
}

void
reference_print(FILE *to)
{
	gz_protos_seal();
	gz_keywords_seal();
	fputs("# The rule language\n\n"
	      "Rules are Suricata's. This page is made by `make reference` from the rows that register "
	      "what is listed; do not edit it.\n\n",
			to);
	print_keywords(to);
	print_transforms(to);
	print_fields(to);
	print_other_names(to);
	print_refused(to);
	print_protocols(to);
}
