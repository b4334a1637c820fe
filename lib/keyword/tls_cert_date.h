/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef TLS_CERT_DATE_H
#define TLS_CERT_DATE_H

/* Keywords about the time in which a server's certificate is good. */

#include "field_number.h"

/** A comparison of dates with the field of that name. */
const char *tls_cert_date_parse(struct gz_sig_builder *b, const struct gz_keyword *kw,
		const char *value, const char *field);
enum gz_answer tls_cert_date_eval(const struct gz_match *m, struct gz_eval *e);

/** Whether the certificate is good now: @p valid is what the rule wants. */
const char *tls_cert_now_parse(struct gz_sig_builder *b, const struct gz_keyword *kw, bool valid);
enum gz_answer tls_cert_now_eval(const struct gz_match *m, struct gz_eval *e);

#endif /* TLS_CERT_DATE_H */
