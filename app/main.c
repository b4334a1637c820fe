/* SPDX-License-Identifier: BSD-3-Clause */

/* The binary: which sub-command is meant. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <rte_common.h>

#include "gz_event.h"
#include "gz_keyword.h"
#include "gz_proto.h"

#include "sub.h"

static const struct sub *const subs[] = { &sub_run, &sub_replay, &sub_check, &sub_shell };

void
words_add(struct words *w, const char *word)
{
	w->v = realloc(w->v, (w->n + 1) * sizeof(*w->v));
	if (w->v == NULL)
		abort();
	w->v[w->n++] = word;
}

void
words_free(struct words *w)
{
	free(w->v);
	*w = (struct words){ 0 };
}

struct gz_conf *
conf_read(const char *path, const struct words *sets, struct gz_errors *errors)
{
	uint32_t before = gz_errors_refusals(errors);
	struct gz_conf *conf = gz_conf_read(path, sets->v, sets->n, errors);

	if (gz_errors_refusals(errors) == before)
		return conf;
	gz_conf_destroy(conf);
	return NULL;
}

uint32_t
errors_tell(struct gz_errors *errors)
{
	uint32_t refusals = gz_errors_refusals(errors);

	gz_errors_print(errors, stderr);
	gz_errors_clear(errors);
	return refusals;
}

static void
usage(FILE *to)
{
	fprintf(to, "gauze %s: a virtual-patching gateway\n\n", GZ_VERSION);
	for (size_t i = 0; i < RTE_DIM(subs); i++)
		fprintf(to, "  gauze %-8s %s\n", subs[i]->name, subs[i]->help);
	fprintf(to, "  gauze %-8s %s\n", "version", "print the version");
	fprintf(to, "\nEach says more with --help.\n");
}

static bool
is_word(const char *word, const char *a, const char *b)
{
	return strcmp(word, a) == 0 || strcmp(word, b) == 0;
}

int
main(int argc, char **argv)
{
	if (argc < 2 || is_word(argv[1], "help", "--help") || strcmp(argv[1], "-h") == 0) {
		usage(argc < 2 ? stderr : stdout);
		return argc < 2 ? EXIT_BAD_WORDS : EXIT_SUCCESS;
	}
	if (is_word(argv[1], "version", "--version")) {
		puts("gauze " GZ_VERSION);
		return EXIT_SUCCESS;
	}
	gz_protos_seal();
	gz_registry_seal(&gz_event_types);
	gz_keywords_seal();
	for (size_t i = 0; i < RTE_DIM(subs); i++)
		if (strcmp(argv[1], subs[i]->name) == 0)
			return subs[i]->run(argc - 1, argv + 1);
	fprintf(stderr, "gauze: \"%s\" is no sub-command\n", argv[1]);
	usage(stderr);
	return EXIT_BAD_WORDS;
}
