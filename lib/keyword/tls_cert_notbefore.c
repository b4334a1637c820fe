/* SPDX-License-Identifier: BSD-3-Clause */
#include <stdlib.h>

#include "tls_cert_date.h"

static struct gz_keyword tls_cert_notbefore;

static const char *
tls_cert_notbefore_parse(struct gz_sig_builder *b, const char *value)
{
	return tls_cert_date_parse(b, &tls_cert_notbefore, value, "tls.cert_not_before");
}

static struct gz_keyword tls_cert_notbefore = {
	.reg.name = "tls_cert_notbefore",
	.help = "when the time in which the server's certificate is good begins",
	.usage = "tls_cert_notbefore:[<|>]<date> or tls_cert_notbefore:<date><><date>",
	.scope = GZ_SCOPE_TX,
	.needs_value = true,
	.parse = tls_cert_notbefore_parse,
	.free = free,
	.eval = tls_cert_date_eval,
	.proto = "tls",
	.dirs = 1 << GZ_S2C,
};
GZ_KEYWORD_REGISTER(tls_cert_notbefore)
