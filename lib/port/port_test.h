/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef PORT_TEST_H
#define PORT_TEST_H

/* Captures made byte by byte, and EAL as the product starts it. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <rte_eal.h>

#include <cmocka.h>

#include "port_worker.h"

/* Bytes written in one order or the other. */
struct test_bytes {
	uint8_t b[16384];
	uint32_t len;
	bool swapped;
};

static inline void
put(struct test_bytes *t, const void *b, uint32_t len)
{
	assert_true(t->len + len <= sizeof(t->b));
	memcpy(t->b + t->len, b, len);
	t->len += len;
}

static inline void
put16(struct test_bytes *t, uint16_t v)
{
	if (t->swapped)
		v = __builtin_bswap16(v);
	put(t, &v, sizeof(v));
}

static inline void
put32(struct test_bytes *t, uint32_t v)
{
	if (t->swapped)
		v = __builtin_bswap32(v);
	put(t, &v, sizeof(v));
}

static inline void
put_pcap_head(struct test_bytes *t, uint32_t magic, uint32_t dlt)
{
	put32(t, magic);
	put16(t, 2);
	put16(t, 4);
	put32(t, 0);
	put32(t, 0);
	put32(t, 65535);
	put32(t, dlt);
}

static inline void
put_record(struct test_bytes *t, uint32_t s, uint32_t fraction, const char *frame)
{
	put32(t, s);
	put32(t, fraction);
	put32(t, (uint32_t)strlen(frame));
	put32(t, (uint32_t)strlen(frame));
	put(t, frame, (uint32_t)strlen(frame));
}

/* The bytes as a file of their own; unlink() and free() the name. */
static inline char *
test_file(const void *b, uint32_t len)
{
	char *path = strdup("/tmp/gauze-port-test-XXXXXX");
	int fd = mkstemp(path);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, b, len), len);
	close(fd);
	return path;
}

static inline void
test_remove(char *path)
{
	unlink(path);
	free(path);
}

/* Once a process, as control does it. */
static inline int
test_eal(const struct gz_conf *conf, const struct gz_replay *replay)
{
	int argc, ret;
	char **argv = gz_ports_eal_args(conf, replay, &argc);

	ret = rte_eal_init(argc, argv);
	gz_ports_eal_free(argv);
	return ret < 0 ? -1 : 0;
}

#endif /* PORT_TEST_H */
