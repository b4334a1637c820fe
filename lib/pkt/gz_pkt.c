/* SPDX-License-Identifier: BSD-3-Clause */

/* The end of a packet: its verdict and why, counted; and the exceptions' settings. */

#include <stdio.h>

#include <rte_common.h>

#include "gz_conf.h"
#include "gz_stat.h"

#include "pkt_internal.h"

const struct gz_why_row gz_whys[GZ_NB_WHYS] = {
#define WHY_ROW(id, name, verdict, settable, reason, help) \
	[GZ_WHY_##id] = { name, GZ_##verdict, settable, reason, help },
	GZ_WHYS(WHY_ROW)
#undef WHY_ROW
};

static const struct gz_stat_row drop_rows[] = {
#define DROP_ROW(id, name, verdict, settable, reason, help) \
	[GZ_WHY_##id] = { "drop." name, "packets dropped: " help },
	GZ_WHYS(DROP_ROW)
#undef DROP_ROW
};
GZ_STAT_REGISTER(drop, drop_rows)

static const struct gz_stat_row pass_rows[] = {
#define PASS_ROW(id, name, verdict, settable, reason, help) \
	[GZ_WHY_##id] = { "pass." name, "packets forwarded in spite of: " help },
	GZ_WHYS(PASS_ROW)
#undef PASS_ROW
};
GZ_STAT_REGISTER(pass, pass_rows)

static const struct gz_stat_row observed_rows[] = {
#define OBSERVED_ROW(id, name, verdict, settable, reason, help) \
	[GZ_WHY_##id] = { "observed." name, "packets that prevention would have dropped: " help },
	GZ_WHYS(OBSERVED_ROW)
#undef OBSERVED_ROW
};
GZ_STAT_REGISTER(observed, observed_rows)

/* In the order of enum gz_verdict. */
static const char *const exception_words[] = { "pass", "drop", "reject", "bypass", NULL };

#define DEFAULT_PASS "pass"
#define DEFAULT_DROP "drop"
/* Rows that are no exception get no setting. */
#define SETTING_0(name, verdict, sentence)
#define SETTING_1(name, verdict, sentence)                                                 \
	{ "exception." name, GZ_SETTING_WORD, DEFAULT_##verdict, .words = exception_words, \
		.help = "verdict for " sentence },
/* clang-format off */
static const struct gz_setting exception_settings[] = {
#define EXCEPTION_ROW(id, name, verdict, settable, reason, sentence) \
	SETTING_##settable(name, verdict, sentence)
	GZ_WHYS(EXCEPTION_ROW)
#undef EXCEPTION_ROW
};
/* clang-format on */
GZ_CONF_REGISTER(exception_settings)

void
gz_exceptions_init(struct gz_exceptions *x, const struct gz_conf *conf)
{
	char name[64];
	uint32_t i;

	for (i = 0; i < GZ_NB_WHYS; i++) {
		x->verdict[i] = (uint8_t)gz_whys[i].verdict;
		if (conf == NULL || !gz_whys[i].settable)
			continue;
		snprintf(name, sizeof(name), "exception.%s", gz_whys[i].name);
		x->verdict[i] = (uint8_t)gz_conf_word(conf, name);
	}
}

void
gz_pkt_settle(struct gz_pkt *p, enum gz_verdict verdict, enum gz_why why)
{
	bool stops = verdict == GZ_DROP || verdict == GZ_REJECT;

	if (gz_pkt_is_stopped(p))
		return;
	if (stops && (p->flags & GZ_PKT_OBSERVE) != 0) {
		GZ_STAT_ADD(observed, why, 1);
		return;
	}
	p->verdict = (uint8_t)verdict;
	p->why = (uint8_t)why;
	if (stops)
		GZ_STAT_ADD(drop, why, 1);
	if (verdict == GZ_REJECT && p->reject == 0)
		p->reject = GZ_REJECT_SENDER;
}

void
gz_pkt_lose(struct gz_pkt *p, enum gz_why why)
{
	p->flags &= ~(uint32_t)GZ_PKT_OBSERVE;
	gz_pkt_settle(p, GZ_DROP, why);
}

void
gz_pkt_observe(const struct gz_pkt *p, const struct gz_exceptions *x, enum gz_why why)
{
	bool stops = x->verdict[why] == GZ_DROP || x->verdict[why] == GZ_REJECT;

	if (stops && !gz_pkt_is_stopped(p))
		GZ_STAT_ADD(observed, why, 1);
}

enum gz_verdict
gz_pkt_except(struct gz_pkt *p, const struct gz_exceptions *x, enum gz_why why)
{
	enum gz_verdict verdict = x->verdict[why];

	if (verdict == GZ_PASS || verdict == GZ_BYPASS)
		GZ_STAT_ADD(pass, why, 1);
	gz_pkt_settle(p, verdict, why);
	return gz_pkt_is_stopped(p) || verdict == GZ_BYPASS ? verdict : GZ_PASS;
}
