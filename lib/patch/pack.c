/* SPDX-License-Identifier: BSD-3-Clause */

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "gz_pack.h"

#include "patch_internal.h"

/*
 * A file of the pack:
 *
 *	product = "apache:http_server";
 *	compare = "dotted";
 *	vulnerabilities = (
 *		{ cve = "CVE-2021-41773"; affected = "[2.4.49,2.4.50)"; cvss = 7.5; exploited = true;
 *		  summary = "path traversal …"; rules = [ 9100001 ];
 *		  fixes = ( { distro = "debian"; release = "deb11"; package = "2.4.51-1~deb11u1"; } ); },
 *	);
 */

static const char *const top_members[] = { "product", "compare", "vulnerabilities", NULL };
static const char *const vuln_members[] = { "cve", "affected", "cvss", "exploited", "summary",
	"rules", "fixes", NULL };
static const char *const fix_members[] = { "distro", "release", "package", NULL };

static char *
copy(const char *s)
{
	char *c = strdup(s != NULL ? s : "");

	if (c == NULL)
		abort();
	return c;
}

static void *
room_for(size_t size)
{
	void *p = calloc(1, size);

	if (p == NULL)
		abort();
	return p;
}

static void
read_fixes(struct gz_pack *f, struct pack_vuln *v, uint32_t i)
{
	char path[64];
	uint32_t n;

	snprintf(path, sizeof(path), "vulnerabilities.[%u].fixes", i);
	n = gz_pack_count(f, path);
	for (uint32_t k = 0; k < n; k++) {
		struct pack_fix *fix = room_for(sizeof(*fix));

		snprintf(path, sizeof(path), "vulnerabilities.[%u].fixes.[%u]", i, k);
		gz_pack_know(f, path, fix_members);
		fix->distro = copy(gz_pack_string(f, true, "%s.distro", path));
		fix->release = copy(gz_pack_string(f, false, "%s.release", path));
		fix->package = copy(gz_pack_string(f, true, "%s.package", path));
		fix->next = v->fixes;
		v->fixes = fix;
	}
}

static void
read_rules(struct gz_pack *f, struct pack_vuln *v, uint32_t i)
{
	char path[64];

	snprintf(path, sizeof(path), "vulnerabilities.[%u].rules", i);
	v->nb_sids = gz_pack_count(f, path);
	v->sids = room_for((v->nb_sids + 1) * sizeof(*v->sids));
	for (uint32_t k = 0; k < v->nb_sids; k++)
		v->sids[k] = (uint32_t)gz_pack_int(f, 0, "%s.[%u]", path, k);
}

static void
read_vuln(struct pack *p, struct pack_product *product, struct gz_pack *f, uint32_t i)
{
	const char *cve = gz_pack_string(f, true, "vulnerabilities.[%u].cve", i);
	const char *affected = gz_pack_string(f, true, "vulnerabilities.[%u].affected", i);
	const char *wrong = affected != NULL ? gz_version_check(affected) : NULL;
	struct pack_vuln *v;

	if (cve == NULL || affected == NULL)
		return;
	if (strlen(cve) >= PATCH_CVE || pack_find_cve(p, cve) != NULL) {
		gz_errors_add(p->errors, gz_pack_place(f, "vulnerabilities.[%u].cve", i), "bad cve",
				"\"%s\" is too long or stands in the pack already", cve);
		return;
	}
	if (wrong != NULL) {
		gz_errors_add(p->errors, gz_pack_place(f, "vulnerabilities.[%u].affected", i),
				"bad interval", "%s in \"%s\"", wrong, affected);
		return;
	}
	v = room_for(sizeof(*v));
	v->product = product;
	strcpy(v->cve, cve);
	v->affected = copy(affected);
	v->summary = copy(gz_pack_string(f, true, "vulnerabilities.[%u].summary", i));
	v->cvss = gz_pack_number(f, 0, "vulnerabilities.[%u].cvss", i);
	v->exploited = gz_pack_bool(f, false, "vulnerabilities.[%u].exploited", i);
	read_rules(f, v, i);
	read_fixes(f, v, i);
	*product->last = v;
	product->last = &v->next;
}

static void
read_file(void *arg, const char *path)
{
	struct pack *p = arg;
	struct gz_pack *f = gz_pack_read(path, p->errors);
	struct pack_product *product;
	const char *name;

	if (f == NULL)
		return;
	gz_pack_know(f, "", top_members);
	name = gz_pack_string(f, true, "product");
	if (name != NULL) {
		product = room_for(sizeof(*product));
		product->name = copy(name);
		product->compare = copy(gz_pack_string(f, false, "compare"));
		product->last = &product->vulns;
		*p->last = product;
		p->last = &product->next;
		for (uint32_t i = 0; i < gz_pack_count(f, "vulnerabilities"); i++) {
			char item[40];

			snprintf(item, sizeof(item), "vulnerabilities.[%u]", i);
			gz_pack_know(f, item, vuln_members);
			read_vuln(p, product, f, i);
		}
	}
	gz_pack_destroy(f);
}

struct pack *
pack_read(const char *dir, struct gz_errors *errors)
{
	uint32_t before = gz_errors_refusals(errors);
	struct pack *p = room_for(sizeof(*p));
	char path[PATH_MAX];

	p->last = &p->products;
	p->errors = errors;
	snprintf(path, sizeof(path), "%s/vulnerability", dir);
	gz_pack_each_file(path, ".cfg", read_file, p, errors);
	p->errors = NULL;
	if (gz_errors_refusals(errors) == before)
		return p;
	pack_destroy(p);
	return NULL;
}

static void
vuln_free(struct pack_vuln *v)
{
	for (struct pack_fix *fix = v->fixes, *next; fix != NULL; fix = next) {
		next = fix->next;
		free(fix->distro);
		free(fix->release);
		free(fix->package);
		free(fix);
	}
	free(v->affected);
	free(v->summary);
	free(v->sids);
	free(v);
}

void
pack_destroy(struct pack *p)
{
	if (p == NULL)
		return;
	for (struct pack_product *x = p->products, *next; x != NULL; x = next) {
		next = x->next;
		for (struct pack_vuln *v = x->vulns, *after; v != NULL; v = after) {
			after = v->next;
			vuln_free(v);
		}
		free(x->name);
		free(x->compare);
		free(x);
	}
	free(p);
}

const struct pack_product *
pack_find(const struct pack *p, const char *product)
{
	for (const struct pack_product *x = p->products; x != NULL; x = x->next)
		if (strcmp(x->name, product) == 0)
			return x;
	return NULL;
}

const struct pack_vuln *
pack_find_cve(const struct pack *p, const char *cve)
{
	for (const struct pack_product *x = p->products; x != NULL; x = x->next)
		for (const struct pack_vuln *v = x->vulns; v != NULL; v = v->next)
			if (strcasecmp(v->cve, cve) == 0)
				return v;
	return NULL;
}

/** The exact package revision decides where the distribution's fix is known. */
static enum verdict
judge_package(const struct pack_vuln *v, const struct gz_fact *fact)
{
	for (const struct pack_fix *fix = v->fixes; fix != NULL; fix = fix->next) {
		if (strcmp(fix->distro, fact->distro) != 0 ||
				strstr(fact->package, fix->release) == NULL)
			continue;
		return gz_version_compare("debian", fact->package, fix->package) >= 0
				? VERDICT_FIXED
				: VERDICT_VULNERABLE;
	}
	return VERDICT_UNPROVEN;
}

enum verdict
pack_judge(const struct pack_vuln *v, const struct gz_fact *fact)
{
	if (fact->version[0] == '\0' || strcmp(v->affected, "[*]") == 0)
		return VERDICT_UNKNOWN;
	if (!gz_version_in(v->product->compare, fact->version, v->affected))
		return VERDICT_FIXED;
	if (fact->package[0] != '\0')
		return judge_package(v, fact);
	return fact->distro[0] != '\0' ? VERDICT_UNPROVEN : VERDICT_VULNERABLE;
}

const char *
verdict_name(enum verdict v)
{
	static const char *const names[] = {
		[VERDICT_FIXED] = "fixed",
		[VERDICT_UNKNOWN] = "possibly vulnerable",
		[VERDICT_UNPROVEN] = "vulnerable unless its distribution has fixed it",
		[VERDICT_VULNERABLE] = "vulnerable",
	};

	return names[v];
}
