/* SPDX-License-Identifier: BSD-3-Clause */
#include "keyword_internal.h"

static const char *
tls_store_parse(struct gz_sig_builder *b, const char *value)
{
	return "certificates are not stored: events of kind tls tell who they are of";
}

static struct gz_keyword tls_store = {
	.reg.name = "tls.store",
	.alias = "tls_store",
	.help = "refused: certificates are not stored",
	.usage = "tls.store",
	.scope = GZ_SCOPE_NONE,
	.parse = tls_store_parse,
};
GZ_KEYWORD_REGISTER(tls_store)
