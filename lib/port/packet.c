/* SPDX-License-Identifier: BSD-3-Clause */

/*
 * Kernel interfaces as ports, by AF_PACKET sockets of our own: DPDK's driver
 * for them loses the kind of an outer VLAN tag, cuts frames that are longer
 * than its ring's, and does not know of checksums and segmentation left to the
 * NIC, so that it carries no TCP between virtual machines or containers as they
 * come. Here these pass as they are.
 */

#include <arpa/inet.h>
#include <errno.h>
#include <linux/ethtool.h>
#include <linux/if_packet.h>
#include <linux/sockios.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <rte_common.h>

#include "gz_log.h"

#include "port_worker.h"

GZ_LOG_REGISTER(packet)

/* @return 0 or -errno. */
static int
ask(const struct port *p, unsigned long what, struct ifreq *r)
{
	snprintf(r->ifr_name, sizeof(r->ifr_name), "%s", p->spec->arg);
	return ioctl(p->fds[0], what, r) < 0 ? -errno : 0;
}

static bool
set(int fd, int option, const void *value, socklen_t len)
{
	return setsockopt(fd, SOL_PACKET, option, value, len) == 0;
}

/* More than an administrator lets everybody have, where we may. */
static void
set_buffer(int fd, int force, int plain, int bytes)
{
	if (setsockopt(fd, SOL_SOCKET, force, &bytes, sizeof(bytes)) < 0 &&
			setsockopt(fd, SOL_SOCKET, plain, &bytes, sizeof(bytes)) < 0)
		GZ_LOG(DEBUG, "socket buffer stays as it is: %s", strerror(errno));
}

static int
bind_to(int fd, int ifindex, uint16_t protocol)
{
	struct sockaddr_ll a = {
		.sll_family = AF_PACKET,
		.sll_protocol = htons(protocol),
		.sll_ifindex = ifindex,
	};
	const void *any = &a;

	return bind(fd, any, sizeof(a)) < 0 ? -errno : 0;
}

/* @return a socket that receives from the interface, or only sends to it; -errno. */
static int
open_socket(const struct port *p, bool receives)
{
	struct packet_mreq all = { .mr_ifindex = p->ifindex, .mr_type = PACKET_MR_PROMISC };
	int bytes = (int)p->s->conf.socket_buffer, one = 1, ret;
	int fd = socket(AF_PACKET, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return -errno;
	set_buffer(fd, SO_RCVBUFFORCE, SO_RCVBUF, receives ? bytes : 0);
	set_buffer(fd, SO_SNDBUFFORCE, SO_SNDBUF, bytes);
	if (!set(fd, PACKET_VNET_HDR, &one, sizeof(one)) ||
			!set(fd, PACKET_AUXDATA, &one, sizeof(one)) ||
			!set(fd, PACKET_IGNORE_OUTGOING, &one, sizeof(one)) ||
			!set(fd, PACKET_ADD_MEMBERSHIP, &all, sizeof(all))) {
		ret = -errno;
		goto close_fd;
	}
	ret = bind_to(fd, p->ifindex, receives ? ETH_P_ALL : 0);
	if (ret < 0)
		goto close_fd;
	return fd;

close_fd:
	close(fd);
	return ret;
}

/* Spread what arrives over the sockets; the first one founds the group. @return 0 or -errno. */
static int
join(struct port *p, uint32_t queue)
{
	int value = (PACKET_FANOUT_HASH | PACKET_FANOUT_FLAG_UNIQUEID) << 16;
	socklen_t len = sizeof(value);

	if (p->nb_rxq == 1)
		return 0;
	if (queue > 0) {
		if (getsockopt(p->fds[0], SOL_PACKET, PACKET_FANOUT, &value, &len) < 0)
			return -errno;
		value = (value & UINT16_MAX) | PACKET_FANOUT_HASH << 16;
	}
	return set(p->fds[queue], PACKET_FANOUT, &value, sizeof(value)) ? 0 : -errno;
}

static bool
open_sockets(struct port *p, struct gz_errors *errors)
{
	uint32_t q;
	int ret = 0;

	p->nb_rxq = RTE_MIN(p->s->conf.queues, (uint32_t)PORT_QUEUES_MOST);
	p->nb_txq = RTE_MAX(p->nb_rxq, p->s->nb_workers);
	for (q = 0; ret >= 0 && q < p->nb_txq; q++) {
		ret = open_socket(p, q < p->nb_rxq);
		if (ret < 0)
			break;
		p->fds[q] = ret;
		if (q < p->nb_rxq)
			ret = join(p, q);
	}
	if (ret == -EPERM)
		port_error(errors, p,
				"not allowed: this needs root, or the capability CAP_NET_RAW");
	else if (ret < 0)
		port_error(errors, p, "no packet socket: %s", strerror(-ret));
	return ret >= 0;
}

/* An interface that is a port is up. */
static int
packet_set_up(struct port *p, bool up)
{
	struct ifreq r = { 0 };
	int ret = ask(p, SIOCGIFFLAGS, &r);
	bool is_up = (r.ifr_flags & IFF_UP) != 0;

	if (ret < 0 || is_up == up)
		return ret;
	r.ifr_flags = (short)(up ? r.ifr_flags | IFF_UP : r.ifr_flags & ~IFF_UP);
	return ask(p, SIOCSIFFLAGS, &r);
}

static bool
describe(struct port *p, struct gz_errors *errors)
{
	struct ethtool_drvinfo info = { .cmd = ETHTOOL_GDRVINFO };
	struct ifreq r = { 0 };
	const uint8_t *mac = (const uint8_t *)r.ifr_hwaddr.sa_data;

	if (ask(p, SIOCGIFHWADDR, &r) < 0 ||
			(r.ifr_hwaddr.sa_family != ARPHRD_ETHER &&
					r.ifr_hwaddr.sa_family != ARPHRD_LOOPBACK)) {
		port_error(errors, p, "is no Ethernet interface");
		return false;
	}
	snprintf(p->mac, sizeof(p->mac), "%02X:%02X:%02X:%02X:%02X:%02X", mac[0], mac[1], mac[2],
			mac[3], mac[4], mac[5]);
	if (ask(p, SIOCGIFMTU, &r) == 0)
		p->mtu = (uint32_t)r.ifr_mtu;
	r.ifr_data = (char *)&info;
	if (ask(p, SIOCETHTOOL, &r) == 0)
		snprintf(p->driver, sizeof(p->driver), "%s", info.driver);
	else
		snprintf(p->driver, sizeof(p->driver), "kernel");
	return true;
}

static void
compare_mtu(const struct port *p)
{
	const uint32_t most = p->s->conf.frame_max - ETHER_HDR_LEN;

	if (p->mtu > most)
		GZ_LOG(WARNING, "port %s has an MTU of %u bytes, and port.frame-max lets %u pass: longer packets are dropped",
				p->spec->name, p->mtu, most);
	if (p->side == GZ_INSIDE && p->peer->ops == p->ops && p->peer->mtu != p->mtu)
		GZ_LOG(WARNING, "port %s has an MTU of %u bytes, and %s one of %u: longer packets are lost",
				p->spec->name, p->mtu, p->peer->spec->name, p->peer->mtu);
}

static bool
packet_open(struct gz_ports *s, struct port *p, struct gz_errors *errors)
{
	int ret;

	p->ifindex = (int)if_nametoindex(p->spec->arg);
	if (p->ifindex == 0) {
		port_error(errors, p, "there is no interface %s here", p->spec->arg);
		return false;
	}
	if (!open_sockets(p, errors) || !describe(p, errors))
		return false;
	ret = packet_set_up(p, true);
	if (ret < 0)
		GZ_LOG(WARNING, "port %s cannot be taken up: %s", p->spec->name, strerror(-ret));
	p->link.is_known = true;
	p->link.can_set = true;
	compare_mtu(p);
	return true;
}

static void
packet_close(struct port *p)
{
	uint32_t q;

	for (q = 0; q < PORT_QUEUES_MOST; q++) {
		if (p->fds[q] >= 0)
			close(p->fds[q]);
		p->fds[q] = -1;
	}
}

static int
packet_fd(const struct port *p, uint32_t queue)
{
	return p->fds[queue];
}

static void
packet_poll(struct port *p)
{
	struct tpacket_stats stats;
	struct ifreq r = { 0 };
	socklen_t len;
	uint32_t q;

	for (q = 0; q < p->nb_rxq; q++) {
		len = sizeof(stats);
		/* Asking sets the kernel's numbers back to zero. */
		if (getsockopt(p->fds[q], SOL_PACKET, PACKET_STATISTICS, &stats, &len) == 0)
			p->link.missed += stats.tp_drops;
	}
	if (p->link.is_forced)
		return;
	atomic_store_explicit(&p->link.up,
			ask(p, SIOCGIFFLAGS, &r) == 0 && (r.ifr_flags & IFF_RUNNING) != 0 &&
					(r.ifr_flags & IFF_UP) != 0,
			memory_order_relaxed);
}

const struct port_ops port_packet_ops = {
	.kind = "af_packet",
	.takes_partial = true,
	.is_owned = true,
	.open = packet_open,
	.close = packet_close,
	.rx = packet_rx,
	.tx = packet_tx,
	.fd = packet_fd,
	.poll = packet_poll,
	.set_up = packet_set_up,
};
