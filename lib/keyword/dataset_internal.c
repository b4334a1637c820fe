/* SPDX-License-Identifier: BSD-3-Clause */
#include "dataset_internal.h"

#include <stdio.h>

#include <rte_common.h>

const char *
rule_path(struct gz_sig_builder *b, struct gz_span name, char path[DATASET_PATH])
{
	const char *file = b->rule->place.file, *slash = strrchr(file, '/');
	int dir = slash == NULL || name.p[0] == '/' ? 0 : (int)(slash - file) + 1, len;

	len = snprintf(path, DATASET_PATH, "%.*s%.*s", dir, file, (int)name.len,
			(const char *)name.p);
	if (len < 0 || len >= DATASET_PATH)
		return gz_sig_error_at(b, name.p, "the path is too long");
	return NULL;
}

static const char *
read_type(struct gz_sig_builder *b, struct gz_span word, struct dataset_want *want)
{
	uint32_t i;

	for (i = 0; i < RTE_DIM(dataset_types); i++) {
		if (text_is(word, dataset_types[i])) {
			want->has_type = true;
			want->type = (enum dataset_type)i;
			return NULL;
		}
	}
	return gz_sig_error_at(b, word.p, "expected type string, md5, sha256, ip or ipv4");
}

static const char *
read_file(struct gz_sig_builder *b, struct gz_span name, struct dataset_words *w, bool load,
		bool save)
{
	const char *wrong;

	if (name.len == 0)
		return gz_sig_error_at(b, name.p, "expected a file");
	wrong = rule_path(b, name, w->load);
	if (wrong != NULL)
		return wrong;
	memcpy(w->save, w->load, sizeof(w->save));
	if (load)
		w->want.load = w->load;
	if (save)
		w->want.save = w->save;
	return NULL;
}

static const char *
read_size(struct gz_sig_builder *b, struct gz_span word, uint64_t *size)
{
	struct number_test t;

	if (!number_test_parse(word, UINT32_MAX, &t) || t.op != NUMBER_EQUAL)
		return gz_sig_error_at(b, word.p, "expected a size, as in 10mb");
	*size = t.a;
	return NULL;
}

const char *
dataset_read_words(struct gz_sig_builder *b, struct gz_span rest, struct dataset_words *w)
{
	const char *wrong = NULL;
	struct gz_span part, name;
	uint64_t ignored;

	while (wrong == NULL && text_next(&rest, &part)) {
		text_cut(&part, ' ', &name);
		part = gz_span_trim(part);
		if (text_is(name, "type"))
			wrong = read_type(b, part, &w->want);
		else if (text_is(name, "load"))
			wrong = read_file(b, part, w, true, w->want.save != NULL);
		else if (text_is(name, "save"))
			wrong = read_file(b, part, w, w->want.load != NULL, true);
		else if (text_is(name, "state"))
			wrong = read_file(b, part, w, true, true);
		else if (text_is(name, "memcap"))
			wrong = read_size(b, part, &w->want.memcap);
		else if (text_is(name, "hashsize")) /* ours need no hint */
			wrong = read_size(b, part, &ignored);
		else if (text_is(name, "format") && text_is(part, "csv"))
			wrong = NULL; /* the only one */
		else
			wrong = gz_sig_error_at(b, name.p,
					"expected type, load, save, state, memcap "
					"or hashsize");
	}
	return wrong;
}

const char *
dataset_open(struct gz_sig_builder *b, const struct dataset_words *w, struct dataset **d)
{
	char error[256];

	*d = datasets_get(names_datasets(b->env->names), &w->want, error, sizeof(error));
	return *d == NULL ? gz_sig_error(b, "%s", error) : NULL;
}
