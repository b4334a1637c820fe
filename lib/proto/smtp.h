/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef SMTP_H
#define SMTP_H

/*
 * SMTP (RFC 5321) with CHUNKING (RFC 3030), PIPELINING (RFC 2920) and STARTTLS
 * (RFC 3207). A transaction is a mail, from the greeting that introduces it to
 * the reply to its data.
 */

#include "gz_proto.h"

#include "mime.h"
#include "smtp_event.h"

enum {
	SMTP_LINE_MOST = 4096, /* bytes of a command or reply */
	SMTP_PENDING_MOST = 256, /* commands that wait for their replies */
	SMTP_RCPTS_MOST = 1024,
	SMTP_ADDRESS_MOST = 2048,
};

enum smtp_command {
	SMTP_OTHER,
	SMTP_HELO,
	SMTP_MAIL,
	SMTP_RCPT,
	SMTP_DATA,
	SMTP_DATA_END, /* not a command: the message's end, which has a reply of its own */
	SMTP_BDAT,
	SMTP_BDAT_LAST,
	SMTP_RSET,
	SMTP_STARTTLS,
	SMTP_QUIT,
	SMTP_QUIET, /* NOOP, VRFY and the like: begin no mail */
};

struct smtp_rcpt {
	struct smtp_rcpt *next;
	uint32_t len;
	uint8_t bytes[];
};

struct smtp_tx {
	struct gz_bytes helo;
	struct gz_bytes mail_from;
	struct smtp_rcpt *rcpts, **last_rcpt;
	uint32_t nb_rcpts;
	struct mime *mime; /* NULL: no data yet */
	bool over; /* its data, or what took its place, is through */
};

enum smtp_mode {
	SMTP_COMMANDS,
	SMTP_MESSAGE, /* until a line of one dot */
	SMTP_CHUNK, /* BDAT: so many bytes */
	SMTP_HOLD, /* STARTTLS: the reply decides */
};

struct smtp_pending {
	uint8_t command; /* enum smtp_command */
	struct gz_tx *tx; /* that it belongs to; NULL: none */
};

struct smtp_state {
	struct gz_bytes helo;
	struct gz_tx *tx; /* the mail being said; NULL: none begun */
	uint8_t mode; /* enum smtp_mode */
	bool welcomed; /* the server has said something */
	bool line_start; /* of the message: the next byte begins a line */
	bool dot; /* a dot began the line, and nothing else yet */
	bool dot_cr; /* … and a carriage return */
	bool framed; /* the message that is being said */
	bool asking; /* the server has not given leave to say data */
	bool skip[2]; /* the rest of a line that was too long, by direction */
	bool bdat_last;
	bool waiting; /* the server's further replies wait for the client's commands */
	uint64_t bdat_left;
	uint32_t head, count; /* of pending, a ring */
	struct smtp_pending pending[SMTP_PENDING_MOST];
};

static inline struct smtp_tx *
smtp_tx_of(const struct gz_tx *tx)
{
	return gz_tx_state(tx);
}

/* Progress, in both directions. */
enum {
	SMTP_GREETED = 1,
	SMTP_FROM,
	SMTP_TO,
	SMTP_HEAD, /* the head of the message is through */
	SMTP_DONE,
};

/** What the client says. */
enum gz_parse smtp_client(struct gz_app *app, struct gz_input *in);
/** What the server says. */
enum gz_parse smtp_server(struct gz_app *app, struct gz_input *in);
/** The next line of @p in without its end. @return false: it is not there yet. */
bool smtp_line(struct gz_app *app, struct gz_input *in, struct gz_span *line, bool *cut);
/** The mail being said; begins one. NULL: no memory, or too many. */
struct gz_tx *smtp_current(struct gz_app *app);
void smtp_expect(struct smtp_state *s, enum smtp_command command, struct gz_tx *tx);
/** The mail's data is through, or will not come. */
void smtp_mail_over(struct gz_app *app, struct gz_tx *tx, bool whole);

/* ---- smtp_data.c ---- */

/** Eat of a message. */
void smtp_message(struct gz_app *app, struct gz_input *in);
void smtp_chunk(struct gz_app *app, struct gz_input *in);
void smtp_message_begin(struct gz_app *app, struct gz_tx *tx);

enum smtp_frame {
	SMTP_FRAME_COMMAND,
	SMTP_FRAME_DATA,
	SMTP_FRAME_RESPONSE,
	SMTP_NB_FRAMES
};

extern const struct gz_field_row smtp_fields[];
enum {
	SMTP_NB_FIELDS = 15,
};
void smtp_log(const struct gz_tx *tx, uint8_t when, uint32_t index, struct gz_json *j);

#endif /* SMTP_H */
