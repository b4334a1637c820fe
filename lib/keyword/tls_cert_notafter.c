/* SPDX-License-Identifier: BSD-3-Clause */
#include <stdlib.h>

#include "tls_cert_date.h"

static struct gz_keyword tls_cert_notafter;

static const char *
tls_cert_notafter_parse(struct gz_sig_builder *b, const char *value)
{
	return tls_cert_date_parse(b, &tls_cert_notafter, value, "tls.cert_not_after");
}

static struct gz_keyword tls_cert_notafter = {
	.reg.name = "tls_cert_notafter",
	.help = "when the time in which the server's certificate is good ends",
	.usage = "tls_cert_notafter:[<|>]<date> or tls_cert_notafter:<date><><date>",
	.scope = GZ_SCOPE_TX,
	.needs_value = true,
	.parse = tls_cert_notafter_parse,
	.free = free,
	.eval = tls_cert_date_eval,
	.proto = "tls",
	.dirs = 1 << GZ_S2C,
};
GZ_KEYWORD_REGISTER(tls_cert_notafter)
