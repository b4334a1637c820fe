/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef PGSQL_H
#define PGSQL_H

/*
 * PostgreSQL's protocol 3.0 (its manual, "Frontend/Backend Protocol"), until it
 * is encrypted. A transaction is what the client asks and all that the server
 * answers until it is ready for the next query. Of rows only their number and
 * size are kept.
 */

#include "gz_cursor.h"
#include "gz_proto.h"

enum {
	PGSQL_KEEP_MOST = 32 * 1024, /* bytes of a message that are read; the rest is passed over */
	PGSQL_QUERY_MOST = 60 * 1024, /* bytes of queries of a transaction */
	PGSQL_QUERIES_MOST = 64,
	PGSQL_STATUS_MOST = 4096, /* bytes of what the server says of its parameters */
	PGSQL_STARTUP_MOST = 10000, /* bytes of a message without a type: as the server allows */

	PGSQL_VERSION_3 = 3 << 16,
	PGSQL_CANCEL = 80877102, /* instead of a version */
	PGSQL_SSL = 80877103,
	PGSQL_GSS = 80877104,
};

enum pgsql_event {
	PGSQL_EVENT_INVALID_LENGTH,
	PGSQL_EVENT_MALFORMED_REQUEST,
	PGSQL_EVENT_MALFORMED_RESPONSE,
	PGSQL_EVENT_TOO_MANY_TRANSACTIONS,
	PGSQL_NB_EVENTS
};

/** What a transaction began with: a message's type, or one of these. */
enum pgsql_request {
	PGSQL_REQUEST_NONE,
	PGSQL_REQUEST_STARTUP,
	PGSQL_REQUEST_SSL,
	PGSQL_REQUEST_GSS,
	PGSQL_REQUEST_CANCEL,
};

struct pgsql_tx {
	uint8_t request; /* enum pgsql_request, or 'Q' … */
	bool answered, copy_done, copy_failed;
	bool has_auth, has_key, has_rows, has_ssl, ssl_accepted;
	uint8_t error; /* 'E' or 'N': whose fields are kept; 0: none */
	uint8_t copy; /* 'G' or 'H': a copy in or out begins; 0: none */
	uint16_t copy_columns, fields;
	uint32_t auth; /* what is asked for */
	uint8_t salt[4]; /* of MD5 */
	uint32_t version, pid, key;
	uint64_t rows, row_bytes; /* of data, or copied out */
	uint64_t copied, copied_bytes; /* copied in */
	struct gz_bytes query; /* each behind its length in four bytes of ours */
	struct gz_bytes startup; /* names and values, each with its zero */
	struct gz_bytes status; /* the same */
	struct gz_bytes completed; /* each with its zero */
	struct gz_bytes problem; /* fields of an error */
};

struct pgsql_state {
	struct gz_tx *open; /* what is being asked, until the server is ready */
	uint64_t skip[2]; /* bytes of a message to pass over */
	bool started; /* the client's messages have types now */
	bool encryption_asked; /* the server answers with one byte */
};

static inline struct pgsql_tx *
pgsql_tx_of(const struct gz_tx *tx)
{
	return gz_tx_state(tx);
}

/** A message, or its beginning when @p len is more; without type and length. */
struct pgsql_message {
	uint8_t type; /* 0: the client's first ones have none */
	uint32_t len;
	struct gz_span body;
};

/** Take what stands before the next zero. */
bool pgsql_text(struct gz_cursor *c, struct gz_span *s);
/** @return false: malformed; told as an event. */
bool pgsql_take_request(struct gz_app *app, const struct pgsql_message *m);
bool pgsql_take_response(struct gz_app *app, const struct pgsql_message *m);
void pgsql_take_encryption(struct gz_app *app, bool accepted);
bool pgsql_query(const struct pgsql_tx *t, uint32_t index, struct gz_span *query);
void pgsql_log(const struct gz_tx *tx, uint8_t when, uint32_t index, struct gz_json *j);

#endif /* PGSQL_H */
