/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef NFS_TEST_H
#define NFS_TEST_H

/* Messages of NFS for tests: built, so that their lengths are right. */

#include "proto_case.h"

enum {
	NFS_PORT = 2049,
	MESSAGE_MOST = 1 << 17,
};

/** Messages, built. */
struct out {
	uint8_t p[MESSAGE_MOST];
	uint32_t len;
	bool datagrams; /* without marks of records */
};

static inline void
put(struct out *o, const void *p, uint32_t len)
{
	assert_true(o->len + len <= sizeof(o->p));
	memcpy(o->p + o->len, p, len);
	o->len += len;
}

static inline void
word(struct out *o, uint32_t v)
{
	const uint8_t b[] = { v >> 24, v >> 16, v >> 8, v };

	put(o, b, sizeof(b));
}

static inline void
words(struct out *o, uint32_t v, uint32_t n)
{
	while (n-- > 0)
		word(o, v);
}

static inline void
opaque(struct out *o, const void *p, uint32_t len)
{
	word(o, len);
	put(o, p, len);
	put(o, "\0\0\0", -len & 3);
}

static inline void
text(struct out *o, const char *s)
{
	opaque(o, s, (uint32_t)strlen(s));
}

static inline void
begin(struct out *o)
{
	o->len = 0;
	if (!o->datagrams)
		word(o, 0);
}

/** A call by "me", user 7 of group 8. */
static inline void
call(struct out *o, uint32_t xid, uint32_t version, uint32_t procedure)
{
	begin(o);
	word(o, xid);
	word(o, 0);
	word(o, 2);
	word(o, 100003);
	word(o, version);
	word(o, procedure);
	word(o, 1);
	word(o, 24);
	word(o, 0);
	text(o, "me");
	word(o, 7);
	word(o, 8);
	words(o, 0, 3);
}

static inline void
reply(struct out *o, uint32_t xid)
{
	begin(o);
	word(o, xid);
	word(o, 1);
	words(o, 0, 4);
}

static inline void
mark(struct out *o, uint32_t len, bool last)
{
	const uint8_t b[] = { (len >> 24) | (last ? 0x80 : 0), len >> 16, len >> 8, len };

	memcpy(o->p, b, sizeof(b));
}

static inline void
say(struct feeder *f, enum gz_dir dir, struct out *o)
{
	if (!o->datagrams)
		mark(o, o->len - 4, true);
	feeder_say(f, dir, gz_span(o->p, o->len));
}

struct seen {
	char data[2][1 << 17];
	uint32_t len[2];
};

/** Put together what rules see of file.data. */
static inline void
look(struct feeder *f, enum gz_dir dir)
{
	struct seen *seen = f->arg;
	struct gz_value v;
	struct gz_tx *tx;

	if (f->flow.app == NULL)
		return;
	TAILQ_FOREACH(tx, &f->flow.app->txs, link) {
		if (!feeder_tx_value(tx, "file.data", dir, 0, &v) || v.len == 0)
			continue;
		assert_true(v.offset + v.len <= sizeof(seen->data[0]));
		memcpy(seen->data[dir] + v.offset, v.p, v.len);
		seen->len[dir] = (uint32_t)(v.offset + v.len);
	}
}

static inline void
start(struct feeder *f, struct out *o, struct seen *seen, uint8_t l4)
{
	feeder_init(f, l4, NFS_PORT);
	memset(seen, 0, sizeof(*seen));
	o->datagrams = l4 == IPPROTO_UDP;
	f->look = look;
	f->arg = seen;
}

static inline void
has(const struct feeder *f, const char *piece)
{
	if (strstr(f->events, piece) == NULL)
		fail_msg("no %s in\n%s", piece, f->events);
}

static inline void
has_not(const struct feeder *f, const char *piece)
{
	if (strstr(f->events, piece) != NULL)
		fail_msg("there is %s in\n%s", piece, f->events);
}

static inline void
finish(struct feeder *f)
{
	feeder_close(f);
	feeder_end(f);
}

#endif /* NFS_TEST_H */
