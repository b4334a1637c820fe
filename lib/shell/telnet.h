/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef TELNET_H
#define TELNET_H

/*
 * The telnet protocol (RFC 854, 855, 857, 858, 1073, 1184) taken off a stream
 * of bytes: what remains are keys. CR LF, CR NUL and LF are one CR. State is
 * kept between reads, so any cut is fine. A client that speaks no telnet is
 * fine too.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct telnet {
	uint8_t state;
	uint8_t verb; /* WILL, WONT, DO or DONT, waiting for its option */
	uint8_t option; /* of the subnegotiation */
	uint8_t sub[4];
	uint8_t sub_len;
	bool in_sub;
	bool after_cr;
	uint16_t rows; /* of the terminal; 0: not told */
	uint16_t cols;
};

enum {
	/* One byte in makes at most so many bytes of answer. */
	TELNET_ANSWER_MOST = 8,
};

/** What a server says first: character mode, and please tell your window's size. */
extern const uint8_t telnet_hello[];
extern const size_t telnet_hello_len;

/**
 * Take one byte.
 *
 * @param answer      Bytes to send back.
 * @param answer_len  How many; set always.
 * @return            A key, 0 to 255, or -1 when the byte was no key.
 */
int
telnet_byte(struct telnet *t, uint8_t byte, uint8_t answer[TELNET_ANSWER_MOST], size_t *answer_len);

/** The bytes that tell a window's size. @return how many. */
size_t telnet_window(uint16_t rows, uint16_t cols, uint8_t out[16]);

#endif /* TELNET_H */
