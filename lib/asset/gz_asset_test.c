/* SPDX-License-Identifier: BSD-3-Clause */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "asset_internal.h"

static struct gz_fact
match(const struct fingerprints *f, const char *source, const char *value)
{
	struct gz_fact fact = { 0 };

	snprintf(fact.source, sizeof(fact.source), "%s", source);
	snprintf(fact.value, sizeof(fact.value), "%s", value);
	fingerprints_match(f, &fact);
	return fact;
}

static void
the_shipped_fingerprints_understand_their_examples(void **state)
{
	struct gz_errors e = GZ_ERRORS_INIT;
	struct fingerprints *f = fingerprints_read("rules", &e);

	gz_errors_print(&e, stderr);
	assert_int_equal(e.count, 0);
	assert_non_null(f);
	fingerprints_destroy(f);
}

static void
a_version_is_surer_than_a_product_and_a_package_surest(void **state)
{
	struct gz_errors e = GZ_ERRORS_INIT;
	struct fingerprints *f = fingerprints_read("rules", &e);
	struct gz_fact fact;

	fact = match(f, "http.server", "Apache/2.4.49 (Unix)");
	assert_string_equal(fact.product, "apache:http_server");
	assert_string_equal(fact.version, "2.4.49");
	assert_string_equal(gz_confidence_grade(fact.confidence), "B");

	fact = match(f, "http.server", "Apache/2.4.57 (Debian)");
	assert_string_equal(fact.distro, "debian");
	assert_string_equal(gz_confidence_grade(fact.confidence), "C");

	fact = match(f, "ssh.banner", "SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u3");
	assert_string_equal(fact.package, "1:9.2p1-2+deb12u3");
	assert_string_equal(gz_confidence_grade(fact.confidence), "A");

	fact = match(f, "http.server", "nginx");
	assert_string_equal(fact.product, "f5:nginx");
	assert_string_equal(gz_confidence_grade(fact.confidence), "D");

	fact = match(f, "http.server", "something else");
	assert_string_equal(fact.product, "");
	fingerprints_destroy(f);
}

static void
a_fingerprint_that_fails_its_example_is_refused(void **state)
{
	static const char text[] =
			"fingerprints = ( { source = \"http.server\"; pattern = \"^A/([0-9]+)\";\n"
			"product = \"a:a\"; version = \"$1\"; example = \"A/7\"; example-version = \"8\"; },\n"
			"{ source = \"x\"; pattern = \"(\"; product = \"b:b\"; example = \"b\"; colour = \"red\"; } );\n";
	char dir[] = "/tmp/gauze-fp-XXXXXX", sub[48], path[64];
	struct gz_errors e = GZ_ERRORS_INIT;
	FILE *out;

	assert_non_null(mkdtemp(dir));
	snprintf(sub, sizeof(sub), "%s/fingerprint", dir);
	assert_int_equal(mkdir(sub, 0700), 0);
	snprintf(path, sizeof(path), "%s/a.cfg", sub);
	out = fopen(path, "w");
	fputs(text, out);
	fclose(out);
	assert_null(fingerprints_read(dir, &e));
	assert_int_equal(e.count, 3);
	assert_non_null(strstr(e.v[0].text, "version \"7\""));
	assert_non_null(strstr(e.v[1].text, "colour"));
	assert_int_equal(e.v[1].place.line, 3);
	gz_errors_clear(&e);
	unlink(path);
	rmdir(sub);
	rmdir(dir);
}

struct seen {
	uint32_t n;
	struct gz_fact last;
};

static void
see(void *arg, const struct gz_fact *fact)
{
	struct seen *s = arg;

	s->n++;
	s->last = *fact;
}

static void
the_store_counts_what_it_knows_and_survives_a_restart(void **state)
{
	struct gz_fact fact = { .server = "web",
		.port = 80,
		.source = "http.server",
		.value = "nginx/1.12.0",
		.product = "f5:nginx",
		.version = "1.12.0",
		.confidence = 80,
		.last_us = 1000 };
	char path[] = "/tmp/gauze-db-XXXXXX";
	struct gz_errors e = GZ_ERRORS_INIT;
	struct asset_store *s;
	struct seen seen = { 0 };

	close(mkstemp(path));
	s = asset_store_open(path, &e);
	assert_non_null(s);
	assert_true(asset_store_put(s, &fact, 3));
	fact.last_us = 2000;
	assert_false(asset_store_put(s, &fact, 4));
	asset_store_close(s);

	s = asset_store_open(path, &e);
	assert_int_equal(asset_store_each(s, "web", 0, see, &seen), 1);
	assert_int_equal(seen.last.count, 7);
	assert_int_equal(seen.last.first_us, 1000);
	assert_int_equal(seen.last.last_us, 2000);
	assert_string_equal(seen.last.version, "1.12.0");
	assert_int_equal(asset_store_each(s, "other", 0, see, &seen), 0);
	assert_int_equal(asset_store_each(s, NULL, 2001, see, &seen), 0);
	asset_store_close(s);
	unlink(path);
}

static void
a_server_that_says_ever_new_things_is_bounded(void **state)
{
	struct gz_fact fact = { .server = "web", .port = 80, .source = "http.server" };
	struct gz_errors e = GZ_ERRORS_INIT;
	struct asset_store *s = asset_store_open("", &e);
	struct seen seen = { 0 };

	for (uint32_t i = 0; i < 200; i++) {
		snprintf(fact.value, sizeof(fact.value), "value %u", i);
		fact.last_us = 1000 + i;
		asset_store_put(s, &fact, 1);
	}
	assert_int_equal(asset_store_each(s, "web", 0, see, &seen), 64);
	assert_int_equal(asset_store_each(s, "web", 1000 + 136, see, &seen), 64);
	asset_store_close(s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_shipped_fingerprints_understand_their_examples),
		cmocka_unit_test(a_version_is_surer_than_a_product_and_a_package_surest),
		cmocka_unit_test(a_fingerprint_that_fails_its_example_is_refused),
		cmocka_unit_test(the_store_counts_what_it_knows_and_survives_a_restart),
		cmocka_unit_test(a_server_that_says_ever_new_things_is_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
