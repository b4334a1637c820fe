/* SPDX-License-Identifier: BSD-3-Clause */
#include "field_content.h"

static const char *
tls_fingerprint_parse(struct gz_sig_builder *b, const char *value)
{
	return field_content_parse(b, value, "tls.cert_fingerprint", "tls");
}

static struct gz_keyword tls_fingerprint = {
	.reg.name = "tls.fingerprint",
	.help = "the fingerprint of the certificate; tls.cert_fingerprint and content say the same",
	.usage = "tls.fingerprint:[!]\"<text with |hex bytes|>\"",
	.scope = GZ_SCOPE_NONE,
	.needs_value = true,
	.parse = tls_fingerprint_parse,
};
GZ_KEYWORD_REGISTER(tls_fingerprint)
