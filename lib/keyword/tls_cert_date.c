/* SPDX-License-Identifier: BSD-3-Clause */
#include "tls_cert_date.h"

#include <stdlib.h>
#include <time.h>

#include <rte_common.h>

enum {
	US = 1000000,
};

struct cert_date {
	const struct gz_field *field;
	struct number_test test; /* of seconds since 1970 */
};

struct cert_now {
	const struct gz_field *not_before, *not_after;
	bool valid;
};

/** "2016", "2016-07", … "2016-07-20T12:00:00" */
static bool
read_date(struct gz_span s, uint64_t *seconds)
{
	static const char *const forms[] = { "%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M",
		"%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H", "%Y-%m-%d", "%Y-%m", "%Y" };
	char *text = text_copy(gz_span_trim(s));
	const char *end = NULL;
	struct tm tm;
	uint32_t i;

	for (i = 0; i < RTE_DIM(forms); i++) {
		tm = (struct tm){ .tm_mday = 1 };
		end = strptime(text, forms[i], &tm);
		if (end != NULL && *end == '\0')
			break;
	}
	free(text);
	if (i == RTE_DIM(forms))
		return false;
	*seconds = (uint64_t)RTE_MAX(timegm(&tm), (time_t)0);
	return true;
}

static bool
read_test(struct gz_span s, struct number_test *t)
{
	const uint8_t *between;
	uint32_t len;

	s = gz_span_trim(s);
	t->op = NUMBER_EQUAL;
	if (text_skip(&s, "<"))
		t->op = NUMBER_LESS;
	else if (text_skip(&s, ">"))
		t->op = NUMBER_MORE;
	between = memmem(s.p, s.len, "<>", 2);
	if (between == NULL)
		return read_date(s, &t->a);
	if (t->op != NUMBER_EQUAL)
		return false;
	t->op = NUMBER_BETWEEN;
	len = (uint32_t)(between - s.p);
	return read_date(gz_span(s.p, len), &t->a) &&
			read_date(gz_span(between + 2, s.len - len - 2), &t->b) && t->a < t->b;
}

const char *
tls_cert_date_parse(struct gz_sig_builder *b, const struct gz_keyword *kw, const char *value,
		const char *field)
{
	struct cert_date read = { .field = gz_field_find(field) }, *d;
	const char *wrong = gz_sig_need_proto(b, "tls");

	if (wrong != NULL)
		return wrong;
	if (!read_test(text_unquoted(value), &read.test))
		return "expected a date or a comparison: 2016-07-20, <2016, >2016-07-20T12:00:00, "
		       "2015<>2016";
	d = gz_sig_alloc(sizeof(*d));
	*d = read;
	gz_sig_add(b, kw, d, 0);
	return NULL;
}

enum gz_answer
tls_cert_date_eval(const struct gz_match *m, struct gz_eval *e)
{
	const struct cert_date *d = m->arg;
	uint64_t seconds;

	if (!field_number(d->field, e, &seconds))
		return GZ_NO;
	return number_test_has(&d->test, seconds) ? GZ_YES : GZ_NO;
}

const char *
tls_cert_now_parse(struct gz_sig_builder *b, const struct gz_keyword *kw, bool valid)
{
	const char *wrong = gz_sig_need_proto(b, "tls");
	struct cert_now *n;

	if (wrong != NULL)
		return wrong;
	n = gz_sig_alloc(sizeof(*n));
	n->not_before = gz_field_find("tls.cert_not_before");
	n->not_after = gz_field_find("tls.cert_not_after");
	n->valid = valid;
	gz_sig_add(b, kw, n, 0);
	return NULL;
}

enum gz_answer
tls_cert_now_eval(const struct gz_match *m, struct gz_eval *e)
{
	const struct cert_now *n = m->arg;
	uint64_t before, after, now = e->now_us / US;
	bool expired;

	if (!field_number(n->not_before, e, &before) || !field_number(n->not_after, e, &after))
		return GZ_NO;
	expired = now > after;
	return (n->valid ? !expired && now >= before : expired) ? GZ_YES : GZ_NO;
}
