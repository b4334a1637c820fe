/* SPDX-License-Identifier: BSD-3-Clause */
#include "smtp.h"

static void
write_envelope(struct gz_json *j, const struct smtp_tx *t)
{
	const struct smtp_rcpt *r;

	gz_json_object(j, "smtp");
	if (t->helo.len > 0)
		gz_json_bytes(j, "helo", gz_bytes_span(&t->helo));
	if (t->mail_from.len > 0)
		gz_json_bytes(j, "mail_from", gz_bytes_span(&t->mail_from));
	if (t->rcpts != NULL) {
		gz_json_array(j, "rcpt_to");
		for (r = t->rcpts; r != NULL; r = r->next)
			gz_json_bytes(j, NULL, gz_span(r->bytes, r->len));
		gz_json_array_end(j);
	}
	gz_json_object_end(j);
}

/** A list of addresses; commas within quotes do not part them. */
static void
write_list(struct gz_json *j, const char *key, struct gz_span s)
{
	bool quoted = false;
	uint32_t i, from = 0;

	if (s.len == 0)
		return;
	gz_json_array(j, key);
	for (i = 0; i <= s.len; i++) {
		if (i < s.len && s.p[i] == '"')
			quoted = !quoted;
		if (i < s.len && (quoted || s.p[i] != ','))
			continue;
		gz_json_bytes(j, NULL, gz_span_trim(gz_span(s.p + from, i - from)));
		from = i + 1;
	}
	gz_json_array_end(j);
}

static void
write_attachments(struct gz_json *j, const struct gz_tx *tx)
{
	const struct gz_file *f;

	if (tx->files[GZ_C2S] == NULL)
		return;
	gz_json_array(j, "attachment");
	for (f = tx->files[GZ_C2S]; f != NULL; f = f->next)
		gz_json_bytes(j, NULL, gz_bytes_span(&f->name));
	gz_json_array_end(j);
}

static void
write_urls(struct gz_json *j, const struct mime *m)
{
	const struct mime_url *u;

	if (m->urls == NULL)
		return;
	gz_json_array(j, "url");
	for (u = m->urls; u != NULL; u = u->next)
		gz_json_bytes(j, NULL, gz_span(u->bytes, u->len));
	gz_json_array_end(j);
}

void
smtp_log(const struct gz_tx *tx, uint8_t when, uint32_t index, struct gz_json *j)
{
	const struct smtp_tx *t = smtp_tx_of(tx);
	struct gz_span from;

	write_envelope(j, t);
	if (t->mime == NULL)
		return;
	gz_json_object(j, "email");
	gz_json_str(j, "status", mime_status(t->mime));
	from = mime_field(t->mime, "from", 0);
	if (from.p != NULL)
		gz_json_bytes(j, "from", from);
	write_list(j, "to", mime_field(t->mime, "to", 0));
	write_list(j, "cc", mime_field(t->mime, "cc", 0));
	write_attachments(j, tx);
	write_urls(j, t->mime);
	gz_json_object_end(j);
}
