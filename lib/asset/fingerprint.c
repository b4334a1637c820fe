/* SPDX-License-Identifier: BSD-3-Clause */

#include <limits.h>
#include <stdlib.h>

#include "gz_pack.h"
#include "gz_regex.h"

#include "asset_internal.h"

/*
 * A file of fingerprints:
 *
 *	fingerprints = (
 *		{ source = "http.server"; pattern = "^nginx/([0-9.]+)"; product = "f5:nginx";
 *		  version = "$1"; example = "nginx/1.20.1"; example-version = "1.20.1"; },
 *	);
 *
 * The first pattern that matches wins, in order of files' names and then of
 * lines. "$1" to "$8" stand for the pattern's groups.
 */

struct fingerprint {
	char *source, *product, *version, *distro, *package, *family;
	struct gz_regex *pattern;
	uint8_t confidence; /* 0: by what was found */
	struct fingerprint *next;
};

struct fingerprints {
	struct fingerprint *first, **last;
	struct gz_regex_work *work;
	struct gz_errors *errors; /* while reading */
};

static const char *const members[] = { "source", "pattern", "nocase", "product", "version",
	"distro", "package", "family", "confidence", "example", "example-version",
	"example-package", NULL };

static char *
copy(const char *s)
{
	char *c = strdup(s != NULL ? s : "");

	if (c == NULL)
		abort();
	return c;
}

/** Put @p template into @p to, with groups for "$1" and so on, cut to @p size. */
static void
expand(const char *template, const struct gz_span *groups, char *to, size_t size)
{
	size_t n = 0;

	for (; *template != '\0' && n + 1 < size; template ++) {
		struct gz_span g;

		if (template[0] != '$' || template[1] < '1' ||
				template[1] > '0' + GZ_REGEX_GROUPS) {
			to[n++] = *template;
			continue;
		}
		g = groups[*++template - '0'];
		for (uint32_t i = 0; i < g.len && n + 1 < size; i++)
			to[n++] = (char)g.p[i];
	}
	to[n] = '\0';
}

static uint8_t
confidence_of(const struct fingerprint *fp, const struct gz_fact *fact)
{
	if (fp->confidence != 0)
		return fp->confidence;
	if (fact->package[0] != '\0')
		return GZ_CONFIDENCE_PACKAGE;
	if (fact->version[0] == '\0')
		return GZ_CONFIDENCE_PRODUCT;
	return fact->distro[0] != '\0' ? GZ_CONFIDENCE_BACKPORTED : GZ_CONFIDENCE_VERSION;
}

static bool
match_one(const struct fingerprints *f, const struct fingerprint *fp, struct gz_fact *fact)
{
	struct gz_span groups[GZ_REGEX_GROUPS + 1] = { 0 };

	if (!gz_regex_match(fp->pattern, f->work, gz_span_str(fact->value), 0, groups))
		return false;
	expand(fp->product, groups, fact->product, sizeof(fact->product));
	expand(fp->version, groups, fact->version, sizeof(fact->version));
	expand(fp->distro, groups, fact->distro, sizeof(fact->distro));
	expand(fp->package, groups, fact->package, sizeof(fact->package));
	snprintf(fact->family, sizeof(fact->family), "%s", fp->family);
	for (char *c = fact->distro; *c != '\0'; c++)
		*c = (char)(*c >= 'A' && *c <= 'Z' ? *c + 32 : *c);
	fact->confidence = confidence_of(fp, fact);
	return true;
}

bool
fingerprints_match(const struct fingerprints *f, struct gz_fact *fact)
{
	for (const struct fingerprint *fp = f->first; fp != NULL; fp = fp->next)
		if (strcmp(fp->source, fact->source) == 0 && match_one(f, fp, fact))
			return true;
	return false;
}

static bool
text_is(const char *wanted, const char *found)
{
	return wanted == NULL || strcmp(wanted, found) == 0;
}

/** An example that its own fingerprint does not understand is an error of the file. */
static void
check_example(const struct fingerprints *f, struct gz_pack *pack, uint32_t i,
		const struct fingerprint *fp)
{
	const char *example = gz_pack_string(pack, true, "fingerprints.[%u].example", i);
	const char *version = gz_pack_string(pack, false, "fingerprints.[%u].example-version", i);
	const char *package = gz_pack_string(pack, false, "fingerprints.[%u].example-package", i);
	struct gz_fact fact = { 0 };

	if (example == NULL)
		return;
	snprintf(fact.value, sizeof(fact.value), "%s", example);
	if (!match_one(f, fp, &fact))
		gz_errors_add(f->errors, gz_pack_place(pack, "fingerprints.[%u].example", i),
				"bad example", "the example \"%s\" does not match its pattern",
				example);
	else if (!text_is(version, fact.version) || !text_is(package, fact.package))
		gz_errors_add(f->errors, gz_pack_place(pack, "fingerprints.[%u].example", i),
				"bad example",
				"the example gives version \"%s\" and package \"%s\"", fact.version,
				fact.package);
}

static void
fingerprint_free(struct fingerprint *fp)
{
	gz_regex_destroy(fp->pattern);
	free(fp->source);
	free(fp->product);
	free(fp->version);
	free(fp->distro);
	free(fp->package);
	free(fp->family);
	free(fp);
}

static struct fingerprint *
read_one(struct fingerprints *f, struct gz_pack *pack, uint32_t i)
{
	const char *source = gz_pack_string(pack, true, "fingerprints.[%u].source", i);
	const char *pattern = gz_pack_string(pack, true, "fingerprints.[%u].pattern", i);
	const char *product = gz_pack_string(pack, true, "fingerprints.[%u].product", i);
	bool nocase = gz_pack_bool(pack, false, "fingerprints.[%u].nocase", i);
	struct fingerprint *fp;
	char error[128];
	uint32_t offset;

	if (source == NULL || pattern == NULL || product == NULL)
		return NULL;
	fp = calloc(1, sizeof(*fp));
	if (fp == NULL)
		abort();
	fp->source = copy(source);
	fp->product = copy(product);
	fp->version = copy(gz_pack_string(pack, false, "fingerprints.[%u].version", i));
	fp->distro = copy(gz_pack_string(pack, false, "fingerprints.[%u].distro", i));
	fp->package = copy(gz_pack_string(pack, false, "fingerprints.[%u].package", i));
	fp->family = copy(gz_pack_string(pack, false, "fingerprints.[%u].family", i));
	fp->confidence = (uint8_t)gz_pack_int(pack, 0, "fingerprints.[%u].confidence", i);
	fp->pattern = gz_regex_compile(
			pattern, nocase ? GZ_REGEX_NOCASE : 0, error, sizeof(error), &offset);
	if (fp->pattern != NULL)
		return fp;
	gz_errors_add(f->errors, gz_pack_place(pack, "fingerprints.[%u].pattern", i), "bad pattern",
			"%s at byte %u of \"%s\"", error, offset, pattern);
	fingerprint_free(fp);
	return NULL;
}

static void
read_file(void *arg, const char *path)
{
	static const char *const top[] = { "fingerprints", NULL };
	struct fingerprints *f = arg;
	struct gz_pack *pack = gz_pack_read(path, f->errors);

	if (pack == NULL)
		return;
	gz_pack_know(pack, "", top);
	for (uint32_t i = 0; i < gz_pack_count(pack, "fingerprints"); i++) {
		struct fingerprint *fp;
		char item[32];

		snprintf(item, sizeof(item), "fingerprints.[%u]", i);
		gz_pack_know(pack, item, members);
		fp = read_one(f, pack, i);
		if (fp == NULL)
			continue;
		*f->last = fp;
		f->last = &fp->next;
		check_example(f, pack, i, fp);
	}
	gz_pack_destroy(pack);
}

struct fingerprints *
fingerprints_read(const char *dir, struct gz_errors *errors)
{
	struct fingerprints *f = calloc(1, sizeof(*f));
	uint32_t before = gz_errors_refusals(errors);
	char path[PATH_MAX];

	if (f == NULL)
		abort();
	f->last = &f->first;
	f->errors = errors;
	f->work = gz_regex_work_create();
	snprintf(path, sizeof(path), "%s/fingerprint", dir);
	gz_pack_each_file(path, ".cfg", read_file, f, errors);
	f->errors = NULL;
	if (gz_errors_refusals(errors) == before)
		return f;
	fingerprints_destroy(f);
	return NULL;
}

void
fingerprints_destroy(struct fingerprints *f)
{
	if (f == NULL)
		return;
	for (struct fingerprint *fp = f->first, *next; fp != NULL; fp = next) {
		next = fp->next;
		fingerprint_free(fp);
	}
	gz_regex_work_destroy(f->work);
	free(f);
}
