/* SPDX-License-Identifier: BSD-3-Clause */
#include "gz_keyword.h"

#include <stdlib.h>
#include <string.h>

#include <rte_debug.h>

#include "number_field.h"

GZ_REGISTRY(gz_keywords, "keyword");

/* Second names, sorted; filled by the seal. */
static const struct gz_keyword **aliases;
static uint32_t nb_aliases;

static int
by_alias(const void *a, const void *b)
{
	const struct gz_keyword *const *x = a;
	const struct gz_keyword *const *y = b;

	return strcmp((*x)->alias, (*y)->alias);
}

void
gz_keywords_seal(void)
{
	const struct gz_keyword *kw;
	uint32_t i;

	gz_registry_seal(&gz_transforms);
	if (gz_keywords.sealed)
		return;
	RTE_VERIFY(gz_protos.count <= 64); /* bits of gz_sig_builder.protos */
	number_fields_register();
	gz_registry_seal(&gz_keywords);
	/* Kept until the process ends, as the registry is. */
	aliases = calloc(gz_keywords.count + 1, sizeof(*aliases));
	RTE_VERIFY(aliases != NULL);
	for (i = 0; i < gz_keywords.count; i++) {
		kw = (const struct gz_keyword *)gz_keywords.by_name[i];
		if (kw->alias != NULL)
			aliases[nb_aliases++] = kw;
	}
	qsort(aliases, nb_aliases, sizeof(*aliases), by_alias);
}

const struct gz_keyword *
gz_keyword_find(const char *name)
{
	struct gz_keyword key = { .alias = name };
	const struct gz_keyword *wanted = &key, **found;
	struct gz_reg *reg;

	reg = gz_registry_find(&gz_keywords, name);
	if (reg != NULL)
		return (const struct gz_keyword *)reg;
	found = bsearch(&wanted, aliases, nb_aliases, sizeof(*aliases), by_alias);
	return found == NULL ? NULL : *found;
}
