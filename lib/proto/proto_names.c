/* SPDX-License-Identifier: BSD-3-Clause */
#include <string.h>

#include "proto_internal.h"

static const char *const oddity_names[GZ_NB_APP_ODDITIES] = {
	[GZ_APP_MISMATCH] = "applayer_mismatch_protocol_both_directions",
	[GZ_APP_WRONG_DIRECTION] = "applayer_wrong_direction_first_data",
	[GZ_APP_ONE_DIRECTION] = "applayer_detect_protocol_only_one_direction",
	[GZ_APP_SKIPPED] = "applayer_proto_detection_skipped",
	[GZ_APP_NO_TLS] = "applayer_no_tls_after_starttls",
	[GZ_APP_UNEXPECTED] = "applayer_unexpected_protocol",
};

const char *
gz_app_oddity_name(enum gz_app_oddity o)
{
	return oddity_names[o];
}

int
gz_app_oddity_find(const char *name)
{
	int i;

	for (i = 0; i < GZ_NB_APP_ODDITIES; i++) {
		if (strcasecmp(oddity_names[i], name) == 0)
			return i;
	}
	return -1;
}

const char *
gz_app_name(const struct gz_flow *f)
{
	const struct gz_app *app = f->app;

	if (app == NULL)
		return f->flags & (GZ_FLOW_APP_DONE | GZ_FLOW_APP_FAILED_TS | GZ_FLOW_APP_FAILED_TC)
				? "failed"
				: "unknown";
	if (app->proto != NULL)
		return gz_proto_eve_name(app->proto);
	return app->done ? "failed" : "unknown";
}

const char *
gz_app_dir_name(const struct gz_flow *f, enum gz_dir dir)
{
	const struct gz_app *app = f->app;

	if (app == NULL || app->detect[dir] == GZ_APP_LOOKING)
		return NULL;
	if (app->detect[dir] == GZ_APP_FAILED)
		return app->proto == NULL && app->done ? NULL : "failed";
	return app->by_dir[dir] == app->proto ? NULL : gz_proto_eve_name(app->by_dir[dir]);
}

const char *
gz_app_orig_name(const struct gz_flow *f)
{
	const struct gz_app *app = f->app;

	if (app == NULL || app->orig == NULL || app->orig == app->proto)
		return NULL;
	return gz_proto_eve_name(app->orig);
}

const char *
gz_app_expected_name(const struct gz_flow *f)
{
	const struct gz_app *app = f->app;

	if (app == NULL || app->expected == NULL || app->expected == app->proto)
		return NULL;
	return gz_proto_eve_name(app->expected);
}
