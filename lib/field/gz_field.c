/* SPDX-License-Identifier: BSD-3-Clause */
#include "gz_field.h"

#include <stdlib.h>
#include <string.h>

#include <rte_debug.h>

#include "gz_registry.h"

/** A word that leads to a field: its name, an alias or a modifier. */
struct word {
	const char *text;
	uint32_t field;
};

struct words {
	struct word *v; /* sorted */
	uint32_t count;
};

static STAILQ_HEAD(, gz_field_set) sets = STAILQ_HEAD_INITIALIZER(sets);
static struct gz_field *fields; /* sorted; all of this is kept until the process ends */
static uint32_t nb_fields;
static struct words names, modifiers;
static bool sealed;

void
gz_field_register(struct gz_field_set *set)
{
	RTE_VERIFY(!sealed);
	STAILQ_INSERT_TAIL(&sets, set, next);
}

static int
by_name(const void *a, const void *b)
{
	return strcmp(((const struct gz_field *)a)->name, ((const struct gz_field *)b)->name);
}

static int
by_text(const void *a, const void *b)
{
	return strcmp(((const struct word *)a)->text, ((const struct word *)b)->text);
}

/** Does a row of @p a go before one of @p b? Packets first, then protocols by their names. */
static bool
goes_before(const struct gz_proto *a, const struct gz_proto *b)
{
	if (a == NULL || b == NULL)
		return a == NULL && b != NULL;
	/* A protocol begins with its registration. */
	return strcmp(((const struct gz_reg *)a)->name, ((const struct gz_reg *)b)->name) < 0;
}

static void
take_row(const struct gz_field_set *set, const struct gz_field_row *row)
{
	struct gz_field *f;
	uint32_t i, at;

	for (i = 0; i < nb_fields && strcmp(fields[i].name, row->name) != 0; i++)
		;
	f = &fields[i];
	if (i == nb_fields) {
		nb_fields++;
		f->name = row->name;
	}
	RTE_VERIFY(f->nb_rows < GZ_FIELD_ROWS);
	RTE_VERIFY((row->get != NULL) + (row->get_pkt != NULL) + (row->get_number != NULL) ==
			((row->flags & GZ_FIELD_FRAME) == 0));
	f->flags |= row->flags;
	/* Which file registers first is the linker's business. */
	for (at = f->nb_rows++; at > 0 && goes_before(set->proto, f->rows[at - 1].proto); at--)
		f->rows[at] = f->rows[at - 1];
	f->rows[at].proto = set->proto;
	f->rows[at].row = row;
}

static void
take_word(struct words *w, const char *text, uint32_t field)
{
	if (text != NULL)
		w->v[w->count++] = (struct word){ text, field };
}

/** Sort and drop the repetitions that come of rows of one field. */
static void
settle_words(struct words *w)
{
	uint32_t i, kept = 0;

	qsort(w->v, w->count, sizeof(*w->v), by_text);
	for (i = 0; i < w->count; i++) {
		if (kept > 0 && strcmp(w->v[kept - 1].text, w->v[i].text) == 0) {
			/* One word for two fields would make rules ambiguous. */
			RTE_VERIFY(w->v[kept - 1].field == w->v[i].field);
			continue;
		}
		w->v[kept++] = w->v[i];
	}
	w->count = kept;
}

static void
take_words(uint32_t nb_rows)
{
	uint32_t i, r;

	names.v = calloc(2 * nb_rows + 1, sizeof(*names.v));
	modifiers.v = calloc(nb_rows + 1, sizeof(*modifiers.v));
	RTE_VERIFY(names.v != NULL && modifiers.v != NULL);
	for (i = 0; i < nb_fields; i++) {
		for (r = 0; r < fields[i].nb_rows; r++) {
			take_word(&names, fields[i].rows[r].row->name, i);
			take_word(&names, fields[i].rows[r].row->alias, i);
			take_word(&modifiers, fields[i].rows[r].row->modifier, i);
		}
	}
	settle_words(&names);
	settle_words(&modifiers);
}

void
gz_fields_seal(void)
{
	const struct gz_field_set *set;
	uint32_t i, nb_rows = 0;

	if (sealed)
		return;
	STAILQ_FOREACH(set, &sets, next)
		nb_rows += set->nb_rows;
	fields = calloc(nb_rows + 1, sizeof(*fields));
	RTE_VERIFY(fields != NULL);
	STAILQ_FOREACH(set, &sets, next) {
		for (i = 0; i < set->nb_rows; i++)
			take_row(set, &set->rows[i]);
	}
	qsort(fields, nb_fields, sizeof(*fields), by_name);
	for (i = 0; i < nb_fields; i++)
		fields[i].id = i;
	take_words(nb_rows);
	sealed = true;
}

uint32_t
gz_fields_count(void)
{
	return nb_fields;
}

const struct gz_field *
gz_field(uint32_t id)
{
	return id < nb_fields ? &fields[id] : NULL;
}

static const struct gz_field *
find_word(const struct words *w, const char *text)
{
	const struct word key = { text, 0 };
	const struct word *found;

	RTE_VERIFY(sealed);
	found = bsearch(&key, w->v, w->count, sizeof(*w->v), by_text);
	return found == NULL ? NULL : &fields[found->field];
}

const struct gz_field *
gz_field_find(const char *name)
{
	return find_word(&names, name);
}

const struct gz_field *
gz_field_find_modifier(const char *modifier)
{
	return find_word(&modifiers, modifier);
}

const struct gz_field_row *
gz_field_row(const struct gz_field *f, const struct gz_proto *proto)
{
	uint32_t i;

	for (i = 0; i < f->nb_rows; i++) {
		if (f->rows[i].proto == proto)
			return f->rows[i].row;
	}
	return NULL;
}
