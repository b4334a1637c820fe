/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef FTP_H
#define FTP_H

/*
 * FTP (RFC 959, 2428, 4217). A transaction of the control connection is a
 * command and its replies; what the server says unasked has one of its own. A
 * transfer that a command begins is announced on a board, where its data
 * connection finds which file it is, on whichever worker it comes up.
 */

#include "gz_file.h"
#include "gz_proto.h"

enum {
	FTP_LINE_MOST = 4096, /* bytes of a command or a reply with its line end */
	FTP_REPLIES_MOST = 256, /* lines of replies to one command */
	FTP_NAME_MOST = 255, /* bytes of a file's name on the board */
};

enum ftp_event {
	FTP_EVENT_LONG_REQUEST,
	FTP_EVENT_LONG_RESPONSE,
	FTP_EVENT_NO_PORT,
	FTP_NB_EVENTS
};

/** A line of the server's. */
struct ftp_reply {
	struct ftp_reply *next;
	uint32_t len;
	uint8_t code[3];
	bool has_code;
	uint8_t text[];
};

enum ftp_mode {
	FTP_PASSIVE,
	FTP_ACTIVE,
};

struct ftp_tx {
	struct gz_bytes command;
	struct gz_bytes data; /* what follows the command */
	struct ftp_reply *replies, **last_reply;
	uint32_t nb_replies;
	uint16_t port; /* of the data connection; 0: none told */
	uint8_t mode; /* enum ftp_mode, with port */
	bool command_cut, reply_cut;
};

struct ftp_state {
	struct gz_tx *waiting; /* the oldest command that has no last reply yet */
	uint16_t port; /* of the next data connection; 0: none told yet */
	uint8_t mode; /* enum ftp_mode */
	bool skip[2]; /* the rest of a line that was too long, by direction */
	bool multi; /* within a reply of several lines */
	uint8_t multi_code[3];
};

static inline struct ftp_tx *
ftp_tx_of(const struct gz_tx *tx)
{
	return gz_tx_state(tx);
}

/** What is known of a transfer before its data comes. */
struct ftp_transfer {
	struct gz_addr client, server; /* of the data connection */
	uint64_t until_us;
	uint64_t control_id; /* the flow it was announced in */
	uint32_t tenant;
	uint16_t port;
	bool store; /* to the server; else from it */
	uint8_t name_len;
	uint8_t name[FTP_NAME_MOST];
};

/** Announce a transfer by @p control's flow. Never waits; the oldest goes. */
void ftp_board_post(const struct gz_flow *control, const struct ftp_transfer *t);
/** Is @p data a flow that was announced? */
bool ftp_board_has(const struct gz_flow *data);
/** Take what was announced of @p data off the board. */
bool ftp_board_take(const struct gz_flow *data, struct ftp_transfer *t);

extern const struct gz_field_row ftp_fields[];
enum {
	FTP_NB_FIELDS = 7,
};
void ftp_log(const struct gz_tx *tx, uint8_t when, uint32_t index, struct gz_json *j);

#endif /* FTP_H */
