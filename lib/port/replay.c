/* SPDX-License-Identifier: BSD-3-Clause */

/*
 * A capture in place of NICs: the outside port gives its frames, where they lie
 * in the file's mapping, and what is sent goes to a file, or nowhere. Worker 0
 * reads; the others get theirs by steering.
 */

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "gz_log.h"

#include "capture.h"
#include "pcap_write.h"
#include "port_worker.h"

GZ_LOG_REGISTER(replay)

static const char *
replay_why(const struct capture *c)
{
	return c->broken[0] != '\0' ? c->broken : NULL;
}

/* What left is written as it came: then nothing but the packets can differ. */
static bool
open_writer(struct gz_ports *s, const char *path, struct gz_errors *errors)
{
	const struct capture *c = s->capture;
	struct pcap_form form = { .dlt = 1, .nano = c->nano };

	if (c->nb_ifs > 0) {
		form.dlt = c->ifs[0].dlt;
		form.snap = c->ifs[0].snap;
	}
	s->writer = pcap_writer_open(path, &form);
	if (s->writer == NULL)
		gz_errors_add(errors, (struct gz_place){ .file = path }, "capture",
				"cannot be written: %s", strerror(errno));
	return s->writer != NULL;
}

/* So many frames can be in work at once: what lies before them is not written any more. */
static bool
open_history(struct gz_ports *s)
{
	s->nb_history = (s->conf.mbufs + GZ_BURST) / GZ_BURST + 2;
	s->history = calloc(s->nb_history, sizeof(*s->history));
	return s->history != NULL;
}

bool
replay_open(struct gz_ports *s, const struct gz_replay *replay, struct gz_errors *errors)
{
	struct gz_place place = { .file = replay->path };
	struct port *outside = port_at(s, GZ_OUTSIDE);
	char why[CAPTURE_WHY];

	s->capture = capture_open(replay->path, why);
	if (s->capture == NULL) {
		gz_errors_add(errors, place, "capture", "%s", why);
		return false;
	}
	if (!open_history(s)) {
		gz_errors_add(errors, place, "no memory", "no memory to read it");
		return false;
	}
	outside->nb_rxq = 1;
	if (s->capture->nb_ifs > 0)
		outside->link_type = (uint8_t)s->capture->ifs[0].link;
	outside->peer->link_type = outside->link_type;

	return replay->write_path == NULL || open_writer(s, replay->write_path, errors);
}

void
replay_close(struct gz_ports *s)
{
	int ret;

	if (s->writer != NULL) {
		ret = pcap_writer_close(s->writer);
		if (ret < 0)
			GZ_LOG(ERR, "what left the wire is not wholly written: %s", strerror(-ret));
	}
	capture_close(s->capture);
	free(s->history);
}

/* Give back the pages of frames that nobody can have in hand any more. */
static void
pass(struct gz_ports *s)
{
	struct capture *c = s->capture;
	uint64_t *slot = &s->history[c->number / GZ_BURST % s->nb_history];
	uint64_t oldest = *slot;

	*slot = c->off;
	atomic_store_explicit(&s->read_off, c->off, memory_order_relaxed);
	capture_passed(c, oldest);
}

static struct gz_pkt *
accept_frame(const struct port *p, struct rte_mbuf *m, const struct capture_frame *f,
		uint64_t number)
{
	struct gz_pkt *k;

	/* Nothing but replay uses this pool, whose buffers have no room of their own. */
	m->buf_addr = f->data;
	m->buf_len = (uint16_t)RTE_MIN(f->len, (uint32_t)UINT16_MAX);
	m->data_off = 0;
	m->data_len = m->buf_len;
	m->pkt_len = f->len;
	k = port_accept(p, m, f->time_ns / 1000);
	k->link = f->link;
	k->number = number;
	port_priv(k)->ns = (uint16_t)(f->time_ns % 1000);
	return k;
}

static uint32_t
replay_rx(struct gz_port_worker *w, struct port *p, uint32_t queue, struct gz_pkt *burst[],
		uint32_t most)
{
	struct capture *c = w->s->capture;
	void *m[GZ_BURST];
	struct capture_frame f;
	uint64_t bytes = 0, before = c->number / GZ_BURST;
	uint32_t n = 0;

	most = RTE_MIN(most, (uint32_t)GZ_BURST);
	if (rte_mempool_get_bulk(w->s->frames, m, most) < 0)
		return 0;
	while (n < most && capture_next(c, &f)) {
		burst[n] = accept_frame(p, m[n], &f, c->number);
		bytes += f.len;
		n++;
	}
	if (n < most)
		rte_mempool_put_bulk(w->s->frames, m + n, most - n);
	if (n == 0 && most > 0)
		atomic_store_explicit(&w->s->ended, true, memory_order_release);
	if (c->number / GZ_BURST != before)
		pass(w->s);
	port_count_rx(w, p, n, bytes);
	return n;
}

static void
replay_tx(struct gz_port_worker *w, struct port *p, struct gz_pkt *v[], uint32_t n)
{
	uint64_t bytes = 0;
	uint32_t i;

	for (i = 0; i < n; i++) {
		bytes += v[i]->len;
		if (w->s->writer != NULL)
			pcap_write(w->s->writer, v[i]->time_us * 1000 + port_priv(v[i])->ns,
					v[i]->data, v[i]->len);
		rte_pktmbuf_free(v[i]->mbuf);
	}
	port_count_tx(w, p, n, bytes);
}

static void
replay_close_port(struct port *p)
{
}

static void
replay_poll(struct port *p)
{
}

static int
replay_set_up(struct port *p, bool up)
{
	return -ENOTSUP;
}

static int
replay_fd(const struct port *p, uint32_t queue)
{
	return -1;
}

const struct port_ops port_replay_ops = {
	.kind = "capture",
	.takes_partial = true,
	.close = replay_close_port,
	.rx = replay_rx,
	.tx = replay_tx,
	.fd = replay_fd,
	.poll = replay_poll,
	.set_up = replay_set_up,
};

bool
gz_port_is_done(const struct gz_port_worker *w)
{
	const struct gz_ports *s = w->s;

	if (!s->conf.replay || !atomic_load_explicit(&s->ended, memory_order_acquire))
		return false;
	return steer_is_quiet(s);
}

double
gz_ports_progress(const struct gz_ports *s)
{
	if (s->capture == NULL)
		return 0;
	return (double)atomic_load_explicit(&s->read_off, memory_order_relaxed) /
			(double)s->capture->size;
}

const char *
gz_ports_broken(const struct gz_ports *s)
{
	return s->capture != NULL ? replay_why(s->capture) : NULL;
}

bool
gz_ports_cut(const struct gz_ports *s)
{
	return s->capture != NULL && s->capture->cut;
}
