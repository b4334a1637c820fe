/* SPDX-License-Identifier: BSD-3-Clause */
#include <errno.h>
#include <glob.h>
#include <stdlib.h>
#include <string.h>

#include <rte_debug.h>

#include "ruleset_internal.h"

struct loader {
	const struct gz_ruleset_opts *opts;
	struct rs_load *load;
	struct gz_errors *errors;
	uint32_t room;
	uint32_t rows; /* of errors, by rules that were understood as such */
};

static void
keep_sig(struct loader *l, struct gz_sig *s)
{
	struct rs_load *load = l->load;

	if (load->n == l->room) {
		l->room = l->room == 0 ? 1024 : l->room * 2;
		load->v = reallocarray(load->v, l->room, sizeof(struct gz_sig *));
		RTE_VERIFY(load->v != NULL);
	}
	load->v[load->n++] = s;
}

static void
take_rule(void *arg, struct gz_rule *r)
{
	struct loader *l = arg;
	uint32_t before = gz_errors_refusals(l->errors);
	struct gz_sig *s;

	s = gz_sig_build(r, l->opts->env, l->errors);
	gz_rule_destroy(r);
	l->rows += gz_errors_refusals(l->errors) - before;
	if (s == NULL)
		l->load->refused++;
	else
		keep_sig(l, s);
}

static int
load_file(struct loader *l, const char *path)
{
	uint32_t before = gz_errors_refusals(l->errors);
	int ret;

	l->rows = 0;
	ret = gz_rules_read(path, take_rule, l, l->errors);
	if (ret < 0)
		return ret;
	/* A row for each text that is no rule by its form; the others counted themselves. */
	l->load->refused += gz_errors_refusals(l->errors) - before - l->rows;
	return 0;
}

static int
load_pattern(struct loader *l, const char *pattern)
{
	glob_t found;
	size_t i;
	int ret;

	/* A path without wildcards that does not exist stays as it is, and is told as unreadable. */
	ret = glob(pattern, GLOB_NOMAGIC | GLOB_BRACE, NULL, &found);
	if (ret == GLOB_NOMATCH) {
		gz_errors_warn(l->errors, (struct gz_place){ .file = pattern }, "no such file",
				"no file fits this pattern");
		return 0;
	}
	if (ret != 0)
		return ret == GLOB_NOSPACE ? -ENOMEM : -EIO;
	for (i = 0, ret = 0; i < found.gl_pathc && ret == 0; i++)
		ret = load_file(l, found.gl_pathv[i]);
	globfree(&found);
	return ret;
}

int
rs_load(const struct gz_ruleset_opts *opts, struct rs_load *load, struct gz_errors *errors)
{
	struct loader l = { .opts = opts, .load = load, .errors = errors };
	int ret = 0, first = 0;
	uint32_t i;

	/* All files are read, so that all errors are told at once. */
	for (i = 0; i < opts->nb_files; i++) {
		ret = load_pattern(&l, opts->files[i]);
		first = first == 0 ? ret : first;
	}
	return first;
}

static int
by_id_and_rev(const void *a, const void *b)
{
	const struct gz_sig *x = *(struct gz_sig *const *)a;
	const struct gz_sig *y = *(struct gz_sig *const *)b;

	if (x->gid != y->gid)
		return x->gid < y->gid ? -1 : 1;
	if (x->sid != y->sid)
		return x->sid < y->sid ? -1 : 1;
	if (x->rev != y->rev)
		return x->rev > y->rev ? -1 : 1;
	if (x->place.line != y->place.line)
		return x->place.line < y->place.line ? -1 : 1;
	return 0;
}

static void
tell_double(const struct gz_sig *kept, const struct gz_sig *other, struct gz_errors *errors)
{
	gz_errors_add(errors, other->place, "duplicate sid",
			"sid %u rev %u is at %s:%u too, with rev %u, which is the one that holds",
			other->sid, other->rev, kept->place.file == NULL ? "?" : kept->place.file,
			kept->place.line, kept->rev);
}

void
rs_load_unite(struct rs_load *load, struct gz_errors *errors)
{
	uint32_t i, n = 0;

	if (load->n == 0)
		return;
	qsort(load->v, load->n, sizeof(*load->v), by_id_and_rev);
	for (i = 0; i < load->n; i++) {
		struct gz_sig *s = load->v[i];

		if (n > 0 && load->v[n - 1]->gid == s->gid && load->v[n - 1]->sid == s->sid) {
			tell_double(load->v[n - 1], s, errors);
			gz_sig_destroy(s);
			load->refused++;
		} else {
			load->v[n++] = s;
		}
	}
	load->n = n;
}
