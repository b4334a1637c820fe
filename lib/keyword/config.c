/* SPDX-License-Identifier: BSD-3-Clause */
#include "keyword_internal.h"

/* "config: logging disable, type tx, scope tx": the transaction is not told of. */

static enum gz_answer
config_eval(const struct gz_match *m, struct gz_eval *e)
{
	struct gz_tx *tx = e->tx;

	if (tx == NULL && e->flow != NULL && e->flow->app != NULL)
		tx = gz_app_current_tx(e->flow, e->dir);
	if (tx != NULL)
		tx->logged = UINT8_MAX;
	return GZ_YES;
}

static struct gz_keyword config;

static const char *
read_part(struct gz_sig_builder *b, struct gz_span part, uint32_t *said)
{
	struct gz_span rest = part, name;

	text_cut(&rest, ' ', &name);
	rest = gz_span_trim(rest);
	if (text_is(name, "logging") && text_is(rest, "disable"))
		*said |= 1;
	else if (text_is(name, "type") && text_is(rest, "tx"))
		*said |= 2;
	else if (text_is(name, "scope") && text_is(rest, "tx"))
		*said |= 4;
	else
		return gz_sig_error_at(b, part.p,
				"what can be changed is logging of a transaction: "
				"logging disable, type tx, scope tx");
	return NULL;
}

static const char *
config_parse(struct gz_sig_builder *b, const char *value)
{
	struct gz_span rest = text_unquoted(value), part;
	const char *wrong = NULL;
	uint32_t said = 0;

	while (wrong == NULL && text_next(&rest, &part))
		wrong = read_part(b, part, &said);
	if (wrong == NULL && said != 7)
		wrong = "expected logging disable, type tx, scope tx";
	if (wrong != NULL)
		return wrong;
	gz_sig_add(b, &config, NULL, 0);
	return NULL;
}

static struct gz_keyword config = {
	.reg.name = "config",
	.help = "a match keeps the transaction out of the events",
	.usage = "config:logging disable,type tx,scope tx",
	.scope = GZ_SCOPE_POST,
	.needs_value = true,
	.parse = config_parse,
	.eval = config_eval,
};
GZ_KEYWORD_REGISTER(config)
