/* SPDX-License-Identifier: BSD-3-Clause */

#include <errno.h>
#include <stdlib.h>

#include "gz_field.h"

#include "asset_internal.h"

static const struct gz_setting asset_settings[] = {
	{ "asset.database", GZ_SETTING_STRING, "/var/lib/gauze/gauze.db",
			.help = "file that keeps what is known of servers and their patches; empty: memory only" },
};
GZ_CONF_REGISTER(asset_settings)

struct gz_assets *
gz_assets_open(const struct gz_conf *conf, const char *dir, struct gz_errors *errors)
{
	struct gz_assets *a = calloc(1, sizeof(*a));

	if (a == NULL)
		abort();
	a->store = asset_store_open(gz_conf_string(conf, "asset.database"), errors);
	a->fingerprints = fingerprints_read(dir, errors);
	if (a->store != NULL && a->fingerprints != NULL)
		return a;
	gz_assets_close(a);
	return NULL;
}

void
gz_assets_close(struct gz_assets *a)
{
	if (a == NULL)
		return;
	asset_store_close(a->store);
	fingerprints_destroy(a->fingerprints);
	free(a);
}

int
gz_assets_reload(struct gz_assets *a, const char *dir, struct gz_errors *errors)
{
	struct fingerprints *f = fingerprints_read(dir, errors);

	if (f == NULL)
		return -EINVAL;
	fingerprints_destroy(a->fingerprints);
	a->fingerprints = f;
	return 0;
}

/** Bytes from the wire as text: what is not printable ASCII becomes "?". */
static void
printable(const uint8_t *p, uint32_t len, char *to, size_t size)
{
	size_t n = 0;

	for (; n < len && n + 1 < size; n++)
		to[n] = (char)(p[n] >= ' ' && p[n] < 0x7f ? p[n] : '?');
	to[n] = '\0';
}

bool
gz_assets_learn(struct gz_assets *a, const struct gz_policy *policy, const struct gz_event *e,
		struct gz_fact *learned)
{
	struct asset_report report;
	uint16_t server;

	if (e->type != gz_asset_fact_type()->reg.id || e->text_len != sizeof(report))
		return false;
	server = gz_policy_find(policy, &e->src, e->wire, e->vlan, e->nb_vlan);
	if (server == GZ_SERVER_NONE)
		return false;
	memcpy(&report, e->text, sizeof(report));
	*learned = (struct gz_fact){
		.addr = e->src,
		.port = e->sport,
		.first_us = e->time_us,
		.last_us = e->time_us,
		.count = report.count,
	};
	strcpy(learned->server, gz_policy_server(policy, server)->name);
	snprintf(learned->source, sizeof(learned->source), "%s", gz_field(report.field)->name);
	printable(report.value, report.len, learned->value, sizeof(learned->value));
	fingerprints_match(a->fingerprints, learned);
	asset_store_put(a->store, learned, report.count);
	return true;
}

int
gz_assets_each(struct gz_assets *a, const char *server, uint64_t since_us, gz_fact_fn fn, void *arg)
{
	return asset_store_each(a->store, server, since_us, fn, arg);
}

struct sqlite3 *
gz_assets_store(struct gz_assets *a)
{
	return asset_store_handle(a->store);
}

const char *
gz_confidence_grade(uint8_t confidence)
{
	if (confidence >= GZ_CONFIDENCE_PACKAGE)
		return "A";
	if (confidence >= GZ_CONFIDENCE_VERSION)
		return "B";
	if (confidence >= GZ_CONFIDENCE_BACKPORTED)
		return "C";
	return confidence >= GZ_CONFIDENCE_PRODUCT ? "D" : "E";
}
