/* SPDX-License-Identifier: BSD-3-Clause */

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "gz_patch.h"

enum {
	BOUND_MOST = 64, /* bytes of a version in an interval, with its NUL */
};

/* ---- dotted: runs of digits as numbers, runs of letters as words ---- */

/** Words that come before the release they lead to. */
static bool
is_early(const char *word, size_t len)
{
	static const char *const early[] = { "alpha", "beta", "rc", "pre", "dev", "snapshot", "m" };

	for (size_t i = 0; i < sizeof(early) / sizeof(early[0]); i++)
		if (strlen(early[i]) == len && strncasecmp(word, early[i], len) == 0)
			return true;
	return false;
}

/** The length of the run of digits or of letters at @p s; what stands between runs is skipped. */
static size_t
next_run(const char **s)
{
	size_t len = 0;

	while (**s != '\0' && !isalnum((unsigned char)**s))
		(*s)++;
	if (isdigit((unsigned char)**s))
		while (isdigit((unsigned char)(*s)[len]))
			len++;
	else
		while (isalpha((unsigned char)(*s)[len]))
			len++;
	return len;
}

static int
compare_numbers(const char *a, size_t a_len, const char *b, size_t b_len)
{
	while (a_len > 0 && *a == '0')
		a++, a_len--;
	while (b_len > 0 && *b == '0')
		b++, b_len--;
	if (a_len != b_len)
		return a_len < b_len ? -1 : 1;
	return memcmp(a, b, a_len);
}

static int
compare_words(const char *a, size_t a_len, const char *b, size_t b_len)
{
	int order = strncasecmp(a, b, a_len < b_len ? a_len : b_len);

	if (order != 0)
		return order;
	return a_len < b_len ? -1 : a_len > b_len;
}

/** One version ended, the other goes on with @p run: is what goes on later? */
static int
rest_is_later(const char *run, size_t len)
{
	return is_early(run, len) ? -1 : 1;
}

static int
compare_dotted(const char *a, const char *b)
{
	for (;;) {
		size_t a_len = next_run(&a), b_len = next_run(&b);
		int order;

		if (a_len == 0 && b_len == 0)
			return 0;
		if (a_len == 0)
			return -rest_is_later(b, b_len);
		if (b_len == 0)
			return rest_is_later(a, a_len);
		if (isdigit((unsigned char)*a) && isdigit((unsigned char)*b))
			order = compare_numbers(a, a_len, b, b_len);
		else if (isdigit((unsigned char)*a) || isdigit((unsigned char)*b))
			order = isdigit((unsigned char)*a) ? 1 : -1;
		else
			order = compare_words(a, a_len, b, b_len);
		if (order != 0)
			return order;
		a += a_len;
		b += b_len;
	}
}

/* ---- debian: deb-version(7) ---- */

/** Where a byte of the non-digit part sorts: "~" before the end, the end before letters, those before
 * the rest. */
static int
debian_rank(char c)
{
	if (c == '~')
		return -1;
	if (c == '\0' || isdigit((unsigned char)c))
		return 0;
	return isalpha((unsigned char)c) ? c : c + 256;
}

static int
compare_debian_part(const char *a, const char *a_end, const char *b, const char *b_end)
{
	while (a < a_end || b < b_end) {
		const char *a_run, *b_run;
		int order;

		while ((a < a_end && !isdigit((unsigned char)*a)) ||
				(b < b_end && !isdigit((unsigned char)*b))) {
			order = debian_rank(a < a_end ? *a : '\0') -
					debian_rank(b < b_end ? *b : '\0');
			if (order != 0)
				return order;
			a += a < a_end;
			b += b < b_end;
		}
		for (a_run = a; a < a_end && isdigit((unsigned char)*a); a++)
			;
		for (b_run = b; b < b_end && isdigit((unsigned char)*b); b++)
			;
		order = compare_numbers(a_run, (size_t)(a - a_run), b_run, (size_t)(b - b_run));
		if (order != 0)
			return order;
	}
	return 0;
}

struct debian_version {
	unsigned long epoch;
	const char *upstream, *upstream_end;
	const char *revision, *end;
};

static struct debian_version
split_debian(const char *s)
{
	struct debian_version v = { 0 };
	const char *colon = strchr(s, ':');
	const char *dash;

	if (colon != NULL) {
		v.epoch = strtoul(s, NULL, 10);
		s = colon + 1;
	}
	dash = strrchr(s, '-');
	v.upstream = s;
	v.end = s + strlen(s);
	v.upstream_end = dash != NULL ? dash : v.end;
	v.revision = dash != NULL ? dash + 1 : v.end;
	return v;
}

static int
compare_debian(const char *left, const char *right)
{
	struct debian_version a = split_debian(left), b = split_debian(right);
	int order;

	if (a.epoch != b.epoch)
		return a.epoch < b.epoch ? -1 : 1;
	order = compare_debian_part(a.upstream, a.upstream_end, b.upstream, b.upstream_end);
	if (order != 0)
		return order;
	return compare_debian_part(a.revision, a.end, b.revision, b.end);
}

int
gz_version_compare(const char *how, const char *a, const char *b)
{
	if (strcmp(how, "debian") == 0)
		return compare_debian(a, b);
	return compare_dotted(a, b);
}

/* ---- intervals ---- */

struct interval {
	char low[BOUND_MOST], high[BOUND_MOST]; /* empty: no bound */
	bool low_open, high_open;
	bool always;
};

static bool
copy_bound(char to[BOUND_MOST], const char *from, const char *end)
{
	while (from < end && *from == ' ')
		from++;
	while (from < end && end[-1] == ' ')
		end--;
	if (end - from >= BOUND_MOST)
		return false;
	memcpy(to, from, (size_t)(end - from));
	to[end - from] = '\0';
	return true;
}

/** Read one interval off the front of *@p s. @return NULL, or a sentence. */
static const char *
read_interval(const char **s, struct interval *v)
{
	const char *open, *close, *comma;

	*s += strspn(*s, " ;");
	open = *s;
	if (*open != '[' && *open != '(')
		return "an interval begins with [ or (";
	close = strpbrk(open, ")]");
	if (close == NULL)
		return "an interval ends with ] or )";
	*v = (struct interval){ .low_open = *open == '(', .high_open = *close == ')' };
	comma = memchr(open, ',', (size_t)(close - open));
	if (!copy_bound(v->low, open + 1, comma != NULL ? comma : close) ||
			!copy_bound(v->high, comma != NULL ? comma + 1 : open + 1, close))
		return "a version in an interval has at most 63 characters";
	v->always = strcmp(v->low, "*") == 0;
	if (comma == NULL && v->low[0] == '\0')
		return "an interval names a version";
	*s = close + 1;
	*s += strspn(*s, " ;");
	return NULL;
}

static bool
interval_has(const struct interval *v, const char *how, const char *version)
{
	int order;

	if (v->always)
		return true;
	if (v->low[0] != '\0') {
		order = gz_version_compare(how, version, v->low);
		if (order < 0 || (order == 0 && v->low_open))
			return false;
	}
	if (v->high[0] != '\0') {
		order = gz_version_compare(how, version, v->high);
		if (order > 0 || (order == 0 && v->high_open))
			return false;
	}
	return true;
}

bool
gz_version_in(const char *how, const char *version, const char *intervals)
{
	struct interval v;

	while (*intervals != '\0') {
		if (read_interval(&intervals, &v) != NULL)
			return false;
		if (interval_has(&v, how, version))
			return true;
	}
	return false;
}

const char *
gz_version_check(const char *intervals)
{
	struct interval v;
	const char *wrong = *intervals == '\0' ? "an interval of versions is missing" : NULL;

	while (wrong == NULL && *intervals != '\0')
		wrong = read_interval(&intervals, &v);
	return wrong;
}
