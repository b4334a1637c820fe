/* SPDX-License-Identifier: BSD-3-Clause */
#include <stdlib.h>

#include "file_internal.h"

/*
 * Which files are kept on disk. A rule with it is about files: without one in
 * the direction that it matches in, it does not match. Where the configuration
 * has no store, the rule holds and its author is told, as Suricata does.
 */

enum scope {
	SCOPE_FILE, /* those that the rule's other words are about */
	SCOPE_TX,
	SCOPE_FLOW,
};

struct filestore {
	uint8_t dirs; /* 1 << enum gz_dir; 0: the one it matches in */
	uint8_t scope; /* enum scope */
};

struct word {
	const char *name;
	uint8_t value;
};

static const struct word sides[] = {
	{ "request", 1 << GZ_C2S },
	{ "to_server", 1 << GZ_C2S },
	{ "response", 1 << GZ_S2C },
	{ "to_client", 1 << GZ_S2C },
	{ "both", 1 << GZ_C2S | 1 << GZ_S2C },
};

static const struct word scopes[] = {
	{ "file", SCOPE_FILE },
	{ "tx", SCOPE_TX },
	{ "ssn", SCOPE_FLOW },
	{ "flow", SCOPE_FLOW },
};

static bool
find_word(struct gz_span text, const struct word *words, uint32_t n, uint8_t *value)
{
	uint32_t i;

	for (i = 0; i < n; i++) {
		if (!text_is(text, words[i].name))
			continue;
		*value = words[i].value;
		return true;
	}
	return false;
}

static bool
any_file(const struct file_test *t, const struct gz_file *f)
{
	(void)t;
	(void)f;
	return true;
}

static void
any_file_free(struct file_test *t)
{
	free(t);
}

/* The rule is asked as long as files may come: it matches once for each that it is about. */
static bool
finds_new(struct gz_eval *e, bool keeps)
{
	struct gz_file *f;
	bool found = false;
	uint32_t i = 0;

	for (f = e->tx->files[e->dir]; f != NULL; f = f->next, i++) {
		if (gz_file_is_of_rule(f, e->sig->sid) || !file_is_meant(e, f, i))
			continue;
		gz_file_name_rule(f, e->sig->sid);
		if (keeps)
			gz_file_keep(e->tx, f);
		found = true;
	}
	return found;
}

static enum gz_answer
filestore_eval(const struct gz_match *m, struct gz_eval *e)
{
	const struct filestore *s = m->arg;
	uint8_t dirs = s->dirs != 0 ? s->dirs : 1 << e->dir;

	if (e->tx == NULL || !finds_new(e, s->scope == SCOPE_FILE && (dirs & 1 << e->dir)))
		return GZ_NO;
	if (s->scope == SCOPE_TX)
		gz_tx_keep_files(e->tx, dirs);
	else if (s->scope == SCOPE_FLOW)
		gz_app_keep_files(e->tx->app, dirs);
	return GZ_YES;
}

static const struct gz_keyword filestore_post = {
	.reg.name = "filestore",
	.scope = GZ_SCOPE_POST,
	.free = free,
	.eval = filestore_eval,
};

static const char *
read_words(struct gz_sig_builder *b, const char *value, struct filestore *s)
{
	struct gz_span rest = value == NULL ? gz_span(NULL, 0) : text_unquoted(value), word;

	if (text_next(&rest, &word)) {
		if (!find_word(word, sides, RTE_DIM(sides), &s->dirs))
			return gz_sig_error_at(b, word.p,
					"expected request, to_server, response, to_client or both");
		s->scope = SCOPE_TX;
	}
	if (text_next(&rest, &word) && !find_word(word, scopes, RTE_DIM(scopes), &s->scope))
		return gz_sig_error_at(b, word.p, "expected file, tx, ssn or flow");
	if (text_next(&rest, &word))
		return gz_sig_error_at(b, word.p, "expected no more than a side and a scope");
	return NULL;
}

/* First of what a match does: whether files are new decides whether it is one. */
static void
add(struct gz_sig_builder *b, const struct filestore *s)
{
	struct gz_match *m = gz_sig_alloc(sizeof(*m));
	struct filestore *kept = gz_sig_alloc(sizeof(*kept));

	*kept = *s;
	*m = (struct gz_match){ &filestore_post, gz_sig_of(b)->post, kept, 0 };
	gz_sig_of(b)->post = m;
}

static const char *
filestore_parse(struct gz_sig_builder *b, const char *value)
{
	struct filestore s = { 0 };
	struct file_test *t;
	const char *wrong = read_words(b, value, &s);

	if (wrong != NULL)
		return wrong;
	if (!b->env->stores_files)
		gz_errors_warn(b->errors, gz_rule_place(b->rule, b->option->name), "filestore",
				"filestore: file-store.enabled is false: the rule holds, files are "
				"not kept");
	add(b, &s);
	t = gz_sig_alloc(sizeof(*t));
	*t = (struct file_test){ any_file, any_file_free, NULL };
	file_test_add(b, t);
	gz_sig_of(b)->flags |= GZ_SIG_FILES;
	gz_sig_of(b)->needs |= GZ_NEEDS_DIGESTS | GZ_NEEDS_STORE;
	return NULL;
}

static struct gz_keyword filestore = {
	.reg.name = "filestore",
	.help = "keep the files that the rule is about, or all of its transaction or flow, where "
		"file-store.enabled is set",
	.usage = "filestore[:request|response|both[,file|tx|ssn|flow]]",
	.scope = GZ_SCOPE_NONE,
	.once = true,
	.parse = filestore_parse,
};
GZ_KEYWORD_REGISTER(filestore)
