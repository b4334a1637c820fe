/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef CAPTURE_H
#define CAPTURE_H

/*
 * A capture read from its file's mapping, frame by frame: pcap and pcapng, both
 * byte orders, micro- and nanoseconds. The mapping is private: frames may be
 * rewritten in place, the file stays as it is. One thread.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	CAPTURE_SNAP_MOST = 262144, /* bytes of a frame; more is garbage */
	CAPTURE_IFS_MOST = 256, /* interfaces in a section of pcapng */
	CAPTURE_WHY = 256,
	CAPTURE_AHEAD = 4096, /* bytes fetched before they are read */
};

struct capture_frame {
	uint8_t *data;
	uint32_t len; /* what was captured of it */
	uint8_t link; /* enum gz_link */
	uint64_t time_ns; /* since 1970 */
};

/** An interface of a capture; pcap has one. */
struct capture_if {
	int link; /* enum gz_link, or -1: not supported */
	uint32_t dlt; /* the file's number for it */
	uint32_t snap; /* 0: no limit */
	uint8_t resol; /* of time stamps, as pcapng writes it */
	int64_t offset_s;
};

struct capture {
	uint8_t *map;
	uint64_t size;
	uint64_t off; /* of the next record */
	uint64_t fetched; /* end of what was asked into the CPU's cache */
	uint64_t dropped; /* end of what was given back */
	uint64_t number; /* frames read */
	uint64_t last_ns;
	bool (*next)(struct capture *c, struct capture_frame *f);
	bool swapped;
	bool nano;
	uint32_t nb_ifs;
	struct capture_if ifs[CAPTURE_IFS_MOST];
	char broken[CAPTURE_WHY]; /* why reading ended before the end, or "" */
	bool cut; /* because its end is missing, as of one that was still written */
};

/** Map and look at the head. @return NULL, with a sentence without the file's name in @p why. */
struct capture *capture_open(const char *path, char why[CAPTURE_WHY]);
void capture_close(struct capture *c);
/** As capture_open(), over bytes that the caller owns. @return false with @p why. */
bool capture_attach(struct capture *c, uint8_t *bytes, uint64_t size, char why[CAPTURE_WHY]);

/** The next frame. @return false at the end, and where it breaks off (c->broken says so). */
static inline bool
capture_next(struct capture *c, struct capture_frame *f)
{
	/* Records are too far apart for the CPU to see that they follow each other. */
	for (; c->fetched < c->off + CAPTURE_AHEAD; c->fetched += 64)
		__builtin_prefetch(c->map + c->fetched, 0, 2);
	return c->next(c, f);
}

/** Nothing before @p off is written any more: its memory goes back. Now and then. */
void capture_passed(struct capture *c, uint64_t off);

/* ---- for the formats ---- */

/** The link type of a file's number, or -1. */
int capture_link(uint32_t dlt);
/** Put "link type 105 (IEEE 802.11) is not supported ..." into @p why. */
void capture_link_refused(uint32_t dlt, char why[CAPTURE_WHY]);
/** End reading: @return false. */
bool capture_broken(struct capture *c, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
bool capture_cut(struct capture *c, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/** Is this a pcap (a pcapng) file? Sets c->next and what the head says; false with @p why (unless it is not one: ""). */
bool pcap_open(struct capture *c, char why[CAPTURE_WHY]);
bool pcapng_open(struct capture *c, char why[CAPTURE_WHY]);

static inline uint32_t
capture_u32(const struct capture *c, uint64_t off)
{
	uint32_t v;

	__builtin_memcpy(&v, c->map + off, sizeof(v));
	return c->swapped ? __builtin_bswap32(v) : v;
}

static inline uint16_t
capture_u16(const struct capture *c, uint64_t off)
{
	uint16_t v;

	__builtin_memcpy(&v, c->map + off, sizeof(v));
	return c->swapped ? __builtin_bswap16(v) : v;
}

#endif /* CAPTURE_H */
