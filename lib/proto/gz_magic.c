/* SPDX-License-Identifier: BSD-3-Clause */
#include "gz_magic.h"

#include <magic.h>
#include <stdlib.h>

#include <rte_debug.h>

#include "gz_log.h"

GZ_LOG_REGISTER(magic)

struct gz_magic {
	magic_t cookie; /* NULL: no database */
};

static magic_t
open_database(void)
{
	magic_t cookie = magic_open(MAGIC_NONE);

	if (cookie == NULL)
		return NULL;
	if (magic_load(cookie, NULL) == 0)
		return cookie;
	GZ_LOG(WARNING, "kinds of files are not known: %s", magic_error(cookie));
	magic_close(cookie);
	return NULL;
}

struct gz_magic *
gz_magic_create(void)
{
	struct gz_magic *m = calloc(1, sizeof(*m));

	RTE_VERIFY(m != NULL);
	m->cookie = open_database();
	return m;
}

void
gz_magic_destroy(struct gz_magic *m)
{
	if (m == NULL)
		return;
	if (m->cookie != NULL)
		magic_close(m->cookie);
	free(m);
}

const char *
gz_magic_of(struct gz_magic *m, struct gz_span first)
{
	return m->cookie == NULL ? NULL : magic_buffer(m->cookie, first.p, first.len);
}
