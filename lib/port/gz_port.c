/* SPDX-License-Identifier: BSD-3-Clause */

/* Ports opened and closed; each worker's view of them. */

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <rte_errno.h>

#include "gz_log.h"

#include "port_worker.h"

GZ_LOG_REGISTER(port)

void
port_error(struct gz_errors *errors, const struct port *p, const char *fmt, ...)
{
	char text[512];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	gz_errors_add(errors, p->spec->place, "port", "port %s: %s", p->spec->name, text);
}

static const struct port_ops *
ops_of(enum port_kind kind)
{
	return kind == PORT_PACKET ? &port_packet_ops : &port_dev_ops;
}

static void
make_wire(struct gz_ports *s, uint32_t i)
{
	const struct wire_conf *wc = &s->conf.wires[i];
	struct wire *wire = &s->wires[i];
	struct port *p;
	uint32_t side;

	if (*wc->name != '\0')
		snprintf(wire->name, sizeof(wire->name), "%s", wc->name);
	else
		snprintf(wire->name, sizeof(wire->name), "wire%u", i);
	wire->propagate = wc->propagate;
	for (side = GZ_OUTSIDE; side <= GZ_INSIDE; side++) {
		p = &wire->port[side];
		p->spec = &wc->port[side];
		p->ops = ops_of(p->spec->kind);
		p->tenant = wc->tenant;
		p->link_type = GZ_LINK_ETHERNET;
		/* who claims to be on the other side of the wire is somebody else */
		p->flags = GZ_PKT_SIDED;
	}
}

static void
number_ports(struct gz_ports *s)
{
	struct port *p;
	uint32_t i, q;

	s->nb_ports = 2 * s->nb_wires;
	for (i = 0; i < s->nb_ports; i++) {
		p = port_at(s, i);
		p->s = s;
		p->index = i;
		p->wire = (uint16_t)(i / 2);
		p->side = (uint8_t)(i % 2);
		p->peer = port_at(s, i ^ 1);
		atomic_init(&p->link.up, true);
		for (q = 0; q < PORT_QUEUES_MOST; q++) {
			rte_spinlock_init(&p->tx_lock[q]);
			p->fds[q] = -1;
		}
	}
}

/* Queues of all ports in turn over the workers, a port's queue q on worker q. */
static bool
share_queues(struct gz_port_worker *w)
{
	const struct gz_ports *s = w->s;
	struct port *p;
	uint32_t i, q;

	w->rxq = calloc((size_t)s->nb_ports * PORT_QUEUES_MOST, sizeof(*w->rxq));
	if (w->rxq == NULL)
		return false;
	for (i = 0; i < s->nb_ports; i++) {
		p = port_at(s, i);
		for (q = 0; q < p->nb_rxq; q++) {
			if (q % s->nb_workers == w->id)
				w->rxq[w->nb_rxq++] = (struct port_rxq){ p, q };
		}
	}
	return true;
}

static void
close_worker(struct gz_port_worker *w)
{
	if (w == NULL)
		return;
	wait_close(w);
	packet_burst_close(w);
	steer_close(w);
	free(w->rxq);
	free(w->out);
	free(w->count);
	free(w);
}

static struct gz_port_worker *
open_worker(struct gz_ports *s, uint32_t id)
{
	struct gz_port_worker *w = aligned_alloc(RTE_CACHE_LINE_SIZE, sizeof(*w));

	if (w == NULL)
		return NULL;
	memset(w, 0, sizeof(*w));
	w->s = s;
	w->id = id;
	w->steer.wake_fd = -1;
	w->out = calloc(s->nb_ports, sizeof(*w->out));
	w->count = calloc(s->nb_ports, sizeof(*w->count));
	if (w->out == NULL || w->count == NULL || !share_queues(w) || !steer_open(w) ||
			!packet_burst_open(w) || !wait_open(w)) {
		close_worker(w);
		return NULL;
	}
	return w;
}

static bool
open_workers(struct gz_ports *s, struct gz_errors *errors)
{
	uint32_t i;

	s->workers = calloc(s->nb_workers, sizeof(*s->workers));
	for (i = 0; s->workers != NULL && i < s->nb_workers; i++) {
		s->workers[i] = open_worker(s, i);
		if (s->workers[i] == NULL)
			break;
	}
	if (s->workers == NULL || i < s->nb_workers) {
		gz_errors_add(errors, (struct gz_place){ 0 }, "no memory",
				"no memory for the ports of worker %u", i);
		return false;
	}
	return true;
}

static bool
open_live(struct gz_ports *s, struct gz_errors *errors)
{
	bool good = true;
	uint32_t i;

	s->nb_wires = s->conf.nb_wires;
	s->wires = calloc(s->nb_wires, sizeof(*s->wires));
	if (s->wires == NULL)
		abort();
	for (i = 0; i < s->nb_wires; i++)
		make_wire(s, i);
	number_ports(s);
	if (!port_pools_open(s, errors))
		return false;
	for (i = 0; i < s->nb_ports; i++)
		good = port_at(s, i)->ops->open(s, port_at(s, i), errors) && good;
	return good;
}

static bool
open_replay(struct gz_ports *s, const struct gz_replay *replay, struct gz_errors *errors)
{
	uint32_t side;

	s->nb_wires = 1;
	s->wires = calloc(1, sizeof(*s->wires));
	if (s->wires == NULL)
		abort();
	snprintf(s->wires[0].name, sizeof(s->wires[0].name), "replay");
	/* without GZ_PKT_SIDED: a capture does not tell by which port a frame came */
	for (side = GZ_OUTSIDE; side <= GZ_INSIDE; side++)
		s->wires[0].port[side].ops = &port_replay_ops;
	number_ports(s);
	return port_pools_open(s, errors) && replay_open(s, replay, errors);
}

struct gz_ports *
gz_ports_open(const struct gz_conf *conf, const struct gz_replay *replay, uint32_t nb_workers,
		struct gz_errors *errors)
{
	struct gz_ports *s = calloc(1, sizeof(*s));

	if (s == NULL)
		abort();
	if (!port_conf_read(&s->conf, conf, replay, errors))
		goto close;
	s->nb_workers = s->conf.nb_workers = nb_workers;
	if (!(replay != NULL ? open_replay(s, replay, errors) : open_live(s, errors)))
		goto close;
	s->steers = nb_workers > 1 && !dev_rss_is_symmetric(s);
	if (!open_workers(s, errors))
		goto close;
	return s;

close:
	gz_ports_close(s);
	return NULL;
}

/* Frames that were on their way between workers, or out. */
static void
free_queued(struct gz_ports *s)
{
	struct gz_port_worker *w;
	struct gz_pkt *p;
	uint32_t i, j;

	for (i = 0; i < s->nb_workers && s->workers[i] != NULL; i++) {
		w = s->workers[i];
		while (steer_take(w, &p, 1) > 0)
			rte_pktmbuf_free(p->mbuf);
		for (j = 0; j < s->nb_ports; j++) {
			while (w->out[j].n > 0)
				rte_pktmbuf_free(w->out[j].v[--w->out[j].n]->mbuf);
		}
	}
}

void
gz_ports_close(struct gz_ports *s)
{
	uint32_t i;

	if (s == NULL)
		return;
	if (s->workers != NULL)
		free_queued(s);
	link_restore(s);
	for (i = 0; s->workers != NULL && i < s->nb_workers; i++)
		close_worker(s->workers[i]);
	for (i = 0; i < s->nb_ports; i++)
		port_at(s, i)->ops->close(port_at(s, i));
	replay_close(s);
	port_pools_close(s);
	free(s->workers);
	free(s->wires);
	port_conf_free(&s->conf);
	free(s);
}

struct gz_port_worker *
gz_port_worker(struct gz_ports *s, uint32_t id)
{
	return s->workers[id];
}

uint32_t
gz_ports_wires(const struct gz_ports *s)
{
	return s->nb_wires;
}

const char *
gz_ports_wire_name(const struct gz_ports *s, uint16_t wire)
{
	return s->wires[wire].name;
}

void
gz_ports_poll(struct gz_ports *s)
{
	link_poll(s);
}
