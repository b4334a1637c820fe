/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef SMTP_EVENT_H
#define SMTP_EVENT_H

/* What can be odd about SMTP: X(ID, name as in app-layer-event:smtp.<name>). */
#define SMTP_EVENTS(X)                                           \
	X(INVALID_REPLY, "invalid_reply")                        \
	X(UNMATCHED_REPLY, "unable_to_match_reply_with_request") \
	X(LONG_COMMAND, "max_command_line_len_exceeded")         \
	X(LONG_REPLY, "max_reply_line_len_exceeded")             \
	X(PIPELINED, "invalid_pipelined_sequence")               \
	X(BDAT_EXCEEDED, "bdat_chunk_len_exceeded")              \
	X(INVALID_BDAT, "invalid_bdat")                          \
	X(NO_WELCOME, "no_server_welcome_message")               \
	X(TLS_REJECTED, "tls_rejected")                          \
	X(DATA_REJECTED, "data_command_rejected")                \
	X(DUPLICATE, "duplicate_fields")                         \
	X(UNPARSABLE, "unparsable_content")                      \
	X(TRUNCATED_LINE, "truncated_line")                      \
	X(PROTOCOL_CHANGE, "failed_protocol_change")             \
	X(MIME_FAILED, "mime_parse_failed")                      \
	X(MIME_MALFORMED, "mime_malformed_msg")                  \
	X(MIME_BASE64, "mime_invalid_base64")                    \
	X(MIME_QP, "mime_invalid_qp")                            \
	X(MIME_LONG_LINE, "mime_long_line")                      \
	X(MIME_LONG_ENC_LINE, "mime_long_enc_line")              \
	X(MIME_LONG_NAME, "mime_long_header_name")               \
	X(MIME_LONG_VALUE, "mime_long_header_value")             \
	X(MIME_LONG_BOUNDARY, "mime_long_boundary")              \
	X(MIME_LONG_FILENAME, "mime_long_filename")

enum smtp_event {
#define SMTP_EVENT_ENUM(id, name) SMTP_EVENT_##id,
	SMTP_EVENTS(SMTP_EVENT_ENUM)
#undef SMTP_EVENT_ENUM
	SMTP_NB_EVENTS
};

#endif /* SMTP_EVENT_H */
