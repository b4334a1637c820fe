/* SPDX-License-Identifier: BSD-3-Clause */
#include "reputation.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <rte_debug.h>

#include "keyword_internal.h"

static const struct gz_setting reputation_settings[] = {
	{ "reputation.categories-file", GZ_SETTING_STRING,
			.help = "categories of addresses for iprep: lines of number,name,description" },
	{ "reputation.files", GZ_SETTING_STRINGS,
			.help = "reputations of addresses for iprep: lines of address or prefix,number "
				"of the category,score" },
};
GZ_CONF_REGISTER(reputation_settings)

enum {
	CATEGORIES = 61, /* numbers 1 to 60 */
	BITS = 129,
	LINE_MOST = 1024,
};

struct entry {
	struct gz_prefix prefix;
	uint8_t score;
};

struct category {
	char *name; /* NULL: there is none of that number */
	struct entry *v; /* sorted by address and length */
	uint32_t n, room;
	uint8_t lengths[BITS]; /* of its prefixes, longest first */
	uint32_t nb_lengths;
};

struct gz_reputation {
	uint32_t users; /* any thread, atomic */
	struct category category[CATEGORIES];
};

void
reputation_get(struct gz_reputation *r)
{
	__atomic_add_fetch(&r->users, 1, __ATOMIC_RELAXED);
}

void
reputation_put(struct gz_reputation *r)
{
	uint32_t i;

	if (r == NULL || __atomic_sub_fetch(&r->users, 1, __ATOMIC_ACQ_REL) > 0)
		return;
	for (i = 0; i < CATEGORIES; i++) {
		free(r->category[i].name);
		free(r->category[i].v);
	}
	free(r);
}

void
gz_reputation_destroy(struct gz_reputation *r)
{
	reputation_put(r);
}

/* ---- look-up ---- */

static int
compare(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;
	int order = gz_addr_compare(&x->prefix.addr, &y->prefix.addr);

	return order != 0 ? order : (int)x->prefix.bits - (int)y->prefix.bits;
}

static struct gz_addr
cut(const struct gz_addr *a, uint32_t bits)
{
	struct gz_addr out = { 0 };

	memcpy(out.b, a->b, bits / 8);
	if (bits % 8 != 0)
		out.b[bits / 8] = (uint8_t)(a->b[bits / 8] & 0xff << (8 - bits % 8));
	return out;
}

int
reputation_category(const struct gz_reputation *r, struct gz_span name)
{
	uint32_t i;

	for (i = 0; i < CATEGORIES; i++) {
		if (r->category[i].name != NULL && text_is(name, r->category[i].name))
			return (int)i;
	}
	return -1;
}

uint8_t
reputation_score(const struct gz_reputation *r, uint32_t category, const struct gz_addr *a)
{
	const struct category *c = &r->category[category];
	const struct entry *found;
	struct entry key;
	uint32_t i;

	for (i = 0; i < c->nb_lengths; i++) {
		key.prefix = (struct gz_prefix){ cut(a, c->lengths[i]), c->lengths[i] };
		found = bsearch(&key, c->v, c->n, sizeof(*c->v), compare);
		if (found != NULL)
			return found->score;
	}
	return 0;
}

/* ---- reading ---- */

struct reader {
	struct gz_reputation *r;
	struct gz_errors *errors;
	struct gz_place place;
};

static void
refuse(struct reader *r, const char *text)
{
	gz_errors_add(r->errors, r->place, "reputation", "%s", text);
}

static void
take_category(struct reader *r, struct gz_span line)
{
	struct gz_span number = gz_span(line.p, 0), name = number;
	struct category *c;
	uint64_t v;

	text_next(&line, &number);
	text_next(&line, &name);
	if (!text_u64(number, CATEGORIES - 1, &v) || v == 0 || name.len == 0) {
		refuse(r, "expected a number from 1 to 60, a short name and a description");
		return;
	}
	c = &r->r->category[v];
	free(c->name);
	c->name = text_copy(name);
}

static void
add(struct category *c, const struct gz_prefix *prefix, uint8_t score)
{
	if (c->n == c->room) {
		c->room = c->room == 0 ? 64 : c->room * 2;
		c->v = reallocarray(c->v, c->room, sizeof(*c->v));
		RTE_VERIFY(c->v != NULL);
	}
	c->v[c->n++] = (struct entry){ *prefix, score };
}

static void
take_address(struct reader *r, struct gz_span line)
{
	struct gz_span address = gz_span(line.p, 0), number = address, said = address;
	struct gz_prefix prefix;
	uint64_t category, score;
	char *text;
	bool ok;

	text_next(&line, &address);
	text_next(&line, &number);
	text_next(&line, &said);
	text = text_copy(address);
	ok = gz_prefix_parse(text, &prefix);
	free(text);
	if (!ok)
		refuse(r, "expected an address or a prefix");
	else if (!text_u64(number, CATEGORIES - 1, &category) ||
			r->r->category[category].name == NULL)
		refuse(r, "expected the number of a category");
	else if (!text_u64(said, REPUTATION_MOST, &score))
		refuse(r, "expected a score up to 127");
	else if (score > 0) /* 0 is no data */
		add(&r->r->category[category], &prefix, (uint8_t)score);
}

static void
read_file(struct reader *r, const char *path, struct gz_place asked,
		void (*take)(struct reader *r, struct gz_span line))
{
	FILE *from = fopen(path, "re");
	char line[LINE_MOST];
	struct gz_span s;

	if (from == NULL) {
		gz_errors_add(r->errors, asked, "reputation", "%s: %s", path, strerror(errno));
		return;
	}
	r->place = (struct gz_place){ path, 0, 1 };
	while (fgets(line, sizeof(line), from) != NULL) {
		r->place.line++;
		line[strcspn(line, "\r\n")] = '\0';
		s = gz_span_trim(gz_span_str(line));
		if (s.len > 0 && s.p[0] != '#')
			take(r, s);
	}
	fclose(from);
}

static void
settle(struct category *c)
{
	bool seen[BITS] = { false };
	uint32_t i;

	if (c->n == 0)
		return;
	qsort(c->v, c->n, sizeof(*c->v), compare);
	for (i = 0; i < c->n; i++)
		seen[c->v[i].prefix.bits] = true;
	for (i = BITS; i-- > 0;) {
		if (seen[i])
			c->lengths[c->nb_lengths++] = (uint8_t)i;
	}
}

struct gz_reputation *
gz_reputation_create(const struct gz_conf *conf, struct gz_errors *errors)
{
	struct gz_reputation *r = gz_sig_alloc(sizeof(*r));
	struct reader reader = { .r = r, .errors = errors };
	const char *path;
	uint32_t i;

	r->users = 1;
	if (conf == NULL)
		return r;
	path = gz_conf_string(conf, "reputation.categories-file");
	if (*path != '\0')
		read_file(&reader, path, gz_conf_place(conf, "reputation.categories-file"),
				take_category);
	for (i = 0; i < gz_conf_strings(conf, "reputation.files"); i++)
		read_file(&reader, gz_conf_strings_at(conf, "reputation.files", i),
				gz_conf_place(conf, "reputation.files"), take_address);
	for (i = 0; i < CATEGORIES; i++)
		settle(&r->category[i]);
	return r;
}
