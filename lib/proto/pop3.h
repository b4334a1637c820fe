/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef POP3_H
#define POP3_H

/*
 * POP3 (RFC 1939, 2449, 2595, 5034). A transaction is a command and its
 * response; the greeting is a response to none. What mails are fetched is
 * passed over but for its first lines.
 */

#include "gz_proto.h"

enum {
	POP3_COMMAND_MOST = 512, /* bytes of a line that the client says */
	POP3_RESPONSE_MOST = 512, /* of the first line of a response */
	POP3_DATA_LINES = 32, /* of a response that are kept */
	POP3_DATA_MOST = 4096, /* bytes of them */
	POP3_SASL_MOST = 16 * 1024, /* of a line of an exchange of secrets */
	POP3_ARGS_MOST = 8,
};

enum pop3_event {
	POP3_EVENT_TOO_MANY_TRANSACTIONS,
	POP3_EVENT_REQUEST_TOO_LONG,
	POP3_EVENT_INCORRECT_ARGUMENT_COUNT,
	POP3_EVENT_UNKNOWN_COMMAND,
	POP3_EVENT_RESPONSE_TOO_LONG,
	POP3_NB_EVENTS
};

enum pop3_command {
	POP3_UNKNOWN,
	POP3_APOP,
	POP3_AUTH,
	POP3_CAPA,
	POP3_DELE,
	POP3_LIST,
	POP3_NOOP,
	POP3_PASS,
	POP3_QUIT,
	POP3_RETR,
	POP3_RSET,
	POP3_STAT,
	POP3_STLS,
	POP3_TOP,
	POP3_UIDL,
	POP3_USER,
	POP3_SASL_DATA, /* a line that belongs to AUTH */
};

struct pop3_tx {
	struct gz_bytes command; /* the line */
	struct gz_bytes header; /* the first line of the response, without its status */
	struct gz_bytes data; /* further lines, each with its line feed */
	uint8_t kind; /* enum pop3_command */
	uint32_t nb_data; /* lines kept */
	bool asked, answered, success;
};

struct pop3_state {
	bool skip[2]; /* the rest of a line that was too long */
	bool multi; /* within a response of several lines */
	bool sasl; /* the client's next line answers a challenge */
	bool tls; /* STLS was agreed to */
};

static inline struct pop3_tx *
pop3_tx_of(const struct gz_tx *tx)
{
	return gz_tx_state(tx);
}

#endif /* POP3_H */
