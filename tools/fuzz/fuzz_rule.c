/* SPDX-License-Identifier: BSD-3-Clause */

/* Rules: must become signatures, or be refused with reasons. --words prints a dictionary for libFuzzer:
 * the names that rules may say. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gz_keyword.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct gz_conf *conf;
static struct gz_sig_env env;

struct outcome {
	struct gz_errors errors;
};

static void
build(void *arg, struct gz_rule *r)
{
	struct outcome *o = arg;
	uint32_t before = o->errors.count;
	struct gz_sig *s = gz_sig_build(r, &env, &o->errors);

	if (s == NULL && o->errors.count == before)
		abort();
	gz_sig_destroy(s);
	gz_rule_destroy(r);
}

static void
print_word(const char *word)
{
	if (word != NULL)
		printf("\"%s\"\n", word);
}

static void
print_words(void)
{
	for (uint32_t i = 0; i < gz_keywords.count; i++) {
		const struct gz_keyword *k = (const struct gz_keyword *)gz_keywords.by_name[i];

		print_word(k->reg.name);
		print_word(k->alias);
	}
	for (uint32_t i = 0; i < gz_fields_count(); i++)
		print_word(gz_field(i)->name);
	for (uint32_t i = 0; i < gz_protos.count; i++)
		print_word(gz_protos.by_name[i]->name);
}

int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
	struct gz_errors errors = GZ_ERRORS_INIT;

	conf = gz_conf_create();
	gz_protos_seal();
	gz_keywords_seal();
	env.vars = gz_vars_create(conf, &errors);
	env.classes = gz_classes_create(conf, &errors);
	if (*argc > 1 && strcmp((*argv)[1], "--words") == 0) {
		print_words();
		exit(0);
	}
	return 0;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct outcome o = { 0 };

	env.names = gz_names_create();
	gz_rules_parse("fuzz.rules", gz_span(data, (uint32_t)size), build, &o, &o.errors);
	gz_errors_clear(&o.errors);
	gz_names_destroy(env.names);
	return 0;
}
