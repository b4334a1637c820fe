/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef HTTP1_GET_H
#define HTTP1_GET_H

/* Values of fields that HTTP/1 and HTTP/2 get in the same way. */

#include "http1.h"

#define HTTP_GETTER(name) bool name(struct gz_tx *tx, int dir, uint32_t index, struct gz_value *v);

HTTP_GETTER(http_get_accept)
HTTP_GETTER(http_get_accept_enc)
HTTP_GETTER(http_get_accept_lang)
HTTP_GETTER(http_get_body)
HTTP_GETTER(http_get_connection)
HTTP_GETTER(http_get_content_len)
HTTP_GETTER(http_get_content_type)
HTTP_GETTER(http_get_cookie)
HTTP_GETTER(http_get_host)
HTTP_GETTER(http_get_host_raw)
HTTP_GETTER(http_get_line)
HTTP_GETTER(http_get_location)
HTTP_GETTER(http_get_method)
HTTP_GETTER(http_get_powered_by)
HTTP_GETTER(http_get_protocol)
HTTP_GETTER(http_get_referer)
HTTP_GETTER(http_get_server)
HTTP_GETTER(http_get_stat_code)
HTTP_GETTER(http_get_uri)
HTTP_GETTER(http_get_uri_raw)
HTTP_GETTER(http_get_user_agent)

#undef HTTP_GETTER

#endif /* HTTP1_GET_H */
