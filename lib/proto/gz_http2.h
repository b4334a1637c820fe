/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef GZ_HTTP2_H
#define GZ_HTTP2_H

/* What a keyword asks of a transaction of HTTP/2 that is no field of numbers. */

#include "gz_app.h"

struct gz_http2_setting {
	uint16_t id;
	uint32_t value;
};

/** The @p index-th setting in a SETTINGS frame of the transaction. false: no such. */
bool gz_http2_setting(const struct gz_tx *tx, enum gz_dir dir, uint32_t index,
		struct gz_http2_setting *s);
/** "SETTINGS_HEADER_TABLE_SIZE" and its like, with or without underscores. @return its id, or -1. */
int gz_http2_setting_find(struct gz_span name);

#endif /* GZ_HTTP2_H */
