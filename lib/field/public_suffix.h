/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef PUBLIC_SUFFIX_H
#define PUBLIC_SUFFIX_H

/* Names by the public suffix list that libpsl brings (publicsuffix.org). Any thread; allocates nothing. */

#include "gz_span.h"

/** What of @p name one can register: "example.co.uk" of "www.example.co.uk". Empty: nothing. */
struct gz_span public_suffix_domain(struct gz_span name);
/** And below what: "co.uk". */
struct gz_span public_suffix_tld(struct gz_span name);

#endif /* PUBLIC_SUFFIX_H */
