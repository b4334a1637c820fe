/* SPDX-License-Identifier: BSD-3-Clause */

/* `show ports`: what each port is, how flows find their worker, and what was counted. */

#include "gz_out.h"

#include "port_worker.h"

static struct port_count
sum(const struct gz_ports *s, uint32_t index)
{
	const struct port_count *c;
	struct port_count all = { 0 };
	uint32_t i;

	for (i = 0; i < s->nb_workers; i++) {
		c = &s->workers[i]->count[index];
		all.rx_pkts += c->rx_pkts;
		all.rx_bytes += c->rx_bytes;
		all.tx_pkts += c->tx_pkts;
		all.tx_bytes += c->tx_bytes;
		all.tx_failed += c->tx_failed;
		all.oversize += c->oversize;
		all.no_mbuf += c->no_mbuf;
		all.partial += c->partial;
	}
	return all;
}

static const char *
name_of(const struct gz_ports *s, const struct port *p)
{
	if (p->spec != NULL)
		return p->spec->name;
	return p->side == GZ_OUTSIDE ? "capture" : s->writer != NULL ? "file" : "nowhere";
}

static const char *
link_of(const struct port *p)
{
	if (p->link.is_forced)
		return "down (as the other side)";
	if (!p->link.is_known)
		return "unknown";
	return atomic_load_explicit(&p->link.up, memory_order_relaxed) ? "up" : "down";
}

static void
show_ports(const struct gz_ports *s, struct gz_out *out)
{
	const struct port *p;
	uint32_t i;

	gz_out_table(out, "ports", "wire", "side", "port", "kind", "driver", "mac", "link", "mbps",
			"mtu", "queues", "offloads", NULL);
	for (i = 0; i < s->nb_ports; i++) {
		p = port_at(s, i);
		gz_out_row(out);
		gz_out_str(out, "wire", s->wires[p->wire].name);
		gz_out_str(out, "side", p->side == GZ_OUTSIDE ? "outside" : "inside");
		gz_out_str(out, "port", name_of(s, p));
		gz_out_str(out, "kind", p->ops->kind);
		gz_out_str(out, "driver", p->driver);
		gz_out_str(out, "mac", p->mac);
		gz_out_str(out, "link", link_of(p));
		gz_out_u64(out, "mbps", p->link.speed_mbps);
		gz_out_u64(out, "mtu", p->mtu);
		gz_out_u64(out, "queues", p->nb_rxq);
		gz_out_str(out, "offloads",
				p->is_symmetric                         ? "rss"
						: p->ops->takes_partial ? "checksum segments"
									: "");
	}
	gz_out_table_end(out);
}

static void
show_counts(const struct gz_ports *s, struct gz_out *out)
{
	const struct port *p;
	struct port_count c;
	uint32_t i;

	gz_out_table(out, "counters", "port", "rx-packets", "rx-bytes", "tx-packets", "tx-bytes",
			"tx-failed", "missed", "errors", "no-buffer", "oversize", "partial-sums",
			NULL);
	for (i = 0; i < s->nb_ports; i++) {
		p = port_at(s, i);
		c = sum(s, i);
		gz_out_row(out);
		gz_out_str(out, "port", name_of(s, p));
		gz_out_u64(out, "rx-packets", c.rx_pkts);
		gz_out_u64(out, "rx-bytes", c.rx_bytes);
		gz_out_u64(out, "tx-packets", c.tx_pkts);
		gz_out_u64(out, "tx-bytes", c.tx_bytes);
		gz_out_u64(out, "tx-failed", c.tx_failed);
		gz_out_u64(out, "missed", p->link.missed);
		gz_out_u64(out, "errors", p->link.errors);
		gz_out_u64(out, "no-buffer", p->link.no_buffer + c.no_mbuf);
		gz_out_u64(out, "oversize", c.oversize);
		gz_out_u64(out, "partial-sums", c.partial);
	}
	gz_out_table_end(out);
}

void
gz_ports_show(const struct gz_ports *s, struct gz_out *out)
{
	const char *how = "one worker";

	if (s->nb_workers > 1)
		how = s->steers ? "software" : "symmetric RSS of the NIC";
	gz_out_str(out, "steering", how);
	gz_out_u64(out, "workers", s->nb_workers);
	gz_out_u64(out, "buffers", s->conf.mbufs);
	gz_out_u64(out, "buffers-in-use", rte_mempool_in_use_count(s->frames));
	gz_out_u64(out, "frame-max", s->conf.frame_max);
	show_ports(s, out);
	show_counts(s, out);
}
