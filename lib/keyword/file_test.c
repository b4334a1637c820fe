/* SPDX-License-Identifier: BSD-3-Clause */
#include <unistd.h>

#include "file_internal.h"
#include "keyword_test.h"

/** `alert http` with these options; "%s" in them is the folder. */
static struct gz_sig *
build_http(const char *options)
{
	char text[1024], all[1200], line[512] = "";
	struct built b;

	snprintf(text, sizeof(text), options, folder);
	snprintf(all, sizeof(all), "alert http any any -> any any (%s sid:1;)", text);
	b = build_rule(all);
	if (b.sig == NULL && b.errors.count > 0)
		gz_error_format(&b.errors.v[0], line, sizeof(line));
	if (b.sig == NULL)
		fail_msg("%s: %s", all, line);
	gz_errors_clear(&b.errors);
	return b.sig;
}

/** Does what the rule asks of files hold for one of these? */
static bool
holds(const char *options, struct gz_file *files)
{
	struct gz_sig *s = build_http(options);
	struct gz_tx tx = { .files = { [GZ_S2C] = files } };
	struct gz_eval e;
	bool yes;

	assert_non_null(s->tx);
	assert_null(s->tx->next);
	eval_init(&e, s);
	e.tx = &tx;
	e.dir = GZ_S2C;
	yes = s->tx->kw->eval(s->tx, &e) == GZ_YES;
	e.dir = GZ_C2S;
	assert_int_equal(s->tx->kw->eval(s->tx, &e), GZ_NO);
	gz_sig_destroy(s);
	return yes;
}

static void
a_size_is_compared_once_the_file_is_through(void **state)
{
	struct gz_file f = { .size = 2048, .state = GZ_FILE_CLOSED };

	assert_true(holds("filesize:2KB;", &f));
	assert_true(holds("filesize:>2047;", &f));
	assert_false(holds("filesize:>2048;", &f));
	assert_true(holds("filesize:<1MB;", &f));
	assert_true(holds("filesize:2000<>3000;", &f));
	assert_false(holds("filesize:!2048;", &f));
}

static void
of_a_file_that_grows_only_the_least_size_is_known(void **state)
{
	struct gz_file f = { .size = 2048 };

	assert_true(holds("filesize:>2047;", &f));
	assert_true(holds("filesize:>=2048;", &f));
	assert_false(holds("filesize:2048;", &f));
	assert_false(holds("filesize:<1MB;", &f));
	f.state = GZ_FILE_TRUNCATED;
	assert_true(holds("filesize:>2047;", &f));
	assert_false(holds("filesize:2048;", &f));
}

static void
all_that_is_asked_holds_of_one_file(void **state)
{
	struct gz_file second = { .size = 50, .state = GZ_FILE_CLOSED };
	struct gz_file first = { .size = 5, .state = GZ_FILE_CLOSED, .next = &second };

	assert_true(holds("filesize:50; filesize:>40;", &first));
	assert_true(holds("filesize:5;", &first));
	assert_false(holds("filesize:>10; filesize:<20;", &first));
	assert_false(holds("filesize:5; filesize:50;", &first));
}

static void
write_list(const char *name, const char *text)
{
	char path[128];

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	write_text(path, text);
}

static void
a_rule_asks_for_the_digest_it_compares(void **state)
{
	struct gz_file f = { .state = GZ_FILE_CLOSED };
	struct gz_sig *s;

	write_list("md5", "# of nobody\n\n900150983cd24fb0d6963f7d28e17f72  abc.txt\n");
	s = build_http("filemd5:%s/md5;");
	assert_int_equal(s->needs, GZ_NEEDS_MD5 | GZ_NEEDS_DIGESTS);
	gz_sig_destroy(s);
	/* A digest that is not known is neither in the list nor not in it. */
	assert_false(holds("filemd5:%s/md5;", &f));
	assert_false(holds("filemd5:!%s/md5;", &f));
}

static void
assert_list_refused(const char *option, const char *text)
{
	struct built b;
	char rule[512], said[512];

	snprintf(rule, sizeof(rule), "alert http any any -> any any (%s:%s/list; sid:1;)", option,
			folder);
	b = build_rule(rule);
	assert_null(b.sig);
	gz_error_format(&b.errors.v[0], said, sizeof(said));
	if (strstr(said, text) == NULL)
		fail_msg("%s: not \"%s\"", said, text);
	gz_errors_clear(&b.errors);
}

static void
lists_that_cannot_be_read_are_told(void **state)
{
	assert_list_refused("filemd5", "list: No such file");
	write_list("list", "900150983cd24fb0d6963f7d28e17f72\n\nxyz\n");
	assert_list_refused("filemd5", "list:3: expected 32 hexadecimal digits");
	assert_list_refused("filesha1", "list:1: expected 40 hexadecimal digits");
	assert_list_refused("filesha256", "list:1: expected 64 hexadecimal digits");
}

static void
assert_name(const char *options, const char *name, bool wanted)
{
	struct gz_sig *s = build_http(options);
	struct gz_eval e;

	eval_init(&e, s);
	assert_non_null(s->buffers);
	assert_null(s->buffers->next);
	assert_string_equal(s->buffers->field->name, "file.name");
	e.buf = gz_span_str(name);
	if (gz_eval_chain(&e, s->buffers->first) != wanted)
		fail_msg("%s of \"%s\"", options, name);
	gz_sig_destroy(s);
}

static void
names_match_in_any_case(void **state)
{
	assert_name("filename:\"secret\";", "My-SECRET.txt", true);
	assert_name("filename:\"secret\";", "public.txt", false);
	assert_name("filename:!\"secret\";", "public.txt", true);
	assert_name("fileext:\"pdf\";", "a.PDF", true);
	assert_name("fileext:\"pd\";", "a.pdf", false);
	assert_name("fileext:\"pdf\";", "pdf", false);
	assert_name("fileext:!\"pdf\";", "a.exe", true);
	assert_name("filename:\"secret\"; fileext:\"txt\";", "SECRET.TXT", true);
	assert_name("filename:\"secret\"; fileext:\"txt\";", "public.txt", false);
}

static void
a_store_that_is_not_there_is_told(void **state)
{
	const char *rule = "alert http any any -> any any (fileext:\"exe\"; "
			   "filestore:response,file; sid:1;)";
	struct built b = build_rule(rule);

	assert_non_null(b.sig);
	assert_int_equal(b.errors.count, 1);
	assert_int_equal(b.errors.warnings, 1);
	gz_sig_destroy(b.sig);
	gz_errors_clear(&b.errors);

	test_env.stores_files = true;
	b = build_rule(rule);
	test_env.stores_files = false;
	assert_non_null(b.sig);
	assert_int_equal(b.errors.count, 0);
	assert_true(b.sig->needs & GZ_NEEDS_STORE);
	gz_sig_destroy(b.sig);
}

/* What a rule with filestore makes of a transaction with these files in their directions. */
static enum gz_answer
keep_by(const char *options, enum gz_dir dir, struct gz_app *app, struct gz_tx *tx)
{
	struct built b;
	struct gz_eval e;
	enum gz_answer answer;
	char text[512];

	snprintf(text, sizeof(text), "alert http any any -> any any (%s sid:7;)", options);
	b = build_rule(text);
	assert_non_null(b.sig);
	TAILQ_INIT(&app->txs);
	TAILQ_INSERT_TAIL(&app->txs, tx, link);
	tx->app = app;
	eval_init(&e, b.sig);
	e.sig = b.sig;
	e.tx = tx;
	e.dir = dir;
	answer = gz_eval_post(&e, b.sig);
	gz_sig_destroy(b.sig);
	gz_errors_clear(&b.errors);
	return answer;
}

struct kept {
	struct gz_file request, first, second;
	struct gz_app app;
	struct gz_tx tx;
};

/* A request with a file, and its response with two, of 5 bytes and of 50. */
static void
make_files(struct kept *k)
{
	*k = (struct kept){
		.request = { .size = 5,
				.state = GZ_FILE_CLOSED,
				.name = { (uint8_t *)"up.txt", 6 } },
		.first = { .size = 5, .state = GZ_FILE_CLOSED, .name = { (uint8_t *)"a.txt", 5 } },
		.second = { .size = 50,
				.state = GZ_FILE_CLOSED,
				.name = { (uint8_t *)"b.exe", 5 } },
	};
	k->first.next = &k->second;
	k->tx.files[GZ_C2S] = &k->request;
	k->tx.files[GZ_S2C] = &k->first;
}

/* @p who: one letter for each that is kept, of request, first and second. */
static void
assert_kept(const char *options, enum gz_dir dir, const char *who)
{
	struct kept k;
	char said[4] = "";

	make_files(&k);
	assert_int_equal(keep_by(options, dir, &k.app, &k.tx), GZ_YES);
	if (k.request.keep)
		strcat(said, "r");
	if (k.first.keep)
		strcat(said, "1");
	if (k.second.keep)
		strcat(said, "2");
	if (strcmp(said, who) != 0)
		fail_msg("%s keeps \"%s\", not \"%s\"", options, said, who);
}

static void
files_are_kept_by_side_and_scope(void **state)
{
	assert_kept("filestore;", GZ_S2C, "12");
	assert_kept("filestore;", GZ_C2S, "r");
	assert_kept("filesize:5; filestore;", GZ_S2C, "1");
	assert_kept("fileext:\"exe\"; filestore;", GZ_S2C, "2");
	assert_kept("fileext:!\"exe\"; filestore;", GZ_S2C, "1");
	assert_kept("fileext:\"exe\"; filestore:response,file;", GZ_S2C, "2");
	assert_kept("fileext:\"exe\"; filestore:request,file;", GZ_S2C, "");
	assert_kept("fileext:\"exe\"; filestore:request;", GZ_S2C, "r");
	assert_kept("fileext:\"exe\"; filestore:to_client,tx;", GZ_S2C, "12");
	assert_kept("fileext:\"exe\"; filestore:both,tx;", GZ_S2C, "r12");
	assert_kept("fileext:\"exe\"; filestore:both,ssn;", GZ_S2C, "r12");
	assert_kept("fileext:\"exe\"; filestore:to_server,flow;", GZ_S2C, "r");
}

static void
files_to_come_are_kept_by_scope(void **state)
{
	struct kept k;

	make_files(&k);
	keep_by("filestore:both,tx;", GZ_S2C, &k.app, &k.tx);
	assert_int_equal(k.tx.keeps, 1 << GZ_C2S | 1 << GZ_S2C);
	assert_int_equal(k.app.keeps, 0);
	make_files(&k);
	keep_by("filestore:response,flow;", GZ_S2C, &k.app, &k.tx);
	assert_int_equal(k.app.keeps, 1 << GZ_S2C);
}

static void
a_file_is_found_by_filestore_once(void **state)
{
	struct kept k;

	make_files(&k);
	k.first.next = NULL;
	assert_int_equal(keep_by("filestore;", GZ_S2C, &k.app, &k.tx), GZ_YES);
	assert_int_equal(keep_by("filestore;", GZ_S2C, &k.app, &k.tx), GZ_NO);
	k.first.next = &k.second;
	assert_int_equal(keep_by("filestore;", GZ_S2C, &k.app, &k.tx), GZ_YES);
	assert_int_equal(k.second.sids[0], 7);
	assert_int_equal(keep_by("filesize:51; filestore;", GZ_S2C, &k.app, &k.tx), GZ_NO);
}

static void
values_that_say_nothing_are_refused(void **state)
{
	assert_refused("filesize:many;",
			"t:1:40: filesize: expected a size or a comparison: 100, >2MB, 10<>20");
	assert_refused("filemd5:!;", "t:1:39: filemd5: expected a file");
	assert_refused("filestore:up;",
			"t:1:41: filestore: expected request, to_server, response, to_client or "
			"both");
	assert_refused("filestore:both,tx,3;",
			"t:1:49: filestore: expected no more than a side and a scope");
	assert_refused("filestore:both,all;", "t:1:46: filestore: expected file, tx, ssn or flow");
	assert_refused("fileext:pdf;", "t:1:39: fileext: expected a text in quotes");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_size_is_compared_once_the_file_is_through),
		cmocka_unit_test(of_a_file_that_grows_only_the_least_size_is_known),
		cmocka_unit_test(all_that_is_asked_holds_of_one_file),
		cmocka_unit_test(a_rule_asks_for_the_digest_it_compares),
		cmocka_unit_test(lists_that_cannot_be_read_are_told),
		cmocka_unit_test(names_match_in_any_case),
		cmocka_unit_test(a_store_that_is_not_there_is_told),
		cmocka_unit_test(files_are_kept_by_side_and_scope),
		cmocka_unit_test(files_to_come_are_kept_by_scope),
		cmocka_unit_test(a_file_is_found_by_filestore_once),
		cmocka_unit_test(values_that_say_nothing_are_refused),
	};

	return cmocka_run_group_tests(tests, folder_setup, folder_teardown);
}
