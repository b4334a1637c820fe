/* SPDX-License-Identifier: BSD-3-Clause */

/* The settings that control itself obeys. */

#include "gz_conf.h"

static const struct gz_setting control_settings[] = {
	{ "rules.files", GZ_SETTING_STRINGS, NULL, .live = true,
			.help = "files of rules; patterns like /etc/gauze/rules/*.rules are "
				"expanded" },
	{ "rules.strict", GZ_SETTING_BOOL, "false", .live = true,
			.help = "refuse a set in which any rule is refused, instead of leaving "
				"that rule out" },
	{ "rules.watch", GZ_SETTING_BOOL, "false", .help = "reload when a file of rules changes" },
	{ "rules.cache", GZ_SETTING_STRING, "/var/cache/gauze",
			.help = "where compiled rules are kept for the next start; empty: nowhere" },
	{ "paths.data", GZ_SETTING_STRING, "/usr/local/share/gauze",
			.help = "where the shipped fingerprints, vulnerabilities and patches lie" },
	{ "log.directory", GZ_SETTING_STRING, "/var/log/gauze",
			.help = "where events are written" },
};
GZ_CONF_REGISTER(control_settings)
