/* SPDX-License-Identifier: BSD-3-Clause */
#include "field_content.h"

static const char *
tls_issuerdn_parse(struct gz_sig_builder *b, const char *value)
{
	return field_content_parse(b, value, "tls.cert_issuer", "tls");
}

static struct gz_keyword tls_issuerdn = {
	.reg.name = "tls.issuerdn",
	.help = "bytes to look for in the issuer of the certificate; tls.cert_issuer and content say the same",
	.usage = "tls.issuerdn:[!]\"<text with |hex bytes|>\"",
	.scope = GZ_SCOPE_NONE,
	.needs_value = true,
	.parse = tls_issuerdn_parse,
};
GZ_KEYWORD_REGISTER(tls_issuerdn)
