/* SPDX-License-Identifier: BSD-3-Clause */
#include <assert.h>

#include "smtp.h"

enum {
	FILE_LEAST = 32 * 1024, /* no more than what stays in view of a file */
};

static bool
only(struct gz_value *v, uint32_t index, struct gz_span s)
{
	if (index > 0 || s.len == 0)
		return false;
	*v = (struct gz_value){ s.p, s.len, 0, true };
	return true;
}

static bool
get_helo(struct gz_tx *tx, int dir, uint32_t index, struct gz_value *v)
{
	return only(v, index, gz_bytes_span(&smtp_tx_of(tx)->helo));
}

static bool
get_mail_from(struct gz_tx *tx, int dir, uint32_t index, struct gz_value *v)
{
	return only(v, index, gz_bytes_span(&smtp_tx_of(tx)->mail_from));
}

static bool
get_rcpt_to(struct gz_tx *tx, int dir, uint32_t index, struct gz_value *v)
{
	const struct smtp_rcpt *r = smtp_tx_of(tx)->rcpts;

	while (r != NULL && index-- > 0)
		r = r->next;
	return r != NULL && only(v, 0, gz_span(r->bytes, r->len));
}

static bool
get_head(struct gz_tx *tx, uint32_t index, struct gz_value *v, const char *name)
{
	const struct mime *m = smtp_tx_of(tx)->mime;

	return m != NULL && only(v, 0, mime_field(m, name, index));
}

#define HEAD_GETTER(getter, name)                                                         \
	static bool getter(struct gz_tx *tx, int dir, uint32_t index, struct gz_value *v) \
	{                                                                                 \
		return get_head(tx, index, v, name);                                      \
	}

HEAD_GETTER(get_from, "from")
HEAD_GETTER(get_to, "to")
HEAD_GETTER(get_cc, "cc")
HEAD_GETTER(get_subject, "subject")
HEAD_GETTER(get_date, "date")
HEAD_GETTER(get_message_id, "message-id")
HEAD_GETTER(get_x_mailer, "x-mailer")
HEAD_GETTER(get_received, "received")

static bool
get_url(struct gz_tx *tx, int dir, uint32_t index, struct gz_value *v)
{
	const struct mime *m = smtp_tx_of(tx)->mime;
	const struct mime_url *u = m == NULL ? NULL : m->urls;

	while (u != NULL && index-- > 0)
		u = u->next;
	return u != NULL && only(v, 0, gz_span(u->bytes, u->len));
}

/*
 * An attachment is judged when so much of it is there, or all, as Suricata does (content-inspect-
 * min-size). Nothing is lost by that: a mail is not taken before its end, which comes later.
 */
static bool
get_file_data(struct gz_tx *tx, int dir, uint32_t index, struct gz_value *v)
{
	return gz_file_get_data(tx, dir, index, v) &&
			(v->complete || v->offset + v->len >= FILE_LEAST);
}

#define C2S GZ_FIELD_C2S
#define MULTI (GZ_FIELD_C2S | GZ_FIELD_MULTI)
#define HEAD                 \
	{                    \
		SMTP_HEAD, 0 \
	}

/* clang-format off */
const struct gz_field_row smtp_fields[] = {
	{ "smtp.helo", NULL, NULL, "name that the client greets with",
		C2S, 1, { SMTP_GREETED, 0 }, get_helo },
	{ "smtp.mail_from", NULL, NULL, "path that a mail is from",
		C2S, 2, { SMTP_FROM, 0 }, get_mail_from },
	{ "smtp.rcpt_to", NULL, NULL, "paths that a mail is to",
		MULTI, 2, { SMTP_TO, 0 }, get_rcpt_to },
	{ "email.from", NULL, NULL, "From of a mail's head", C2S, 1, HEAD, get_from },
	{ "email.to", NULL, NULL, "To of a mail's head", C2S, 1, HEAD, get_to },
	{ "email.cc", NULL, NULL, "Cc of a mail's head", C2S, 1, HEAD, get_cc },
	{ "email.subject", NULL, NULL, "Subject of a mail's head", C2S, 2, HEAD, get_subject },
	{ "email.date", NULL, NULL, "Date of a mail's head", C2S, 1, HEAD, get_date },
	{ "email.message_id", NULL, NULL, "Message-ID of a mail's head",
		C2S, 2, HEAD, get_message_id },
	{ "email.x_mailer", NULL, NULL, "X-Mailer of a mail's head", C2S, 2, HEAD, get_x_mailer },
	{ "email.received", NULL, NULL, "each Received of a mail's head",
		MULTI, 1, HEAD, get_received },
	{ "email.url", NULL, NULL, "addresses in a mail's texts", MULTI, 2, HEAD, get_url },
	GZ_FILE_ROWS(C2S, get_file_data, HEAD),
};
/* clang-format on */
static_assert(RTE_DIM(smtp_fields) == SMTP_NB_FIELDS, "smtp.h tells how many");
