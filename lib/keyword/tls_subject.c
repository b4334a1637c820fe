/* SPDX-License-Identifier: BSD-3-Clause */
#include "field_content.h"

static const char *
tls_subject_parse(struct gz_sig_builder *b, const char *value)
{
	return field_content_parse(b, value, "tls.cert_subject", "tls");
}

static struct gz_keyword tls_subject = {
	.reg.name = "tls.subject",
	.help = "bytes to look for in the subject of the certificate; tls.cert_subject and content say the same",
	.usage = "tls.subject:[!]\"<text with |hex bytes|>\"",
	.scope = GZ_SCOPE_NONE,
	.needs_value = true,
	.parse = tls_subject_parse,
};
GZ_KEYWORD_REGISTER(tls_subject)
