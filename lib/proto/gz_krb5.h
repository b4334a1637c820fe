/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef GZ_KRB5_H
#define GZ_KRB5_H

/* How the ticket in a message of Kerberos is encrypted (RFC 3961 section 8), for rules' keywords. */

#include "gz_app.h"

/** The number of "rc4-hmac", "aes128-cts-hmac-sha1-96" …, in any case, or -1. */
int gz_krb5_etype_find(struct gz_span name);
/** Is it one that nobody should use any more? */
bool gz_krb5_etype_is_weak(int32_t etype);
/** Of the ticket in @p tx, which must be one of Kerberos. @return false: it has none. */
bool gz_krb5_ticket(const struct gz_tx *tx, int32_t *etype);

#endif /* GZ_KRB5_H */
