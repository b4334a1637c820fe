/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef GZ_DEFRAG_H
#define GZ_DEFRAG_H

/*
 * Whole datagrams from fragments. Fragments are held until the datagram is
 * whole; it is inspected as one, and then the fragments leave as they came.
 * Overlapping fragments end their datagram (RFC 5722, applied to IPv4 too), as
 * do fragments that cannot be one: holes at the end, more than 64 KiB, tiny
 * ones that cut the layer 4 header.
 *
 * One worker. Memory: bounded, charged to "defrag"; the oldest datagram goes first.
 */

#include "gz_mem.h"
#include "gz_pkt.h"
#include "gz_wheel.h"

struct gz_defrag;

/** Fragments that will not be forwarded as a datagram: settled with their reason, to be freed or sent. */
typedef void (*gz_defrag_done_fn)(void *arg, struct gz_pkt *fragments);

struct gz_defrag *
gz_defrag_create(const struct gz_conf *conf, struct gz_mem *mem, struct gz_wheel *wheel,
		const struct gz_exceptions *x, gz_defrag_done_fn done, void *arg);
void gz_defrag_destroy(struct gz_defrag *d);

/**
 * Take a fragment (GZ_PKT_FRAGMENT).
 *
 * @return NULL: held, or settled and handed to done(). Else the whole datagram, decoded, with
 *         GZ_PKT_WHOLE, its fragments in order of arrival on ->next; when judged, give it to
 *         gz_defrag_release().
 */
struct gz_pkt *
gz_defrag_push(struct gz_defrag *d, struct gz_pkt *fragment, const struct gz_decode_opts *opts);

/** The datagram is judged: its verdict goes to each fragment, the datagram is freed. @return the
 * fragments, in order of arrival on ->next. */
struct gz_pkt *gz_defrag_release(struct gz_defrag *d, struct gz_pkt *whole);

/** Datagrams held now. */
uint32_t gz_defrag_held(const struct gz_defrag *d);

#endif /* GZ_DEFRAG_H */
