/* SPDX-License-Identifier: BSD-3-Clause */

/*
 * When a quiet flow ends. A flow's timer is not touched by its packets: when it
 * fires early, it is armed again for the time that is due by then.
 */

#include <netinet/in.h>

#include <rte_common.h>

#include "flow_internal.h"

enum {
	US_PER_MS = 1000,
};

static struct gz_setting flow_timeouts[] = {
	{ "flow.timeout.tcp-new", GZ_SETTING_TIME, "60 s", .min = 1000, .live = true,
			.help = "quiet time after which a TCP connection that was not completed is forgotten" },
	{ "flow.timeout.tcp-established", GZ_SETTING_TIME, "600 s", .min = 1000, .live = true,
			.help = "the same for an established TCP connection; gateway load balancers "
				"need at least 350 s" },
	{ "flow.timeout.tcp-closed", GZ_SETTING_TIME, "60 s", .min = 1000, .live = true,
			.help = "the same for a TCP connection that has ended" },
	{ "flow.timeout.udp-new", GZ_SETTING_TIME, "30 s", .min = 1000, .live = true,
			.help = "the same for UDP that was not answered" },
	{ "flow.timeout.udp-established", GZ_SETTING_TIME, "300 s", .min = 1000, .live = true,
			.help = "the same for UDP that was answered" },
	{ "flow.timeout.icmp-new", GZ_SETTING_TIME, "30 s", .min = 1000, .live = true,
			.help = "the same for ICMP that was not answered" },
	{ "flow.timeout.icmp-established", GZ_SETTING_TIME, "300 s", .min = 1000, .live = true,
			.help = "the same for ICMP that was answered" },
	{ "flow.timeout.other-new", GZ_SETTING_TIME, "30 s", .min = 1000, .live = true,
			.help = "the same for other protocols, not answered" },
	{ "flow.timeout.other-established", GZ_SETTING_TIME, "300 s", .min = 1000, .live = true,
			.help = "the same for other protocols, answered" },
	{ "flow.timeout.bypassed", GZ_SETTING_TIME, "600 s", .min = 1000, .live = true,
			.help = "the same for a flow that is forwarded without a look" },
	{ "flow.timeout.emergency", GZ_SETTING_TIME, "100 s", .min = 1000, .live = true,
			.help = "quiet time after which an established flow may end when the table is full" },
};
GZ_CONF_REGISTER(flow_timeouts)

static const char *const names[NB_FLOW_CLASSES][GZ_NB_FLOW_STATES] = {
	[FLOW_TCP] = { "flow.timeout.tcp-new", "flow.timeout.tcp-established",
			"flow.timeout.tcp-closed", "flow.timeout.bypassed" },
	[FLOW_UDP] = { "flow.timeout.udp-new", "flow.timeout.udp-established",
			"flow.timeout.udp-established", "flow.timeout.bypassed" },
	[FLOW_ICMP] = { "flow.timeout.icmp-new", "flow.timeout.icmp-established",
			"flow.timeout.icmp-established", "flow.timeout.bypassed" },
	[FLOW_OTHER] = { "flow.timeout.other-new", "flow.timeout.other-established",
			"flow.timeout.other-established", "flow.timeout.bypassed" },
};

void
flow_timeouts_read(struct gz_flow_table *t, const struct gz_conf *conf)
{
	for (uint32_t c = 0; c < NB_FLOW_CLASSES; c++)
		for (uint32_t s = 0; s < GZ_NB_FLOW_STATES; s++)
			t->timeout_us[c][s] = gz_conf_ms(conf, names[c][s]) * US_PER_MS;
	t->emergency_us = gz_conf_ms(conf, "flow.timeout.emergency") * US_PER_MS;
}

static inline enum flow_class
class_of(const struct gz_flow *f)
{
	switch (f->proto) {
	case IPPROTO_TCP:
		return FLOW_TCP;
	case IPPROTO_UDP:
		return FLOW_UDP;
	case IPPROTO_ICMP:
	case IPPROTO_ICMPV6:
		return FLOW_ICMP;
	default:
		return FLOW_OTHER;
	}
}

uint64_t
flow_timeout_us(const struct gz_flow *f)
{
	return f->table->timeout_us[class_of(f)][f->state];
}

static uint64_t
due_ms(const struct gz_flow *f)
{
	return (f->last_us + flow_timeout_us(f) + US_PER_MS - 1) / US_PER_MS;
}

static void
timer_fired(struct gz_timer *timer, void *arg)
{
	struct gz_flow *f = container_of(timer, struct gz_flow, timer);
	uint64_t due = due_ms(f);

	if (due > timer->due_ms)
		gz_wheel_arm(f->table->wheel, timer, due, timer_fired);
	else
		flow_finish(f, GZ_FLOW_END_TIMEOUT);
}

void
flow_timer_start(struct gz_flow *f)
{
	f->timer = (struct gz_timer){ 0 };
	gz_wheel_arm(f->table->wheel, &f->timer, due_ms(f), timer_fired);
}

void
gz_flow_set_state(struct gz_flow *f, enum gz_flow_state state)
{
	struct gz_flow_table *t = f->table;

	if (f->state == state)
		return;
	if (f->state == GZ_FLOW_NEW)
		flow_source_leave(f);
	else if (state == GZ_FLOW_NEW)
		flow_source_enter(f);
	TAILQ_REMOVE(&t->age[f->state], f, age);
	TAILQ_INSERT_TAIL(&t->age[state], f, age);
	f->state = state;
	/* a later end can wait until the timer fires; an earlier one cannot */
	if (due_ms(f) < f->timer.due_ms) {
		gz_wheel_disarm(&f->timer);
		gz_wheel_arm(t->wheel, &f->timer, due_ms(f), timer_fired);
	}
}
