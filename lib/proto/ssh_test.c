/* SPDX-License-Identifier: BSD-3-Clause */

#include "proto_feeder.h"

/** A KEXINIT whose eight first lists are those of @p lists, with 4 bytes of padding. */
static uint32_t
kexinit(uint8_t *to, const char *const lists[8])
{
	uint8_t *p = to + 6 + 16;
	uint32_t len;

	memset(to, 0, 6 + 16);
	for (int i = 0; i < 8; i++) {
		len = (uint32_t)strlen(lists[i]);
		p[0] = p[1] = 0;
		p[2] = (uint8_t)(len >> 8);
		p[3] = (uint8_t)len;
		memcpy(p + 4, lists[i], len);
		p += 4 + len;
	}
	memset(p, 0, 2 * 4 + 1 + 4 + 4); /* languages, no guess, reserved, padding */
	p += 2 * 4 + 1 + 4 + 4;
	len = (uint32_t)(p - to) - 4;
	to[2] = (uint8_t)(len >> 8);
	to[3] = (uint8_t)len;
	to[4] = 4;
	to[5] = 20;
	return len + 4;
}

static const char *const lists[8] = { "kex-a,kex-b", "rsa", "aes-c", "aes-s", "mac-c", "mac-s",
	"none", "zlib" };
static const uint8_t newkeys[] = { 0, 0, 0, 12, 10, 21, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 };

static char *
talk(uint32_t piece)
{
	uint8_t offer[512];
	uint32_t n = kexinit(offer, lists);
	struct feeder f;
	char *events;

	feeder_init(&f, IPPROTO_TCP, 2222);
	f.piece = piece;
	feeder_say_str(&f, GZ_S2C,
			"a line before it\r\nSSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u3\r\n");
	feeder_say_str(&f, GZ_C2S, "SSH-2.0-Client_1.0\n");
	feeder_say(&f, GZ_C2S, gz_span(offer, n));
	feeder_say(&f, GZ_S2C, gz_span(offer, n));
	feeder_say(&f, GZ_C2S, gz_span(newkeys, sizeof(newkeys)));
	feeder_say(&f, GZ_S2C, gz_span(newkeys, sizeof(newkeys)));
	feeder_say_str(&f, GZ_C2S, "encrypted from here on, SSH-2.0-x\r\n");
	feeder_end(&f);
	events = strdup(f.events);
	feeder_fini(&f);
	return events;
}

static void
banners_and_offers_are_told_however_they_are_cut(void **state)
{
	char *whole = talk(0);

	assert_non_null(strstr(whole,
			"\"server\":{\"proto_version\":\"2.0\",\"software_version\":\"OpenSSH_9.2p1\""));
	assert_non_null(strstr(whole, "\"string\":\"kex-a,kex-b;aes-c;mac-c;none\""));
	assert_non_null(strstr(whole, "\"string\":\"kex-a,kex-b;aes-s;mac-s;zlib\""));
	for (uint32_t piece = 1; piece < 64; piece++) {
		char *cut = talk(piece);

		assert_string_equal(whole, cut);
		free(cut);
	}
	free(whole);
}

static const char *seen_banner;

static void
look_at_banner(struct feeder *f, enum gz_dir dir)
{
	struct gz_tx *tx = f->flow.app != NULL ? TAILQ_FIRST(&f->flow.app->txs) : NULL;
	struct gz_value v;

	if (tx == NULL || dir != GZ_S2C || !feeder_tx_value(tx, "ssh.banner", dir, 0, &v))
		return;
	assert_int_equal(v.len, strlen(seen_banner));
	assert_memory_equal(v.p, seen_banner, v.len);
	seen_banner = NULL;
	f->look = NULL;
}

static void
the_whole_banner_is_a_field(void **state)
{
	struct feeder f;

	feeder_init(&f, IPPROTO_TCP, 22);
	f.look = look_at_banner;
	seen_banner = "SSH-2.0-OpenSSH_8.9p1 Ubuntu-3ubuntu0.10";
	feeder_say_str(&f, GZ_S2C, "SSH-2.0-OpenSSH_8.9p1 Ubuntu-3ubuntu0.10\r\n");
	assert_null(seen_banner);
	feeder_fini(&f);
}

static void
an_endless_banner_is_cut_and_noted(void **state)
{
	struct feeder f;
	char line[2000];

	memset(line, 'a', sizeof(line));
	memcpy(line, "SSH-2.0-", 8);
	line[sizeof(line) - 2] = '\n';
	line[sizeof(line) - 1] = '\0';
	feeder_init(&f, IPPROTO_TCP, 22);
	feeder_say_str(&f, GZ_C2S, line);
	feeder_end(&f);
	assert_non_null(strstr(f.events, "long_banner"));
	feeder_fini(&f);
}

static void
a_packet_shorter_than_its_padding_ends_it(void **state)
{
	static const uint8_t bad[] = { 0, 0, 0, 8, 9, 20, 0, 0, 0, 0, 0, 0 };
	struct feeder f;

	feeder_init(&f, IPPROTO_TCP, 22);
	feeder_say_str(&f, GZ_C2S, "SSH-2.0-x\r\n");
	feeder_say(&f, GZ_C2S, gz_span(bad, sizeof(bad)));
	assert_true(f.flow.app->broken);
	feeder_end(&f);
	assert_non_null(strstr(f.events, "invalid_record"));
	feeder_fini(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(banners_and_offers_are_told_however_they_are_cut),
		cmocka_unit_test(the_whole_banner_is_a_field),
		cmocka_unit_test(an_endless_banner_is_cut_and_noted),
		cmocka_unit_test(a_packet_shorter_than_its_padding_ends_it),
	};

	gz_protos_seal();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
