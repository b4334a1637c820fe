/* SPDX-License-Identifier: BSD-3-Clause */

/*
 * Link state. What is lost on one side of a wire is shown on the other, as a
 * cable would: the port without fault is taken down, and up again when the link
 * is back. A port that was taken down cannot tell of its own link meanwhile.
 */

#include "gz_log.h"
#include "gz_stat.h"

#include "port_worker.h"

GZ_LOG_REGISTER(link)

enum {
	NIC_MISSED,
	NIC_ERRORS,
	NIC_NO_BUFFER,
};

static const struct gz_stat_row nic_rows[] = {
	[NIC_MISSED] = { "port.nic_missed",
			"packets that NICs or the kernel dropped for want of room" },
	[NIC_ERRORS] = { "port.nic_errors", "packets that NICs received with errors" },
	[NIC_NO_BUFFER] = { "port.nic_no_buffer", "packets that NICs had no buffer for" },
};
GZ_STAT_REGISTER(nic, nic_rows)

static void
force(struct port *p, bool down)
{
	int ret = p->ops->set_up(p, !down);

	if (ret < 0) {
		/* Not this kind of port: do not try again and again. */
		p->link.can_set = false;
		GZ_LOG(INFO, "port %s cannot show that its other side has no link", p->spec->name);
		return;
	}
	p->link.is_forced = down;
	GZ_LOG(NOTICE, "port %s: taken %s, as the other side's link is", p->spec->name,
			down ? "down" : "up");
}

static void
propagate(struct port *from, struct port *to)
{
	bool up = atomic_load_explicit(&from->link.up, memory_order_relaxed);

	if (!from->link.is_known || from->link.is_forced || !to->link.can_set)
		return;
	if (!up && !to->link.is_forced)
		force(to, true);
	else if (up && to->link.is_forced)
		force(to, false);
}

static void
refresh(struct port *p)
{
	bool before = atomic_load_explicit(&p->link.up, memory_order_relaxed), now;

	p->ops->poll(p);
	now = atomic_load_explicit(&p->link.up, memory_order_relaxed);
	if (now != before)
		GZ_LOG(NOTICE, "port %s: link %s", p->spec->name, now ? "up" : "down");
}

void
link_poll(struct gz_ports *s)
{
	uint64_t missed = 0, errors = 0, no_buffer = 0;
	struct port *p;
	uint32_t i;

	for (i = 0; i < s->nb_ports; i++) {
		p = port_at(s, i);
		refresh(p);
		missed += p->link.missed;
		errors += p->link.errors;
		no_buffer += p->link.no_buffer;
	}
	GZ_STAT_SET(nic, NIC_MISSED, missed);
	GZ_STAT_SET(nic, NIC_ERRORS, errors);
	GZ_STAT_SET(nic, NIC_NO_BUFFER, no_buffer);
	for (i = 0; i < s->nb_ports; i++) {
		p = port_at(s, i);
		if (s->wires[p->wire].propagate)
			propagate(p, p->peer);
	}
}

void
link_restore(struct gz_ports *s)
{
	struct port *p;
	uint32_t i;

	for (i = 0; i < s->nb_ports; i++) {
		p = port_at(s, i);
		if (p->link.is_forced)
			force(p, false);
	}
}
