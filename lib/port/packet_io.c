/* SPDX-License-Identifier: BSD-3-Clause */

/* Bursts from and to kernel interfaces, a system call each. */

#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "port_worker.h"

enum {
	TAG_LEN = 4,
	MACS_LEN = 12,
	LARGE_FRONT = 8, /* before a frame in a large buffer, so that its tag can be put back */
	LARGE_MOST = UINT16_MAX - LARGE_FRONT,
	PARTS = 3, /* what the kernel says of it, the frame, what does not fit its buffer */
};

struct packet_burst {
	struct mmsghdr msg[GZ_BURST];
	struct iovec part[GZ_BURST][PARTS];
	struct virtio_net_hdr vnet[GZ_BURST];
	struct {
		_Alignas(struct cmsghdr) char b[CMSG_SPACE(sizeof(struct tpacket_auxdata))];
	} control[GZ_BURST];
	struct rte_mbuf *m[GZ_BURST]; /* to receive into */
	uint32_t nb_m;
	uint8_t *spill[GZ_BURST]; /* the rest of frames that do not fit; touched only then */
};

/* A frame as received, before it is a packet. */
struct frame {
	struct rte_mbuf *m;
	uint32_t len;
	uint32_t in_m; /* bytes of it in its buffer; the others are in the spill */
	uint16_t tci, tpid;
	bool has_tag;
};

bool
packet_burst_open(struct gz_port_worker *w)
{
	struct packet_burst *b;
	uint8_t *spill;
	uint32_t i;

	if (w->s->conf.replay || !port_conf_has(&w->s->conf, PORT_PACKET))
		return true;
	b = calloc(1, sizeof(*b));
	spill = malloc((size_t)GZ_BURST * UINT16_MAX);
	if (b == NULL || spill == NULL) {
		free(b);
		free(spill);
		return false;
	}
	for (i = 0; i < GZ_BURST; i++)
		b->spill[i] = spill + (size_t)i * UINT16_MAX;
	w->packets = b;
	return true;
}

void
packet_burst_close(struct gz_port_worker *w)
{
	struct packet_burst *b = w->packets;

	if (b == NULL)
		return;
	while (b->nb_m > 0)
		rte_pktmbuf_free(b->m[--b->nb_m]);
	free(b->spill[0]);
	free(b);
	w->packets = NULL;
}

/* @return how many buffers there are to receive into, up to @p want. */
static uint32_t
provide(struct gz_port_worker *w, struct port *p, uint32_t want)
{
	struct packet_burst *b = w->packets;
	uint32_t i, room;

	while (b->nb_m < want) {
		b->m[b->nb_m] = rte_pktmbuf_alloc(w->s->frames);
		if (b->m[b->nb_m] == NULL) {
			w->count[p->index].no_mbuf++;
			want = b->nb_m;
			break;
		}
		b->nb_m++;
	}
	for (i = 0; i < want; i++) {
		room = rte_pktmbuf_tailroom(b->m[i]);
		b->part[i][0] = (struct iovec){ &b->vnet[i], sizeof(b->vnet[i]) };
		b->part[i][1] = (struct iovec){ rte_pktmbuf_mtod(b->m[i], void *), room };
		b->part[i][2] = (struct iovec){ b->spill[i], UINT16_MAX };
		b->msg[i].msg_hdr = (struct msghdr){
			.msg_iov = b->part[i],
			.msg_iovlen = PARTS,
			.msg_control = b->control[i].b,
			.msg_controllen = sizeof(b->control[i].b),
		};
	}
	return want;
}

static void
read_tag(struct msghdr *h, struct frame *f)
{
	struct cmsghdr *c;
	struct tpacket_auxdata aux;

	for (c = CMSG_FIRSTHDR(h); c != NULL; c = CMSG_NXTHDR(h, c)) {
		if (c->cmsg_level != SOL_PACKET || c->cmsg_type != PACKET_AUXDATA)
			continue;
		memcpy(&aux, CMSG_DATA(c), sizeof(aux));
		if ((aux.tp_status & TP_STATUS_VLAN_VALID) == 0)
			continue;
		f->has_tag = true;
		f->tci = aux.tp_vlan_tci;
		f->tpid = (aux.tp_status & TP_STATUS_VLAN_TPID_VALID) != 0 ? aux.tp_vlan_tpid
									   : ETH_P_8021Q;
	}
}

/* The tag goes back where the sender had it. */
static void
put_tag(struct frame *f, struct virtio_net_hdr *vnet)
{
	uint8_t *data;

	f->m->data_off = (uint16_t)(f->m->data_off - TAG_LEN);
	f->m->data_len = (uint16_t)(f->m->data_len + TAG_LEN);
	f->m->pkt_len += TAG_LEN;
	data = rte_pktmbuf_mtod(f->m, uint8_t *);
	memmove(data, data + TAG_LEN, MACS_LEN);
	data[MACS_LEN] = (uint8_t)(f->tpid >> 8);
	data[MACS_LEN + 1] = (uint8_t)f->tpid;
	data[MACS_LEN + 2] = (uint8_t)(f->tci >> 8);
	data[MACS_LEN + 3] = (uint8_t)f->tci;
	if ((vnet->flags & VIRTIO_NET_HDR_F_NEEDS_CSUM) != 0)
		vnet->csum_start = (uint16_t)(vnet->csum_start + TAG_LEN);
	if (vnet->hdr_len != 0)
		vnet->hdr_len = (uint16_t)(vnet->hdr_len + TAG_LEN);
}

/* Both parts of a long frame in one buffer. */
static bool
enlarge(struct gz_port_worker *w, struct frame *f, const uint8_t *spill)
{
	struct rte_mbuf *large = NULL;

	if (w->s->large != NULL && f->len <= LARGE_MOST)
		large = rte_pktmbuf_alloc(w->s->large);
	if (large == NULL)
		return false;
	large->data_off = LARGE_FRONT;
	memcpy(rte_pktmbuf_mtod(large, uint8_t *), rte_pktmbuf_mtod(f->m, uint8_t *), f->in_m);
	memcpy(rte_pktmbuf_mtod(large, uint8_t *) + f->in_m, spill, f->len - f->in_m);
	rte_pktmbuf_free(f->m);
	f->m = large;
	return true;
}

/* @return the packet, or NULL: longer than may be; counted, freed. */
static struct gz_pkt *
accept_frame(struct gz_port_worker *w, struct port *p, struct frame *f, uint32_t i)
{
	struct virtio_net_hdr *vnet = &w->packets->vnet[i];
	bool is_super = vnet->gso_type != VIRTIO_NET_HDR_GSO_NONE;
	struct gz_pkt *k;

	if (unlikely(f->len > w->s->conf.frame_max) &&
			(!is_super || (f->len > f->in_m && !enlarge(w, f, w->packets->spill[i])))) {
		w->count[p->index].oversize++;
		port_refused(GZ_WHY_OVERSIZE);
		rte_pktmbuf_free(f->m);
		return NULL;
	}
	f->m->data_len = (uint16_t)f->len;
	f->m->pkt_len = f->len;
	if (f->has_tag && f->len >= MACS_LEN)
		put_tag(f, vnet);

	k = port_accept(p, f->m, port_now(w));
	port_priv(k)->vnet = *vnet;
	if ((vnet->flags & VIRTIO_NET_HDR_F_NEEDS_CSUM) != 0)
		k->flags |= GZ_PKT_SUM_PARTIAL;
	w->count[p->index].partial += (k->flags & GZ_PKT_SUM_PARTIAL) != 0;
	return k;
}

uint32_t
packet_rx(struct gz_port_worker *w, struct port *p, uint32_t queue, struct gz_pkt *burst[],
		uint32_t most)
{
	struct packet_burst *b = w->packets;
	uint32_t n, i, kept = 0;
	uint64_t bytes = 0;
	struct frame f;
	int got;

	n = provide(w, p, RTE_MIN(most, (uint32_t)GZ_BURST));
	got = n > 0 ? recvmmsg(p->fds[queue], b->msg, n, MSG_DONTWAIT | MSG_TRUNC, NULL) : 0;
	if (got <= 0)
		return 0;
	for (i = 0; i < (uint32_t)got; i++) {
		f = (struct frame){ .m = b->m[i] };
		f.len = b->msg[i].msg_len - (uint32_t)sizeof(b->vnet[i]);
		f.in_m = RTE_MIN(f.len, (uint32_t)b->part[i][1].iov_len);
		read_tag(&b->msg[i].msg_hdr, &f);
		burst[kept] = accept_frame(w, p, &f, i);
		if (burst[kept] != NULL)
			bytes += burst[kept++]->len;
	}
	b->nb_m -= (uint32_t)got;
	memmove(b->m, b->m + got, b->nb_m * sizeof(b->m[0]));
	port_count_rx(w, p, kept, bytes);
	return kept;
}

/* What the kernel is to do to the frame is what was left to it when it came, if anything. */
static void
prepare(struct packet_burst *b, struct gz_pkt *p, uint32_t i)
{
	const struct virtio_net_hdr *vnet = &port_priv(p)->vnet;

	b->vnet[i] = (struct virtio_net_hdr){ 0 };
	if ((p->flags & GZ_PKT_SUM_PARTIAL) == 0 && vnet->gso_type != VIRTIO_NET_HDR_GSO_NONE)
		gz_pkt_leave_checksum(
				p); /* a segment's sum is the kernel's: ours was over all of them */
	if ((p->flags & GZ_PKT_SUM_PARTIAL) != 0)
		b->vnet[i] = *vnet;
	b->part[i][0] = (struct iovec){ &b->vnet[i], sizeof(b->vnet[i]) };
	b->part[i][1] = (struct iovec){ p->data, p->len };
	b->msg[i].msg_hdr = (struct msghdr){ .msg_iov = b->part[i], .msg_iovlen = 2 };
}

void
packet_tx(struct gz_port_worker *w, struct port *p, struct gz_pkt *v[], uint32_t n)
{
	struct packet_burst *b = w->packets;
	int fd = p->fds[w->id % p->nb_txq], ret;
	uint32_t i, done = 0, sent = 0;
	uint64_t bytes = 0;

	for (i = 0; i < n; i++)
		prepare(b, v[i], i);
	while (done < n) {
		ret = sendmmsg(fd, &b->msg[done], n - done, MSG_DONTWAIT);
		if (ret <= 0) {
			/* The first one was not taken: go on with the next. */
			port_lost(w, p, v[done++], GZ_WHY_TX);
			continue;
		}
		for (i = done; i < done + (uint32_t)ret; i++) {
			bytes += v[i]->len;
			rte_pktmbuf_free(v[i]->mbuf);
		}
		done += (uint32_t)ret;
		sent += (uint32_t)ret;
	}
	port_count_tx(w, p, sent, bytes);
}
