/* SPDX-License-Identifier: BSD-3-Clause */
#include "gz_tls.h"

#include "keyword_internal.h"

/*
 * The server's certificates are kept on disk, of the connection that the rule
 * matches in, also when they come later. Where the configuration does not keep
 * any, the rule holds and its author is told.
 */

static enum gz_answer
tls_store_eval(const struct gz_match *m, struct gz_eval *e)
{
	if (e->tx != NULL && e->tx->proto == m->arg)
		gz_tls_keep_certs(e->tx);
	return GZ_YES;
}

static struct gz_keyword tls_store;

static const char *
tls_store_parse(struct gz_sig_builder *b, const char *value)
{
	const char *wrong = gz_sig_need_proto(b, "tls");

	if (wrong != NULL)
		return wrong;
	if (!b->env->stores_certs)
		gz_errors_warn(b->errors, gz_rule_place(b->rule, b->option->name), "tls.store",
				"tls.store: tls-store.enabled is false: the rule holds, "
				"certificates are not kept");
	gz_sig_add(b, &tls_store, (void *)(uintptr_t)gz_proto_find("tls"), 0);
	return NULL;
}

static struct gz_keyword tls_store = {
	.reg.name = "tls.store",
	.alias = "tls_store",
	.help = "keep the server's certificates on disk, where tls-store.enabled is set",
	.usage = "tls.store",
	.scope = GZ_SCOPE_POST,
	.once = true,
	.parse = tls_store_parse,
	.eval = tls_store_eval,
	.proto = "tls",
};
GZ_KEYWORD_REGISTER(tls_store)
