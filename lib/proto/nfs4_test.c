/* SPDX-License-Identifier: BSD-3-Clause */

#include "nfs_test.h"

enum {
	SEQUENCE = 53, /* an operation */
};

/** A compound with SEQUENCE in front; @p n further operations follow. */
static void
compound(struct out *o, uint32_t xid, uint32_t n)
{
	call(o, xid, 4, 1);
	word(o, 0);
	word(o, 1);
	word(o, n + 1);
	word(o, SEQUENCE);
	words(o, 0, 8);
}

static void
results(struct out *o, uint32_t xid, uint32_t n)
{
	reply(o, xid);
	words(o, 0, 2);
	word(o, n + 1);
	word(o, SEQUENCE);
	words(o, 0, 10);
}

static void
put_handle(struct out *o)
{
	word(o, 22);
	text(o, "handle");
}

static void
open4(struct feeder *f, struct out *o)
{
	compound(o, 1, 3);
	word(o, 24); /* PUTROOTFH */
	word(o, 18); /* OPEN */
	words(o, 0, 5);
	text(o, "owner");
	word(o, 1);
	word(o, 3); /* EXCLUSIVE4_1 */
	words(o, 0, 2);
	words(o, 0, 2);
	word(o, 0);
	text(o, "four.txt");
	word(o, 10); /* GETFH */
	say(f, GZ_C2S, o);
	results(o, 1, 3);
	word(o, 24);
	word(o, 0);
	word(o, 18);
	words(o, 0, 1 + 10);
	word(o, 2);
	words(o, 0, 2);
	word(o, 3); /* no delegation, as resources are short */
	word(o, 2);
	word(o, 0);
	word(o, 10);
	word(o, 0);
	text(o, "handle");
	say(f, GZ_S2C, o);
}

static void
close4(struct feeder *f, struct out *o, uint32_t xid)
{
	compound(o, xid, 2);
	put_handle(o);
	word(o, 4);
	words(o, 0, 5);
	say(f, GZ_C2S, o);
}

static void
a_compound_opens_writes_and_closes_a_file(void **state)
{
	static struct seen seen;
	static struct out o;
	struct feeder f;

	start(&f, &o, &seen, IPPROTO_TCP);
	f.piece = 7;
	open4(&f, &o);
	compound(&o, 2, 3);
	put_handle(&o);
	word(&o, 38);
	words(&o, 0, 7);
	text(&o, "written");
	word(&o, 9);
	words(&o, 0, 1);
	say(&f, GZ_C2S, &o);
	results(&o, 2, 3);
	word(&o, 22);
	word(&o, 0);
	word(&o, 38);
	words(&o, 0, 5);
	word(&o, 9);
	words(&o, 0, 3);
	say(&f, GZ_S2C, &o);
	close4(&f, &o, 3);
	finish(&f);
	assert_memory_equal(seen.data[GZ_C2S], "written", 7);
	has(&f, "\"version\":4,\"procedure\":\"WRITE\",\"filename\":\"four.txt\"");
	has(&f, "\"state\":\"CLOSED\"");
	has_not(&f, "anomaly");
	has_not(&f, "\"procedure\":\"OPEN\"");
	feeder_fini(&f);
}

static void
a_compound_reads_a_file(void **state)
{
	static struct seen seen;
	static struct out o;
	struct feeder f;

	start(&f, &o, &seen, IPPROTO_TCP);
	open4(&f, &o);
	compound(&o, 2, 2);
	put_handle(&o);
	word(&o, 25);
	words(&o, 0, 7);
	say(&f, GZ_C2S, &o);
	results(&o, 2, 2);
	word(&o, 22);
	word(&o, 0);
	word(&o, 25);
	word(&o, 0);
	word(&o, 1);
	text(&o, "was read");
	say(&f, GZ_S2C, &o);
	finish(&f);
	assert_memory_equal(seen.data[GZ_S2C], "was read", 8);
	has(&f, "\"procedure\":\"READ\",\"filename\":\"four.txt\"");
	has(&f, "\"state\":\"CLOSED\"");
	feeder_fini(&f);
}

static void
rules_see_each_operation_of_a_compound(void **state)
{
	static const uint64_t want[] = { 22, 28, SEQUENCE };
	static struct seen seen;
	static struct out o;
	struct feeder f;
	struct gz_tx *tx;
	uint64_t v;

	start(&f, &o, &seen, IPPROTO_TCP);
	compound(&o, 1, 2);
	put_handle(&o);
	word(&o, 28);
	text(&o, "gone.txt");
	say(&f, GZ_C2S, &o);
	tx = TAILQ_FIRST(&f.flow.app->txs);
	assert_non_null(tx);
	for (uint32_t i = 0; i < RTE_DIM(want); i++) {
		assert_true(feeder_tx_number(tx, "nfs_procedure", GZ_C2S, i, &v));
		assert_int_equal(v, want[i]);
	}
	assert_false(feeder_tx_number(tx, "nfs_procedure", GZ_C2S, RTE_DIM(want), &v));
	assert_true(feeder_tx_number(tx, "nfs.version", GZ_C2S, 0, &v));
	assert_int_equal(v, 4);
	finish(&f);
	has(&f, "\"procedure\":\"REMOVE\",\"filename\":\"gone.txt\"");
	feeder_fini(&f);
}

/* As many as servers take, the last of them told as the first is. */
static void
every_operation_of_a_long_compound_is_told(void **state)
{
	static const uint32_t plain[] = { 16, 23, 24, 31, 32 };
	static struct out o;
	struct gz_chunk chunk = { .flags = GZ_CHUNK_START, .dir = GZ_C2S };
	uint32_t i, n = 0;
	struct feeder f;
	struct gz_tx *tx;
	uint64_t v = 0;

	feeder_init(&f, IPPROTO_UDP, NFS_PORT);
	o.datagrams = true;
	compound(&o, 1, 99);
	for (i = 0; i < 98; i++)
		word(&o, plain[i % RTE_DIM(plain)]);
	word(&o, 28); /* REMOVE */
	text(&o, "victim");
	chunk.data = o.p;
	chunk.len = o.len;
	assert_true(gz_proto_feed(f.ctx, &f.flow, &chunk));
	tx = TAILQ_FIRST(&f.flow.app->txs);
	for (i = 0; feeder_tx_number(tx, "nfs_procedure", GZ_C2S, i, &v); i++)
		n += v == 28;
	assert_int_equal(i, RTE_DIM(plain) + 2);
	assert_int_equal(n, 1);
	feeder_fini(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_compound_opens_writes_and_closes_a_file),
		cmocka_unit_test(a_compound_reads_a_file),
		cmocka_unit_test(rules_see_each_operation_of_a_compound),
		cmocka_unit_test(every_operation_of_a_long_compound_is_told),
	};

	gz_protos_seal();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
