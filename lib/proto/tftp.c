/* SPDX-License-Identifier: BSD-3-Clause */

/*
 * TFTP (RFC 1350): the request for a file. The file itself comes between other
 * ports, in flows of their own.
 */

#include "gz_cursor.h"
#include "gz_proto.h"

enum {
	TFTP_READ = 1,
	TFTP_WRITE = 2,
	TFTP_NAME_MOST = 512, /* bytes of a datagram that can be a request */
};

struct tftp_tx {
	uint8_t op;
	struct gz_bytes request; /* file and mode, as they came */
	struct gz_span file, mode;
};

/** Take what stands before the next zero. */
static bool
take_text(struct gz_cursor *c, struct gz_span *s)
{
	const uint8_t *end = memchr(c->p, '\0', gz_cursor_left(c));

	return end != NULL && gz_cursor_take(c, (uint32_t)(end - c->p), s) && gz_cursor_skip(c, 1);
}

static bool
is_mode(struct gz_span s)
{
	return gz_span_equal_nocase(s, GZ_SPAN("octet")) ||
			gz_span_equal_nocase(s, GZ_SPAN("netascii")) ||
			gz_span_equal_nocase(s, GZ_SPAN("mail"));
}

static bool
read_request(struct gz_span s, uint16_t *op, struct gz_span *file, struct gz_span *mode)
{
	struct gz_cursor c = gz_cursor(s.p, RTE_MIN(s.len, (uint32_t)TFTP_NAME_MOST));

	return gz_cursor_be16(&c, op) && (*op == TFTP_READ || *op == TFTP_WRITE) &&
			take_text(&c, file) && file->len > 0 && take_text(&c, mode) &&
			is_mode(*mode);
}

static enum gz_parse
tftp_parse(struct gz_app *app, struct gz_input *in)
{
	struct gz_span file, mode;
	struct tftp_tx *t;
	struct gz_tx *tx;
	uint16_t op;

	in->eaten = in->len;
	if (!read_request(gz_span(in->p, in->len), &op, &file, &mode))
		return GZ_PARSE_OK;
	tx = gz_tx_new(app);
	if (tx == NULL)
		return GZ_PARSE_BROKEN;
	t = gz_tx_state(tx);
	t->op = (uint8_t)op;
	if (gz_bytes_add(app, &t->request, file, TFTP_NAME_MOST) &&
			gz_bytes_add(app, &t->request, mode, TFTP_NAME_MOST)) {
		t->file = gz_span(t->request.p, file.len);
		t->mode = gz_span(t->request.p + file.len, mode.len);
	}
	gz_tx_one_way(tx, in->dir);
	return GZ_PARSE_OK;
}

static void
tftp_tx_free(struct gz_app *app, struct gz_tx *tx)
{
	struct tftp_tx *t = gz_tx_state(tx);

	gz_bytes_free(app, &t->request);
}

static enum gz_probe
tftp_probe(enum gz_dir dir, struct gz_span s)
{
	struct gz_span file, mode;
	uint16_t op;

	if (dir != GZ_C2S)
		return GZ_PROBE_NO;
	return read_request(s, &op, &file, &mode) ? GZ_PROBE_SURE : GZ_PROBE_NO;
}

static void
tftp_log(const struct gz_tx *tx, uint8_t when, uint32_t index, struct gz_json *j)
{
	const struct tftp_tx *t = gz_tx_state(tx);

	gz_json_object(j, "tftp");
	gz_json_str(j, "packet", t->op == TFTP_READ ? "read" : "write");
	gz_json_bytes(j, "file", t->file);
	gz_json_bytes(j, "mode", t->mode);
	gz_json_object_end(j);
}

static struct gz_event_type tftp_event = {
	.reg = { .name = "tftp" },
	.help = "requests of files by TFTP",
};
GZ_REGISTER(gz_event_types, tftp_event)

static struct gz_proto tftp = {
	.reg = { .name = "tftp" },
	.help = "TFTP's requests (RFC 1350)",
	.l4 = GZ_L4_UDP,
	.ports = "69",
	.probe = tftp_probe,
	.tx_size = sizeof(struct tftp_tx),
	.parse = tftp_parse,
	.tx_free = tftp_tx_free,
	.event = &tftp_event,
	.log_when = GZ_LOG_BOTH,
	.log = tftp_log,
};
GZ_PROTO_REGISTER(tftp)
