/* SPDX-License-Identifier: BSD-3-Clause */

/* PostgreSQL in events. */

#include <ctype.h>

#include "pgsql.h"

enum {
	LOG_NAME_MOST = 64,
	LOG_QUERY_MOST = 8192, /* bytes of a query that are told */
};

/** "DateStyle" as "date_style". */
static struct gz_span
snake(struct gz_span name, uint8_t buf[2 * LOG_NAME_MOST])
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < name.len && i < LOG_NAME_MOST; i++) {
		if (isupper(name.p[i]) && i > 0 && islower(name.p[i - 1]))
			buf[n++] = '_';
		buf[n++] = (uint8_t)tolower(name.p[i]);
	}
	return gz_span(buf, n);
}

/** Names and values as objects of one member each; @p apart: a name that stands for itself. */
static void
write_pairs(struct gz_json *j, const char *key, const struct gz_bytes *pairs, const char *apart)
{
	struct gz_cursor c = gz_cursor(pairs->p, pairs->len);
	uint8_t buf[2 * LOG_NAME_MOST];
	struct gz_span name, value;
	bool open = false;

	while (pgsql_text(&c, &name) && name.len > 0 && pgsql_text(&c, &value)) {
		if (apart != NULL && gz_span_equal(name, gz_span_str(apart)))
			continue;
		if (!open)
			gz_json_array(j, key);
		open = true;
		gz_json_object(j, NULL);
		gz_json_pair(j, snake(name, buf), value);
		gz_json_object_end(j);
	}
	if (open)
		gz_json_array_end(j);
}

static void
write_startup(struct gz_json *j, const struct pgsql_tx *t)
{
	struct gz_cursor c = gz_cursor(t->startup.p, t->startup.len);
	struct gz_span name, value;

	gz_json_fmt(j, "protocol_version", "%u.%u", t->version >> 16, t->version & 0xffff);
	gz_json_object(j, "startup_parameters");
	while (pgsql_text(&c, &name) && name.len > 0 && pgsql_text(&c, &value)) {
		if (gz_span_equal(name, GZ_SPAN("user")))
			gz_json_bytes(j, "user", value);
	}
	write_pairs(j, "optional_parameters", &t->startup, "user");
	gz_json_object_end(j);
}

static void
write_request(struct gz_json *j, const struct pgsql_tx *t)
{
	struct gz_span query;

	gz_json_object(j, "request");
	switch (t->request) {
	case PGSQL_REQUEST_STARTUP:
		write_startup(j, t);
		break;
	case PGSQL_REQUEST_SSL:
		gz_json_str(j, "message", "SSL Request");
		break;
	case PGSQL_REQUEST_GSS:
		gz_json_str(j, "message", "GSS Request");
		break;
	case PGSQL_REQUEST_CANCEL:
		gz_json_str(j, "message", "cancel_request");
		gz_json_u64(j, "process_id", t->pid);
		gz_json_u64(j, "secret_key", t->key);
		break;
	case 'Q':
		if (pgsql_query(t, 0, &query))
			gz_json_bytes(j, "simple_query",
					gz_span(query.p,
							RTE_MIN(query.len,
									(uint32_t)LOG_QUERY_MOST)));
		break;
	case 'p':
		gz_json_bool(j, "password_redacted", true);
		break;
	case 'X':
		gz_json_str(j, "message", "termination_message");
		break;
	default:
		break;
	}
	if (t->copied > 0) {
		gz_json_object(j, "copy_data_in");
		gz_json_u64(j, "msg_count", t->copied);
		gz_json_u64(j, "data_size", t->copied_bytes);
		gz_json_object_end(j);
	}
	if (t->copy_done || t->copy_failed)
		gz_json_str(j, "message", t->copy_done ? "copy_done" : "copy_fail");
	gz_json_object_end(j);
}

/* ---- responses ---- */

static void
write_auth(struct gz_json *j, const struct pgsql_tx *t)
{
	static const char *const words[] = { "authentication_ok", NULL, NULL,
		"authentication_cleartext_password", NULL, NULL, NULL, "authentication_gss",
		"authentication_gss_continue", "authentication_sspi", "authentication_sasl",
		"authentication_sasl_continue", "authentication_sasl_final" };

	if (t->auth == 5)
		gz_json_bytes(j, "authentication_md5_password", gz_span(t->salt, sizeof(t->salt)));
	else if (t->auth < RTE_DIM(words) && words[t->auth] != NULL)
		gz_json_str(j, "message", words[t->auth]);
}

/** The fields of an error: a letter and its text. */
static void
write_problem(struct gz_json *j, const struct pgsql_tx *t)
{
	static const struct {
		uint8_t letter;
		const char *key;
	} fields[] = { { 'S', "severity_localizable" }, { 'V', "severity_non_localizable" },
		{ 'C', "code" }, { 'M', "message" }, { 'D', "detail" }, { 'H', "hint" },
		{ 'P', "position" }, { 'W', "where" }, { 's', "schema_name" },
		{ 't', "table_name" }, { 'c', "column_name" }, { 'F', "file" }, { 'L', "line" },
		{ 'R', "routine" } };
	struct gz_cursor c = gz_cursor(t->problem.p, t->problem.len);
	uint32_t seen = 0;
	struct gz_span s;

	while (pgsql_text(&c, &s) && s.len > 0) {
		for (uint32_t i = 0; i < RTE_DIM(fields); i++) {
			if (fields[i].letter != s.p[0] || seen >> i & 1)
				continue;
			seen |= 1u << i;
			gz_json_bytes(j, fields[i].key, gz_span(s.p + 1, s.len - 1));
		}
	}
}

static void
write_rows(struct gz_json *j, const struct pgsql_tx *t)
{
	if (t->copy != 0) {
		gz_json_object(j, t->copy == 'G' ? "copy_in_response" : "copy_out_response");
		gz_json_u64(j, "columns", t->copy_columns);
		gz_json_object_end(j);
	}
	if (t->copy == 'H') {
		gz_json_object(j, "copy_data_out");
		gz_json_u64(j, "row_count", t->rows);
		gz_json_u64(j, "data_size", t->row_bytes);
		gz_json_object_end(j);
	} else if (t->has_rows) {
		gz_json_u64(j, "field_count", t->fields);
		gz_json_u64(j, "data_rows", t->rows);
		gz_json_u64(j, "data_size", t->row_bytes);
	}
}

static void
write_response(struct gz_json *j, const struct pgsql_tx *t)
{
	struct gz_cursor c = gz_cursor(t->completed.p, t->completed.len);
	struct gz_span tag, last = { NULL, 0 };

	gz_json_object(j, "response");
	if (t->has_ssl)
		gz_json_bool(j, "ssl_accepted", t->ssl_accepted);
	if (t->error != 0)
		write_problem(j, t);
	else if (t->has_auth)
		write_auth(j, t);
	write_pairs(j, "parameter_status", &t->status, NULL);
	if (t->has_key) {
		gz_json_u64(j, "process_id", t->pid);
		gz_json_u64(j, "secret_key", t->key);
	}
	write_rows(j, t);
	while (pgsql_text(&c, &tag))
		last = tag;
	if (last.p != NULL)
		gz_json_bytes(j, "command_completed", last);
	gz_json_object_end(j);
}

void
pgsql_log(const struct gz_tx *tx, uint8_t when, uint32_t index, struct gz_json *j)
{
	const struct pgsql_tx *t = pgsql_tx_of(tx);

	gz_json_object(j, "pgsql");
	gz_json_u64(j, "tx_id", tx->id + 1);
	if (t->request != PGSQL_REQUEST_NONE)
		write_request(j, t);
	if (t->answered)
		write_response(j, t);
	gz_json_object_end(j);
}
