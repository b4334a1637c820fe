/* SPDX-License-Identifier: BSD-3-Clause */
#include <stdlib.h>

#include "tls_cert_date.h"

static struct gz_keyword tls_cert_expired;

static const char *
tls_cert_expired_parse(struct gz_sig_builder *b, const char *value)
{
	return tls_cert_now_parse(b, &tls_cert_expired, false);
}

static struct gz_keyword tls_cert_expired = {
	.reg.name = "tls_cert_expired",
	.help = "the time in which the server's certificate is good is over",
	.usage = "tls_cert_expired",
	.scope = GZ_SCOPE_TX,
	.no_value = true,
	.parse = tls_cert_expired_parse,
	.free = free,
	.eval = tls_cert_now_eval,
	.proto = "tls",
	.dirs = 1 << GZ_S2C,
};
GZ_KEYWORD_REGISTER(tls_cert_expired)
