/* SPDX-License-Identifier: BSD-3-Clause */
#include "krb.h"

void
krb_take_name(struct gz_app *app, struct gz_bytes *name, struct gz_cursor c)
{
	struct gz_cursor seq, part, list, text;
	uint32_t i;
	uint8_t id;

	if (!ber_enter(&c, BER_SEQUENCE, &seq) || !ber_enter(&seq, KRB_PART, &part) ||
			!ber_enter(&seq, KRB_PART + 1, &part) ||
			!ber_enter(&part, BER_SEQUENCE, &list))
		return;
	for (i = 0; i < KRB_NAME_PARTS_MOST && ber_next(&list, &id, &text); i++) {
		if (!gz_bytes_add(app, name, gz_span(text.p, gz_cursor_left(&text)),
				    KRB_TEXT_MOST) ||
				!gz_bytes_add(app, name, gz_span("", 1), KRB_TEXT_MOST))
			return;
	}
}

bool
krb_take_text(struct gz_app *app, struct gz_bytes *text, struct gz_cursor c)
{
	struct ber e;

	return ber_take(&c, &e) && gz_bytes_add(app, text, e.value, KRB_TEXT_MOST);
}

bool
krb_take_int32(struct gz_cursor c, int32_t *v)
{
	int64_t n;

	if (!ber_expect_number(&c, BER_INTEGER, &n) || n < INT32_MIN || n > INT32_MAX)
		return false;
	*v = (int32_t)n;
	return true;
}

bool
krb_enter_ticket(struct gz_cursor c, struct gz_cursor *parts)
{
	struct gz_cursor ticket;

	return ber_enter(&c, KRB_APPLICATION + KRB_TICKET, &ticket) &&
			ber_enter(&ticket, BER_SEQUENCE, parts);
}
