/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef SMB_TEST_H
#define SMB_TEST_H

/* Messages of SMB 2 for tests: built, so that their lengths are right. */

#include "proto_case.h"

enum {
	MESSAGE_MOST = 4096,
	SESSION_SETUP = 1,
	TREE_CONNECT = 3,
	CREATE = 5,
	CLOSE = 6,
	READ = 8,
	WRITE = 9,
	IOCTL = 11,
};

struct out {
	uint8_t p[MESSAGE_MOST];
	uint32_t len;
	uint32_t head; /* where the last message starts */
};

static inline void
put(struct out *o, const void *p, uint32_t len)
{
	assert_true(o->len + len <= sizeof(o->p));
	memcpy(o->p + o->len, p, len);
	o->len += len;
}

/** Little endian. */
static inline void
put_number(struct out *o, uint64_t v, uint32_t bytes)
{
	for (; bytes > 0; bytes--, v >>= 8)
		put(o, &(uint8_t){ (uint8_t)v }, 1);
}

static inline void
put_utf16(struct out *o, const char *text)
{
	for (; *text != '\0'; text++)
		put_number(o, (uint8_t)*text, 2);
}

/** The frame's length, now that it is known. */
static inline struct gz_span
frame(struct out *o)
{
	uint32_t len = o->len - 4;

	o->p[1] = (uint8_t)(len >> 16);
	o->p[2] = (uint8_t)(len >> 8);
	o->p[3] = (uint8_t)len;
	return gz_span(o->p, o->len);
}

/** A header, in a frame or, when there is a message already, chained to it. */
static inline void
head2(struct out *o, uint16_t command, uint64_t mid, bool response, uint32_t status)
{
	uint32_t next;

	if (o->len == 0) {
		put_number(o, 0, 4);
	} else {
		while ((o->len - o->head) % 8 != 0)
			put_number(o, 0, 1);
		next = o->len - o->head;
		memcpy(o->p + o->head + 20, &next, 4);
	}
	o->head = o->len;
	put(o, "\xfeSMB", 4);
	put_number(o, 64, 2);
	put_number(o, 0, 2);
	put_number(o, status, 4);
	put_number(o, command, 2);
	put_number(o, 0, 2);
	put_number(o, response, 4);
	put_number(o, 0, 4);
	put_number(o, mid, 8);
	put_number(o, 0, 4);
	put_number(o, 7, 4); /* tree */
	put_number(o, 99, 8); /* session */
	put(o, "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 16);
}

static const uint8_t file_id[16] = { 0xc5, 0, 0, 0, 0x1d, 0, 0, 0, 1, 0, 0, 0, 0x1d, 0, 0, 0 };
static const uint8_t related[16] = { 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
	255, 255, 255, 255 };

static inline void
tree_connect(struct out *o, uint64_t mid, const char *path)
{
	head2(o, TREE_CONNECT, mid, false, 0);
	put_number(o, 9, 4);
	put_number(o, 64 + 8, 2);
	put_number(o, 2 * strlen(path), 2);
	put_utf16(o, path);
}

static inline void
tree_connected(struct out *o, uint64_t mid, uint8_t type)
{
	head2(o, TREE_CONNECT, mid, true, 0);
	put_number(o, 16, 2);
	put_number(o, type, 2);
	put_number(o, 0, 12);
	put_number(o, 0, 4);
}

static inline void
create(struct out *o, uint64_t mid, const char *name)
{
	head2(o, CREATE, mid, false, 0);
	put_number(o, 57, 2);
	put(o, (uint8_t[34]){ 0 }, 34);
	put_number(o, 2, 4); /* disposition */
	put_number(o, 0, 4);
	put_number(o, 64 + 56, 2);
	put_number(o, 2 * strlen(name), 2);
	put_number(o, 0, 8);
	put_utf16(o, name);
}

static inline void
created(struct out *o, uint64_t mid, uint64_t size)
{
	head2(o, CREATE, mid, true, 0);
	put_number(o, 89, 8);
	for (int i = 0; i < 4; i++)
		put_number(o, 133000000000000000, 8);
	put_number(o, 4096, 8);
	put_number(o, size, 8);
	put_number(o, 0, 8);
	put(o, file_id, 16);
	put_number(o, 0, 8);
}

static inline void
write_file(struct out *o, uint64_t mid, uint64_t at, const char *data)
{
	head2(o, WRITE, mid, false, 0);
	put_number(o, 49, 2);
	put_number(o, 64 + 48, 2);
	put_number(o, strlen(data), 4);
	put_number(o, at, 8);
	put(o, file_id, 16);
	put(o, (uint8_t[16]){ 0 }, 16);
	put(o, data, (uint32_t)strlen(data));
}

static inline void
read_file(struct out *o, uint64_t mid, const uint8_t id[16], uint32_t len)
{
	head2(o, READ, mid, false, 0);
	put_number(o, 49, 4);
	put_number(o, len, 4);
	put_number(o, 0, 8);
	put(o, id, 16);
	put(o, (uint8_t[17]){ 0 }, 17);
}

static inline void
was_read(struct out *o, uint64_t mid, const char *data, uint32_t len)
{
	head2(o, READ, mid, true, 0);
	put_number(o, 17, 2);
	put_number(o, 64 + 16, 2);
	put_number(o, len, 4);
	put_number(o, 0, 8);
	put(o, data, len);
}

static inline void
close_file(struct out *o, uint64_t mid, const uint8_t id[16])
{
	head2(o, CLOSE, mid, false, 0);
	put_number(o, 24, 8);
	put(o, id, 16);
}

static inline void
plain_answer(struct out *o, uint16_t command, uint64_t mid, uint32_t status)
{
	head2(o, command, mid, true, status);
	put_number(o, 9, 8);
}

/** What is said, in order, until a frame without a length. */
struct talk {
	enum gz_dir dir;
	struct out o;
};

static inline void
write_pipe(struct out *o, uint64_t mid, const void *p, uint32_t len)
{
	head2(o, WRITE, mid, false, 0);
	put_number(o, 49, 2);
	put_number(o, 64 + 48, 2);
	put_number(o, len, 4);
	put_number(o, 0, 8);
	put(o, file_id, 16);
	put(o, (uint8_t[16]){ 0 }, 16);
	put(o, p, len);
}

static inline void
transceive(struct out *o, uint64_t mid, const void *p, uint32_t len)
{
	head2(o, IOCTL, mid, false, 0);
	put_number(o, 57, 4);
	put_number(o, 0x0011c017, 4);
	put(o, file_id, 16);
	put_number(o, 64 + 56, 4);
	put_number(o, len, 4);
	put(o, (uint8_t[24]){ 0 }, 24);
	put(o, p, len);
}

static inline void
transceived(struct out *o, uint64_t mid, const void *p, uint32_t len)
{
	head2(o, IOCTL, mid, true, 0);
	put_number(o, 49, 4);
	put_number(o, 0x0011c017, 4);
	put(o, file_id, 16);
	put_number(o, 0, 8);
	put_number(o, 64 + 48, 4);
	put_number(o, len, 4);
	put_number(o, 0, 8);
	put(o, p, len);
}

static inline void
run(struct talk *t, uint32_t n, const struct proto_want *wants, const char *const *events)
{
	struct proto_case c = { .port = 4445 };
	uint32_t i;

	for (i = 0; i < n; i++)
		c.says[i] = (struct proto_say){ t[i].dir, frame(&t[i].o) };
	for (i = 0; wants != NULL && wants[i].field != NULL; i++)
		c.wants[i] = wants[i];
	for (i = 0; events[i] != NULL; i++)
		c.events[i] = events[i];
	case_run(&c);
}

#endif /* SMB_TEST_H */
