/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef FUZZ_FRAMES_H
#define FUZZ_FRAMES_H

/*
 * Frames of what a harness' input says. The input is a list of records, each with a head of five bytes:
 *
 *	kind    lowest two bits: 0 a frame as it is, 1 bytes of a TCP connection, 2 a UDP datagram, 3 time
 *	        passes. Of 1 and 2: two bits which connection, one the direction (1: from the server),
 *	        one IPv6, and two what else: 1 FIN, 2 RST, 3 bytes that get lost
 *	port    two bytes: the server's
 *	length  two bytes, of what follows; of 3: that many milliseconds, and nothing follows
 *
 * A TCP connection opens with its first record, and its sequence numbers are as they ought to be.
 */

#include <stdbool.h>
#include <stdint.h>

enum {
	FRAME_MOST = 20 * 1024,
};

struct fuzz_input {
	const uint8_t *data;
	uint32_t size;
	uint64_t time_us; /* of the next frame */
	struct fuzz_conn {
		bool is_open;
		uint32_t seq[2];
	} conn[4];
};

/** @return false: there are no more. @p frame has room for FRAME_MOST; length 0: none this time. */
bool fuzz_next_frame(struct fuzz_input *in, uint8_t *frame, uint32_t *len);

#endif /* FUZZ_FRAMES_H */
