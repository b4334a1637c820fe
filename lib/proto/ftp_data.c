/* SPDX-License-Identifier: BSD-3-Clause */
#include "ftp.h"

struct ftp_data_state {
	struct gz_tx *tx;
	struct gz_file *file;
	bool over; /* the transaction is complete, and may be gone */
	struct ftp_transfer transfer;
};

/** The one transaction, with what was announced of it. NULL: no memory. */
static struct gz_tx *
begin(struct gz_app *app)
{
	struct ftp_data_state *s = app->state;

	if (s->tx != NULL)
		return s->tx;
	if (ftp_board_take(app->flow, &s->transfer))
		app->flow->parent_id = s->transfer.control_id;
	s->tx = gz_tx_new(app);
	if (s->tx == NULL)
		return NULL;
	gz_tx_changed(s->tx, GZ_C2S);
	gz_tx_changed(s->tx, GZ_S2C);
	return s->tx;
}

static enum gz_parse
ftp_data_parse(struct gz_app *app, struct gz_input *in)
{
	struct ftp_data_state *s = app->state;
	struct gz_tx *tx;

	if (s->over) {
		in->eaten = in->len;
		return GZ_PARSE_OK;
	}
	tx = begin(app);
	if (tx == NULL)
		return GZ_PARSE_BROKEN;
	if (s->file == NULL && in->len > 0 && tx->files[in->dir] == NULL)
		s->file = gz_file_open(
				tx, in->dir, gz_span(s->transfer.name, s->transfer.name_len), NULL);
	if (s->file != NULL && s->file->dir == in->dir && in->len > 0)
		gz_file_add(tx, s->file, gz_span(in->p, in->len));
	in->eaten = in->len;
	if (!in->end || (s->file != NULL && s->file->dir != in->dir))
		return GZ_PARSE_OK;
	if (s->file != NULL)
		gz_file_close(s->file, GZ_FILE_CLOSED);
	gz_tx_complete(tx, GZ_C2S);
	gz_tx_complete(tx, GZ_S2C);
	s->over = true;
	s->tx = NULL;
	s->file = NULL;
	return GZ_PARSE_OK;
}

static enum gz_parse
ftp_data_gap(struct gz_app *app, enum gz_dir dir, uint64_t len)
{
	struct ftp_data_state *s = app->state;

	if (s->file != NULL && s->file->dir == dir)
		gz_file_gap(s->file, len);
	return GZ_PARSE_OK;
}

/** Asked only of flows that were announced. */
static enum gz_probe
ftp_data_probe(enum gz_dir dir, struct gz_span s)
{
	return s.len > 0 ? GZ_PROBE_SURE : GZ_PROBE_MAYBE;
}

static bool
get_command(struct gz_tx *tx, int dir, uint32_t index, uint64_t *v)
{
	*v = ((const struct ftp_data_state *)tx->state)->transfer.store;
	return index == 0;
}

static void
ftp_data_log(const struct gz_tx *tx, uint8_t when, uint32_t index, struct gz_json *j)
{
	const struct ftp_data_state *s = tx->state;

	gz_json_object(j, "ftp_data");
	if (s->transfer.name_len > 0)
		gz_json_bytes(j, "filename", gz_span(s->transfer.name, s->transfer.name_len));
	gz_json_str(j, "command", s->transfer.store ? "STOR" : "RETR");
	gz_json_object_end(j);
}

static const struct gz_field_word command_words[] = { { "retr", 0 }, { "stor", 1 }, { NULL, 0 } };

#define BOTH (GZ_FIELD_C2S | GZ_FIELD_S2C)

static const struct gz_field_row fields[] = {
	{ .name = "ftpdata_command",
			.get_number = get_command,
			.flags = BOTH,
			.words = command_words,
			.help = "command that a data connection belongs to" },
	GZ_FILE_ROWS(BOTH, gz_file_get_data, { 0, 0 }),
};

GZ_EVENT_TYPE(ftp_data_event, "ftp_data", "an FTP transfer")

static struct gz_proto ftp_data = {
	.reg = { .name = "ftp-data" },
	.help = "FTP's data connections",
	.l4 = GZ_L4_TCP,
	.probe = ftp_data_probe,
	.announced = ftp_board_has,
	.state_size = sizeof(struct ftp_data_state),
	.parse = ftp_data_parse,
	.gap = ftp_data_gap,
	.fields = fields,
	.nb_fields = RTE_DIM(fields),
	.event = &ftp_data_event,
	.log_when = GZ_LOG_BOTH,
	.log = ftp_data_log,
};
GZ_PROTO_REGISTER(ftp_data)
