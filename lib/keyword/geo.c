/* SPDX-License-Identifier: BSD-3-Clause */
#include "geo.h"

#include <maxminddb.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#include "gz_sig_builder.h"

static const struct gz_setting geo_settings[] = {
	{ "geoip.database", GZ_SETTING_STRING,
			.help = "a MaxMind database of countries (.mmdb) for geoip" },
};
GZ_CONF_REGISTER(geo_settings)

struct gz_geo {
	uint32_t users; /* any thread, atomic */
	bool is_open;
	MMDB_s db;
};

void
geo_get(struct gz_geo *g)
{
	__atomic_add_fetch(&g->users, 1, __ATOMIC_RELAXED);
}

void
geo_put(struct gz_geo *g)
{
	if (g == NULL || __atomic_sub_fetch(&g->users, 1, __ATOMIC_ACQ_REL) > 0)
		return;
	if (g->is_open)
		MMDB_close(&g->db);
	free(g);
}

void
gz_geo_destroy(struct gz_geo *g)
{
	geo_put(g);
}

bool
geo_is_there(const struct gz_geo *g)
{
	return g != NULL && g->is_open;
}

struct gz_geo *
gz_geo_create(const struct gz_conf *conf, struct gz_errors *errors)
{
	const char *path = conf == NULL ? "" : gz_conf_string(conf, "geoip.database");
	struct gz_geo *g = gz_sig_alloc(sizeof(*g));
	int status;

	g->users = 1;
	if (*path == '\0')
		return g;
	status = MMDB_open(path, MMDB_MODE_MMAP, &g->db);
	g->is_open = status == MMDB_SUCCESS;
	if (!g->is_open)
		gz_errors_add(errors, gz_conf_place(conf, "geoip.database"), "geoip", "%s: %s",
				path, MMDB_strerror(status));
	return g;
}

static MMDB_lookup_result_s
look_up(const struct gz_geo *g, const struct gz_addr *a, int *status)
{
	union {
		struct sockaddr any;
		struct sockaddr_in v4;
		struct sockaddr_in6 v6;
	} to = { .v6 = { .sin6_family = AF_INET6 } };

	if (gz_addr_is_v4(a)) {
		to.v4 = (struct sockaddr_in){ .sin_family = AF_INET };
		memcpy(&to.v4.sin_addr, a->b + 12, 4);
	} else {
		memcpy(&to.v6.sin6_addr, a->b, 16);
	}
	return MMDB_lookup_sockaddr(&g->db, &to.any, status);
}

bool
geo_country(const struct gz_geo *g, const struct gz_addr *a, char country[2])
{
	static const char *const way[] = { "country", "iso_code", NULL };
	MMDB_lookup_result_s found;
	MMDB_entry_data_s data;
	int status;

	found = look_up(g, a, &status);
	if (status != MMDB_SUCCESS || !found.found_entry)
		return false;
	status = MMDB_aget_value(&found.entry, &data, way);
	if (status != MMDB_SUCCESS || !data.has_data || data.type != MMDB_DATA_TYPE_UTF8_STRING ||
			data.data_size != 2)
		return false;
	memcpy(country, data.utf8_string, 2);
	return true;
}
