/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef HTTP1_ROWS_H
#define HTTP1_ROWS_H

/* Fields that HTTP/1 and HTTP/2 have in common, one list for both. */

#include "http1_get.h"

#define C2S GZ_FIELD_C2S
#define S2C GZ_FIELD_S2C
#define BOTH (GZ_FIELD_C2S | GZ_FIELD_S2C)
#define LINE                                 \
	{                                    \
		HTTP_REQ_LINE, HTTP_RES_LINE \
	}
#define HEADERS                                    \
	{                                          \
		HTTP_REQ_HEADERS, HTTP_RES_HEADERS \
	}
#define BODY                                 \
	{                                    \
		HTTP_REQ_BODY, HTTP_RES_BODY \
	}

/* clang-format off */
#define HTTP_SHARED_ROWS \
	{ "http.method", "http_method", NULL, "method of the request", \
		C2S | GZ_FIELD_NO_FP, 0, LINE, http_get_method }, \
	{ "http.uri", "http_uri", NULL, "target of the request, decoded and resolved", \
		C2S, 3, LINE, http_get_uri }, \
	{ "http.uri.raw", "http_raw_uri", NULL, "target of the request as it came", \
		C2S, 3, LINE, http_get_uri_raw }, \
	{ "http.request_line", NULL, "http_request_line", "first line of the request", \
		C2S, 2, LINE, http_get_line }, \
	{ "http.response_line", NULL, "http_response_line", "first line of the response", \
		S2C, 0, LINE, http_get_line }, \
	{ "http.protocol", NULL, "http_protocol", "protocol as the first line tells it", \
		BOTH | GZ_FIELD_NO_FP, 0, LINE, http_get_protocol }, \
	{ "http.stat_code", "http_stat_code", NULL, "status of the response", \
		S2C | GZ_FIELD_NO_FP, 0, LINE, http_get_stat_code }, \
	{ "http.host", "http_host", NULL, "host that is asked, lower case, without port", \
		C2S | GZ_FIELD_NOCASE, 3, HEADERS, http_get_host }, \
	{ "http.host.raw", "http_raw_host", NULL, "host that is asked, as it came", \
		C2S, 3, HEADERS, http_get_host_raw }, \
	{ "http.user_agent", "http_user_agent", NULL, "value of User-Agent", \
		C2S, 3, HEADERS, http_get_user_agent }, \
	{ "http.referer", NULL, "http_referer", "value of Referer", \
		C2S, 2, HEADERS, http_get_referer }, \
	{ "http.accept", NULL, "http_accept", "value of Accept", \
		C2S, 1, HEADERS, http_get_accept }, \
	{ "http.accept_enc", NULL, "http_accept_enc", "value of Accept-Encoding", \
		C2S, 0, HEADERS, http_get_accept_enc }, \
	{ "http.accept_lang", NULL, "http_accept_lang", "value of Accept-Language", \
		C2S, 1, HEADERS, http_get_accept_lang }, \
	{ "http.connection", NULL, "http_connection", "value of Connection", \
		BOTH, 0, HEADERS, http_get_connection }, \
	{ "http.content_len", NULL, "http_content_len", "value of Content-Length", \
		BOTH, 0, HEADERS, http_get_content_len }, \
	{ "http.content_type", NULL, "http_content_type", "value of Content-Type", \
		BOTH, 1, HEADERS, http_get_content_type }, \
	{ "http.cookie", "http_cookie", NULL, "cookies of the request or the response", \
		BOTH, 2, HEADERS, http_get_cookie }, \
	{ "http.location", NULL, NULL, "value of Location", \
		S2C, 2, HEADERS, http_get_location }, \
	{ "http.server", NULL, NULL, "value of Server", \
		S2C | GZ_FIELD_TELLS, 1, HEADERS, http_get_server }, \
	{ "http.x_powered_by", NULL, NULL, "value of X-Powered-By", \
		S2C | GZ_FIELD_TELLS, 1, HEADERS, http_get_powered_by }, \
	{ "http.request_body", "http_client_body", NULL, "body of the request, decoded", \
		C2S | GZ_FIELD_STREAM, 3, BODY, http_get_body }, \
	{ "http.response_body", "http_server_body", NULL, "body of the response, decoded", \
		S2C | GZ_FIELD_STREAM, 3, BODY, http_get_body }, \
	GZ_FILE_ROWS(BOTH, gz_file_get_data, BODY)
/* clang-format on */

#endif /* HTTP1_ROWS_H */
