/* SPDX-License-Identifier: BSD-3-Clause */
#include <stdlib.h>

#include "gz_enip.h"

#include "keyword_internal.h"

enum {
	SERVICES_MOST = 64, /* of a message that are looked at */
};

struct cip_service {
	uint32_t nb; /* numbers that were said */
	uint64_t service, class, attribute;
};

static bool
fits(const struct cip_service *a, const struct gz_cip *c)
{
	uint32_t i;

	if (c->service != a->service)
		return false;
	if (a->nb >= 2 && (!c->has_class || c->class != a->class))
		return false;
	if (a->nb < 3)
		return true;
	for (i = 0; i < c->nb_attributes; i++) {
		if (c->attributes[i] == a->attribute)
			return true;
	}
	return false;
}

static enum gz_answer
cip_service_eval(const struct gz_match *m, struct gz_eval *e)
{
	struct gz_cip c;
	uint32_t i;

	if (e->tx == NULL)
		return GZ_NO;
	for (i = 0; i < SERVICES_MOST && gz_cip_of(e->tx, e->dir, i, &c); i++) {
		if (fits(m->arg, &c))
			return GZ_YES;
	}
	return GZ_NO;
}

static struct gz_keyword cip_service;

static const char *
cip_service_parse(struct gz_sig_builder *b, const char *value)
{
	struct gz_span rest = text_unquoted(value), word = gz_span(rest.p, 0);
	struct cip_service read = { 0 }, *a;
	uint64_t *const numbers[] = { &read.service, &read.class, &read.attribute };
	const char *wrong;

	while (text_next(&rest, &word)) {
		if (read.nb == RTE_DIM(numbers) ||
				!text_u64(word, read.nb == 0 ? INT8_MAX : UINT16_MAX,
						numbers[read.nb]))
			return gz_sig_error_at(b, word.p,
					"expected the number of a service, perhaps of a class and "
					"of an attribute: 16,246,6");
		read.nb++;
	}
	wrong = gz_sig_need_proto(b, "enip");
	if (wrong != NULL)
		return wrong;
	a = gz_sig_alloc(sizeof(*a));
	*a = read;
	gz_sig_add(b, &cip_service, a, 0);
	return NULL;
}

static struct gz_keyword cip_service = {
	.reg.name = "cip_service",
	.help = "a service of CIP, perhaps of a class and with an attribute",
	.usage = "cip_service:<service>[,<class>[,<attribute>]]",
	.scope = GZ_SCOPE_TX,
	.proto = "enip",
	.needs_value = true,
	.parse = cip_service_parse,
	.free = free,
	.eval = cip_service_eval,
};
GZ_KEYWORD_REGISTER(cip_service)
