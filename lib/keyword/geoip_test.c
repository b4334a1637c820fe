/* SPDX-License-Identifier: BSD-3-Clause */
#include <unistd.h>

#include "geo.h"
#include "keyword_test.h"

/*
 * A database of one node: the lower half of IPv4 lies in DE, the upper half in
 * US. MaxMind DB file format 2.0: the tree, sixteen zeros, the data, the marker
 * and the metadata.
 */
#define COUNTRY(code) \
	"\xe1\x47"    \
	"country"     \
	"\xe1\x48"    \
	"iso_code"    \
	"\x42" code
static const char database[] =
		/* node 0: data at 0 and at 22; 17 is node_count + 16 */
		"\x00\x00\x11\x00\x00\x27"
		"\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0" COUNTRY("DE")
				COUNTRY("US") "\xab\xcd\xef"
					      "MaxMind.com"
					      "\xe9"
					      "\x4a"
					      "node_count"
					      "\xc1\x01"
					      "\x4b"
					      "record_size"
					      "\xa1\x18"
					      "\x4a"
					      "ip_version"
					      "\xa1\x04"
					      "\x4d"
					      "database_type"
					      "\x44"
					      "Test"
					      "\x49"
					      "languages"
					      "\x01\x04"
					      "\x42"
					      "en"
					      "\x5b"
					      "binary_format_major_version"
					      "\xa1\x02"
					      "\x5b"
					      "binary_format_minor_version"
					      "\xa0"
					      "\x4b"
					      "build_epoch"
					      "\x01\x02\x01"
					      "\x4b"
					      "description"
					      "\xe1\x42"
					      "en"
					      "\x44"
					      "Test";

static char path[] = "/tmp/gz_geoip.XXXXXX";

static struct gz_geo *
open_database(const char *name, struct gz_errors *errors)
{
	struct gz_conf *conf = gz_conf_create();
	struct gz_geo *g;
	char set[128];

	snprintf(set, sizeof(set), "geoip.database=%s", name);
	assert_int_equal(gz_conf_set(conf, set, errors), 0);
	g = gz_geo_create(conf, errors);
	gz_conf_destroy(conf);
	return g;
}

static int
setup(void **state)
{
	struct gz_errors errors = GZ_ERRORS_INIT;
	int fd = mkstemp(path);

	assert_int_equal(write(fd, database, sizeof(database) - 1), sizeof(database) - 1);
	close(fd);
	keyword_setup(state);
	test_env.geo = open_database(path, &errors);
	if (errors.count > 0)
		fail_msg("%s", errors.v[0].text);
	return 0;
}

static int
teardown(void **state)
{
	unlink(path);
	gz_geo_destroy(test_env.geo);
	test_env.geo = NULL;
	return keyword_teardown(state);
}

static void
an_address_lies_in_a_country(void **state)
{
	assert_true(holds_between("geoip:src,DE;", "10.0.0.1", "200.0.0.1"));
	assert_false(holds_between("geoip:src,US;", "10.0.0.1", "200.0.0.1"));
	assert_true(holds_between("geoip:dst,us;", "10.0.0.1", "200.0.0.1"));
	assert_true(holds_between("geoip:any,US;", "10.0.0.1", "200.0.0.1"));
	assert_false(holds_between("geoip:both,US;", "10.0.0.1", "200.0.0.1"));
	assert_true(holds_between("geoip:both,US,DE;", "10.0.0.1", "200.0.0.1"));
	assert_true(holds_between("geoip:CN,US;", "10.0.0.1", "200.0.0.1"));
	assert_true(holds_between("geoip:src,!US;", "10.0.0.1", "200.0.0.1"));
	assert_false(holds_between("geoip:src,!US,DE;", "10.0.0.1", "200.0.0.1"));
	/* What is not known lies in no country, and outside of none. */
	assert_false(holds_between("geoip:src,!US;", "2001:db8::1", "200.0.0.1"));
}

static void
what_cannot_be_asked_is_refused(void **state)
{
	struct gz_errors errors = GZ_ERRORS_INIT;
	struct gz_geo *there = test_env.geo;

	assert_refused("geoip:src;", "t:1:37: geoip: the countries are missing");
	assert_refused("geoip:src,Germany;",
			"t:1:41: geoip: expected a country by its two letters");
	test_env.geo = NULL;
	assert_refused("geoip:src,DE;",
			"t:1:37: geoip: there is no database of countries: the setting "
			"geoip.database names it");
	test_env.geo = open_database("/nowhere.mmdb", &errors);
	assert_int_equal(errors.count, 1);
	assert_false(geo_is_there(test_env.geo));
	gz_geo_destroy(test_env.geo);
	gz_errors_clear(&errors);
	test_env.geo = there;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_address_lies_in_a_country),
		cmocka_unit_test(what_cannot_be_asked_is_refused),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
