/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef FIELD_NUMBER_H
#define FIELD_NUMBER_H

/* Keywords about a transaction that ask a field of it by name. */

#include "keyword_internal.h"

/** The number of @p f in the transaction being judged; false: it has none (yet). */
static inline bool
field_number(const struct gz_field *f, struct gz_eval *e, uint64_t *v)
{
	const struct gz_field_row *row = e->tx == NULL ? NULL : gz_field_row(f, e->tx->proto);

	return row != NULL && row->get_number(e->tx, e->dir, 0, v);
}

/** The same for bytes. */
static inline bool
field_bytes(const struct gz_field *f, struct gz_eval *e, struct gz_span *s)
{
	const struct gz_field_row *row = e->tx == NULL ? NULL : gz_field_row(f, e->tx->proto);
	struct gz_value v = { 0 };

	if (row == NULL || !row->get(e->tx, e->dir, 0, &v))
		return false;
	*s = gz_span(v.p, v.len);
	return true;
}

#endif /* FIELD_NUMBER_H */
