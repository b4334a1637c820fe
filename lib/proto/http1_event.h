/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef HTTP1_EVENT_H
#define HTTP1_EVENT_H

/* What can be odd about HTTP/1: X(ID, name as in app-layer-event:http.<name>). */
#define HTTP_EVENTS(X)                                                     \
	X(GZIP_FAILED, "gzip_decompression_failed")                        \
	X(REQUEST_COLON, "request_field_missing_colon")                    \
	X(RESPONSE_COLON, "response_field_missing_colon")                  \
	X(REQUEST_CHUNK_LEN, "invalid_request_chunk_len")                  \
	X(RESPONSE_CHUNK_LEN, "invalid_response_chunk_len")                \
	X(REQUEST_TE, "invalid_transfer_encoding_value_in_request")        \
	X(RESPONSE_TE, "invalid_transfer_encoding_value_in_response")      \
	X(REQUEST_CL, "invalid_content_length_field_in_request")           \
	X(RESPONSE_CL, "invalid_content_length_field_in_response")         \
	X(REQUEST_CL_TWICE, "duplicate_content_length_field_in_request")   \
	X(RESPONSE_CL_TWICE, "duplicate_content_length_field_in_response") \
	X(CONTINUE_TWICE, "100_continue_already_seen")                     \
	X(UNMATCHED_RESPONSE, "unable_to_match_response_to_request")       \
	X(SERVER_PORT, "invalid_server_port_in_request")                   \
	X(AUTHORITY_PORT, "invalid_authority_port")                        \
	X(REQUEST_HEADER, "request_header_invalid")                        \
	X(RESPONSE_HEADER, "response_header_invalid")                      \
	X(NO_HOST, "missing_host_header")                                  \
	X(HOST_AMBIGUOUS, "host_header_ambiguous")                         \
	X(REQUEST_FOLDING, "invalid_request_field_folding")                \
	X(RESPONSE_FOLDING, "invalid_response_field_folding")              \
	X(REQUEST_TOO_LONG, "request_field_too_long")                      \
	X(RESPONSE_TOO_LONG, "response_field_too_long")                    \
	X(PORT_MISMATCH, "request_server_port_tcp_port_mismatch")          \
	X(URI_HOST, "request_uri_host_invalid")                            \
	X(HEADER_HOST, "request_header_host_invalid")                      \
	X(METHOD_DELIM, "method_delim_non_compliant")                      \
	X(URI_DELIM, "uri_delim_non_compliant")                            \
	X(LEADING_SPACE, "request_line_leading_whitespace")                \
	X(TOO_MANY_LAYERS, "too_many_encoding_layers")                     \
	X(ABNORMAL_CE, "abnormal_ce_header")                               \
	X(AUTH, "request_auth_unrecognized")                               \
	X(REQUEST_REPETITION, "request_header_repetition")                 \
	X(RESPONSE_REPETITION, "response_header_repetition")               \
	X(BYTERANGES, "response_multipart_byteranges")                     \
	X(ABNORMAL_TE, "response_abnormal_transfer_encoding")              \
	X(CHUNKED_OLD, "response_chunked_old_proto")                       \
	X(RESPONSE_PROTOCOL, "response_invalid_protocol")                  \
	X(RESPONSE_STATUS, "response_invalid_status")                      \
	X(LINE_INCOMPLETE, "request_line_incomplete")                      \
	X(DOUBLE_ENCODED, "double_encoded_uri")                            \
	X(LINE_INVALID, "request_line_invalid")                            \
	X(BODY_UNEXPECTED, "request_body_unexpected")                      \
	X(RESPONSE_BODY, "response_body_unexpected")                       \
	X(NO_PROTOCOL, "request_line_missing_protocol")                    \
	X(REQUEST_MANY_HEADERS, "request_too_many_headers")                \
	X(RESPONSE_MANY_HEADERS, "response_too_many_headers")              \
	X(CHUNK_EXTENSION, "request_chunk_extension")                      \
	X(BOMB, "compression_bomb")                                        \
	X(RANGE, "range_invalid")                                          \
	X(FILE_NAME, "file_name_too_long")                                 \
	X(FORM, "multipart_generic_error")                                 \
	X(FORM_NO_DATA, "multipart_no_filedata")                           \
	X(FORM_HEADER, "multipart_invalid_header")                         \
	X(PROTOCOL_CHANGE, "failed_protocol_change")

enum http_event {
#define HTTP_EVENT_ENUM(id, name) HTTP_EVENT_##id,
	HTTP_EVENTS(HTTP_EVENT_ENUM)
#undef HTTP_EVENT_ENUM
	HTTP_NB_EVENTS
};

#endif /* HTTP1_EVENT_H */
