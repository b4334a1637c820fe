/* SPDX-License-Identifier: BSD-3-Clause */

#include "patch_internal.h"

static const char *const auto_words[] = {
	[AUTO_OFF] = "off",
	[AUTO_RECOMMEND] = "recommend",
	[AUTO_STAGE] = "stage",
	[AUTO_ENFORCE] = "enforce",
	NULL,
};

static const struct gz_setting patch_settings[] = {
	{ "patch.automatic", GZ_SETTING_WORD, "enforce", .words = auto_words, .live = true,
			.help = "how far a virtual patch goes without its owner: off, recommend, stage "
				"(detect) or enforce (prevent)" },
	{ "patch.stage-for", GZ_SETTING_TIME, "24 h", .live = true,
			.help = "how long a patch only detects before it prevents" },
	{ "patch.stage-for-exploited", GZ_SETTING_TIME, "1 h", .live = true,
			.help = "the same where the vulnerability is known to be exploited" },
	{ "patch.stage-transactions", GZ_SETTING_UINT, "20", .live = true, .unit = "transactions",
			.help = "so many must have been seen on the server before a patch prevents" },
	{ "patch.stage-hits", GZ_SETTING_UINT, "20", .max = 100, .live = true, .unit = "percent",
			.help = "a staged patch that hits more of the server's transactions waits for its owner" },
	{ "patch.fixed-for", GZ_SETTING_TIME, "1 h", .live = true,
			.help = "how long only the fixed version must have been seen before a patch steps back" },
	{ "patch.fixed-sights", GZ_SETTING_UINT, "2", .min = 1, .max = 1000, .live = true,
			.unit = "reports",
			.help = "how often it must have been reported in that time" },
	{ "patch.shadow-for", GZ_SETTING_TIME, "7 d", .live = true,
			.help = "how long a patch that stepped back still detects, counted from its last hit" },
	{ "patch.review-after", GZ_SETTING_TIME, "90 d", .live = true,
			.help = "a patch in force for longer is brought to its owner's mind; it stays in force" },
};
GZ_CONF_REGISTER(patch_settings)

static uint64_t
us(const struct gz_conf *conf, const char *name)
{
	return gz_conf_ms(conf, name) * 1000;
}

void
patch_times_read(struct patch_times *t, const struct gz_conf *conf)
{
	*t = (struct patch_times){
		.automatic = gz_conf_word(conf, "patch.automatic"),
		.stage_us = us(conf, "patch.stage-for"),
		.stage_exploited_us = us(conf, "patch.stage-for-exploited"),
		.fixed_us = us(conf, "patch.fixed-for"),
		.shadow_us = us(conf, "patch.shadow-for"),
		.review_us = us(conf, "patch.review-after"),
		.stage_transactions = gz_conf_uint(conf, "patch.stage-transactions"),
		.stage_hits_percent = gz_conf_uint(conf, "patch.stage-hits"),
		.fixed_sights = gz_conf_uint(conf, "patch.fixed-sights"),
	};
}
