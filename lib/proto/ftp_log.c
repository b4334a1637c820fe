/* SPDX-License-Identifier: BSD-3-Clause */
#include <assert.h>

#include "ftp.h"

static const char *const mode_names[] = {
	[FTP_PASSIVE] = "passive",
	[FTP_ACTIVE] = "active",
};

static void
write_replies(struct gz_json *j, const struct ftp_tx *t)
{
	const struct ftp_reply *r;

	if (t->replies == NULL)
		return;
	gz_json_array(j, "completion_code");
	for (r = t->replies; r != NULL; r = r->next) {
		if (r->has_code)
			gz_json_bytes(j, NULL, gz_span(r->code, sizeof(r->code)));
	}
	gz_json_array_end(j);
	gz_json_array(j, "reply");
	for (r = t->replies; r != NULL; r = r->next)
		gz_json_bytes(j, NULL, gz_span(r->text, r->len));
	gz_json_array_end(j);
}

void
ftp_log(const struct gz_tx *tx, uint8_t when, uint32_t index, struct gz_json *j)
{
	const struct ftp_tx *t = ftp_tx_of(tx);

	gz_json_object(j, "ftp");
	if (t->command.len > 0)
		gz_json_bytes(j, "command", gz_bytes_span(&t->command));
	if (t->data.len > 0) {
		gz_json_bytes(j, "command_data", gz_bytes_span(&t->data));
		gz_json_bool(j, "command_truncated", t->command_cut);
	}
	write_replies(j, t);
	if (t->port != 0) {
		gz_json_u64(j, "dynamic_port", t->port);
		gz_json_str(j, "mode", mode_names[t->mode]);
	}
	gz_json_str(j, "reply_received", t->replies != NULL ? "yes" : "no");
	gz_json_bool(j, "reply_truncated", t->reply_cut);
	gz_json_object_end(j);
}

static bool
only(struct gz_value *v, uint32_t index, struct gz_span s)
{
	if (index > 0 || s.len == 0)
		return false;
	*v = (struct gz_value){ s.p, s.len, 0, true };
	return true;
}

static bool
get_command(struct gz_tx *tx, int dir, uint32_t index, struct gz_value *v)
{
	return only(v, index, gz_bytes_span(&ftp_tx_of(tx)->command));
}

static bool
get_command_data(struct gz_tx *tx, int dir, uint32_t index, struct gz_value *v)
{
	return only(v, index, gz_bytes_span(&ftp_tx_of(tx)->data));
}

static const struct ftp_reply *
nth_reply(struct gz_tx *tx, uint32_t index)
{
	const struct ftp_reply *r = ftp_tx_of(tx)->replies;

	while (r != NULL && index-- > 0)
		r = r->next;
	return r;
}

static bool
get_reply(struct gz_tx *tx, int dir, uint32_t index, struct gz_value *v)
{
	const struct ftp_reply *r = nth_reply(tx, index);

	if (r == NULL)
		return false;
	*v = (struct gz_value){ r->text, r->len, 0, true };
	return true;
}

static bool
get_completion_code(struct gz_tx *tx, int dir, uint32_t index, struct gz_value *v)
{
	const struct ftp_reply *r = ftp_tx_of(tx)->replies;

	for (; r != NULL; r = r->next) {
		if (r->has_code && index-- == 0)
			break;
	}
	return r != NULL && only(v, 0, gz_span(r->code, sizeof(r->code)));
}

static bool
get_dynamic_port(struct gz_tx *tx, int dir, uint32_t index, uint64_t *v)
{
	*v = ftp_tx_of(tx)->port;
	return index == 0 && *v != 0;
}

static bool
get_mode(struct gz_tx *tx, int dir, uint32_t index, uint64_t *v)
{
	*v = ftp_tx_of(tx)->mode;
	return index == 0 && ftp_tx_of(tx)->port != 0;
}

static bool
get_reply_received(struct gz_tx *tx, int dir, uint32_t index, uint64_t *v)
{
	*v = ftp_tx_of(tx)->replies != NULL;
	return index == 0;
}

static const struct gz_field_word mode_words[] = { { "passive", FTP_PASSIVE },
	{ "active", FTP_ACTIVE }, { NULL, 0 } };
static const struct gz_field_word yes_words[] = { { "yes", 1 }, { "true", 1 }, { "on", 1 },
	{ "no", 0 }, { "false", 0 }, { "off", 0 }, { NULL, 0 } };

#define C2S GZ_FIELD_C2S
#define S2C GZ_FIELD_S2C
#define ALL (GZ_FIELD_C2S | GZ_FIELD_S2C)
/* Once all of it is there. */
#define END                          \
	{                            \
		UINT8_MAX, UINT8_MAX \
	}

/* clang-format off */
const struct gz_field_row ftp_fields[] = {
	{ .name = "ftp.command", .get = get_command, .flags = C2S,
		.help = "command that the client gives" },
	{ .name = "ftp.command_data", .get = get_command_data, .flags = C2S, .priority = 2,
		.help = "what follows a command" },
	{ .name = "ftp.reply", .get = get_reply, .flags = S2C | GZ_FIELD_MULTI, .priority = 1,
		.help = "each line of the server's replies, without its code" },
	{ .name = "ftp.completion_code", .get = get_completion_code,
		.flags = S2C | GZ_FIELD_MULTI | GZ_FIELD_NO_FP,
		.help = "code of each line of the server's replies" },
	{ .name = "ftp.dynamic_port", .get_number = get_dynamic_port, .flags = ALL, .progress = END,
		.help = "port of the data connection that is agreed on" },
	{ .name = "ftp.mode", .get_number = get_mode, .flags = ALL, .progress = END,
		.words = mode_words, .help = "who opens the data connection" },
	{ .name = "ftp.reply_received", .get_number = get_reply_received, .flags = S2C,
		.progress = END, .words = yes_words, .help = "whether the server has replied" },
};
/* clang-format on */
static_assert(RTE_DIM(ftp_fields) == FTP_NB_FIELDS, "ftp.h tells how many");
