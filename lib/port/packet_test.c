/* SPDX-License-Identifier: BSD-3-Clause */

/*
 * Kernel interfaces as ports, over two TAP interfaces in a network namespace of
 * the test's own: what is written into a TAP arrives at its port, and what the
 * port sends can be read from it, with all that a NIC is left to do. Skipped
 * where a namespace or /dev/net/tun may not be had.
 */

#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include "gz_stat.h"

#include "port_test.h"

enum {
	FRAME = 70000,
	MTU = 12000,
	WAIT_MS = 2000,
};

static int tap[2] = { -1, -1 };
static struct gz_conf *conf;
static struct gz_ports *ports;
static struct gz_port_worker *worker;

static int
open_tap(const char *name)
{
	struct ifreq r = { .ifr_flags = IFF_TAP | IFF_NO_PI | IFF_VNET_HDR };
	int fd = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);
	int s = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	unsigned int offloads = TUN_F_CSUM | TUN_F_TSO4 | TUN_F_TSO6;

	snprintf(r.ifr_name, sizeof(r.ifr_name), "%s", name);
	if (fd < 0 || ioctl(fd, TUNSETIFF, &r) < 0 || ioctl(fd, TUNSETOFFLOAD, offloads) < 0)
		return -1;
	r.ifr_mtu = MTU;
	ioctl(s, SIOCSIFMTU, &r);
	close(s);
	return fd;
}

static int
start(void **state)
{
	struct gz_errors errors = GZ_ERRORS_INIT;

	if (unshare(CLONE_NEWNET) < 0)
		return 0;
	tap[0] = open_tap("gzt0");
	tap[1] = open_tap("gzt1");
	if (tap[0] < 0 || tap[1] < 0)
		return 0;
	conf = gz_conf_create();
	gz_conf_set(conf, "wires[0].outside=gzt0", &errors);
	gz_conf_set(conf, "wires[0].inside=af_packet:gzt1", &errors);
	gz_conf_set(conf, "wires[0].link-propagation=false", &errors);
	gz_conf_set(conf, "worker.count=1", &errors);
	gz_conf_set(conf, "port.hugepages=no", &errors);
	gz_stat_block_use(gz_stat_block_create("test"));
	if (test_eal(conf, NULL) < 0)
		return -1;
	ports = gz_ports_open(conf, NULL, 1, &errors);
	gz_errors_print(&errors, stderr);
	if (ports != NULL)
		worker = gz_port_worker(ports, 0);
	return ports == NULL;
}

static int
stop(void **state)
{
	if (ports == NULL)
		return 0;
	gz_ports_close(ports);
	gz_conf_destroy(conf);
	return rte_eal_cleanup();
}

static void
need_taps(void)
{
	if (ports == NULL)
		skip();
}

struct sent {
	struct virtio_net_hdr vnet;
	uint8_t frame[FRAME];
};

static void
send_frame(int fd, const struct sent *s, uint32_t len)
{
	len += (uint32_t)sizeof(s->vnet);
	assert_int_equal(write(fd, s, len), len);
}

/* The next frame from a TAP that is a test's own; others (the kernel greets) are passed over. 0: none. */
static uint32_t
receive_frame(int fd, struct sent *s, int wait_ms)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	ssize_t n;

	while (poll(&p, 1, wait_ms) > 0) {
		n = read(fd, s, sizeof(*s));
		if (n > (ssize_t)sizeof(s->vnet) && s->frame[0] == 2)
			return (uint32_t)n - (uint32_t)sizeof(s->vnet);
	}
	return 0;
}

/* One test frame through the wire; @return what decoding said of it, 0 when none came. */
static uint32_t
turn(struct gz_pkt *seen)
{
	static const struct gz_decode_opts opts = { .verify_checksums = true };
	struct gz_pkt *burst[GZ_BURST];
	uint32_t n, i, steered, tries, found = 0;

	for (tries = 0; tries < 50 && found == 0; tries++) {
		n = gz_port_rx(worker, burst, GZ_BURST, &steered);
		if (n == 0)
			gz_port_wait(worker, 20000);
		for (i = 0; i < n; i++) {
			gz_pkt_decode(burst[i], &opts);
			if (burst[i]->data[0] == 2) {
				*seen = *burst[i];
				found++;
			}
			gz_port_tx(worker, burst[i]);
		}
		gz_port_flush(worker);
	}
	return found;
}

static void
put_macs(struct sent *s)
{
	static const uint8_t macs[] = { 2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1 };

	memset(s, 0, sizeof(*s));
	memcpy(s->frame, macs, sizeof(macs));
}

/* What is sent into one TAP must come out of the other as it is. */
static void
passes_unchanged(struct sent *s, uint32_t len)
{
	static struct sent out;
	struct gz_pkt p;
	uint32_t n;

	send_frame(tap[0], s, len);
	assert_int_equal(turn(&p), 1);
	assert_int_equal(p.side, GZ_OUTSIDE);
	assert_true((p.flags & GZ_PKT_SIDED) != 0);
	assert_int_equal(p.len, len);
	n = receive_frame(tap[1], &out, WAIT_MS);
	assert_int_equal(n, len);
	assert_memory_equal(out.frame, s->frame, len);
	assert_int_equal(out.vnet.gso_type, s->vnet.gso_type);
	assert_int_equal(out.vnet.gso_size, s->vnet.gso_size);
	assert_int_equal(out.vnet.flags, s->vnet.flags);
	if (s->vnet.flags != 0) {
		assert_int_equal(out.vnet.csum_start, s->vnet.csum_start);
		assert_int_equal(out.vnet.csum_offset, s->vnet.csum_offset);
	}
}

static void
passes(const char *type, uint32_t len)
{
	static struct sent s;

	put_macs(&s);
	memset(s.frame + 12, 'x', len - 12);
	memcpy(s.frame + 12, type, 4);
	passes_unchanged(&s, len);
}

static void
frames_of_any_kind_pass_unchanged(void **state)
{
	need_taps();
	passes("\x88\xcc\2\7", 60);
	passes("\0\x26\x42\x42", 60);
	passes("\x12\x34zz", 1514);
	passes("\x12\x34zz", 9216);
}

static void
tags_keep_their_kind(void **state)
{
	need_taps();
	passes("\x81\0\xa0\5", 100);
	passes("\x88\xa8\x20\7", 100);
	passes("\x91\0\0\1", 100);
}

static void
a_frame_that_is_too_long_is_dropped_and_counted(void **state)
{
	static struct sent s;
	struct gz_pkt p;

	need_taps();
	put_macs(&s);
	memcpy(s.frame + 12, "\x12\x34", 2);
	gz_stat_clear();
	send_frame(tap[0], &s, 9217);
	assert_int_equal(turn(&p), 0);
	assert_int_equal(gz_stat_sum((uint32_t)gz_stat_find("drop.oversize")), 1);
	assert_int_equal(receive_frame(tap[1], &s, 50), 0);
}

/* IPv4 and TCP from 10.0.0.1:1234 to 10.0.0.2:80 with @p len bytes; the sum is the NIC's. */
static uint32_t
make_tcp(struct sent *s, uint32_t at, uint32_t len)
{
	static const struct gz_decode_opts opts = { .verify_checksums = false };
	static const uint8_t head[] = { 0x45, 0, 0, 0, 0, 1, 0x40, 0, 64, 6, 0, 0, 10, 0, 0, 1, 10,
		0, 0, 2, 4, 0xd2, 0, 80, 0, 0, 0, 1, 0, 0, 0, 2, 0x50, 0x10, 0x20, 0, 0, 0, 0, 0 };
	struct gz_pkt p = { .data = s->frame, .link = GZ_LINK_ETHERNET };
	uint32_t i;

	memcpy(s->frame + at, head, sizeof(head));
	for (i = 0; i < len; i++)
		s->frame[at + 40 + i] = (uint8_t)(i * 3);
	s->frame[at + 2] = (uint8_t)((40 + len) >> 8);
	s->frame[at + 3] = (uint8_t)(40 + len);
	p.len = at + 40 + len;
	gz_pkt_decode(&p, &opts);
	gz_pkt_fix_checksums(&p);
	gz_pkt_leave_checksum(&p);
	s->vnet.flags = VIRTIO_NET_HDR_F_NEEDS_CSUM;
	s->vnet.csum_start = (uint16_t)(at + 20);
	s->vnet.csum_offset = 16;
	return p.len;
}

static void
a_checksum_left_to_the_nic_is_left_to_the_next(void **state)
{
	static struct sent s;
	uint32_t len;

	need_taps();
	put_macs(&s);
	memcpy(s.frame + 12, "\x08\0", 2);
	len = make_tcp(&s, 14, 100);
	passes_unchanged(&s, len);
	/* and with a tag in front, which moves it */
	put_macs(&s);
	memcpy(s.frame + 12, "\x81\0\0\5\x08\0", 6);
	len = make_tcp(&s, 18, 100);
	passes_unchanged(&s, len);
}

static void
segments_left_to_the_nic_pass_as_one(void **state)
{
	static struct sent s;
	uint32_t len, sizes[] = { 5000, 30000, 65000 }, i;

	need_taps();
	for (i = 0; i < RTE_DIM(sizes); i++) {
		put_macs(&s);
		memcpy(s.frame + 12, "\x08\0", 2);
		len = make_tcp(&s, 14, sizes[i]);
		s.vnet.gso_type = VIRTIO_NET_HDR_GSO_TCPV4;
		s.vnet.gso_size = 1448;
		s.vnet.hdr_len = 54;
		passes_unchanged(&s, len);
	}
}

static void
what_we_changed_has_its_checksum(void **state)
{
	static const struct gz_decode_opts opts = { .verify_checksums = true };
	static struct sent s, out;
	struct gz_pkt *burst[GZ_BURST], p;
	uint32_t n, i, steered, tries;

	need_taps();
	put_macs(&s);
	memcpy(s.frame + 12, "\x08\0", 2);
	send_frame(tap[0], &s, make_tcp(&s, 14, 100));
	for (tries = 0; tries < 50; tries++) {
		n = gz_port_rx(worker, burst, GZ_BURST, &steered);
		if (n == 0)
			gz_port_wait(worker, 20000);
		for (i = 0; i < n; i++) {
			gz_pkt_decode(burst[i], &opts);
			if ((burst[i]->flags & GZ_PKT_TCP) != 0) {
				burst[i]->data[burst[i]->payload_off] ^= 0xff;
				gz_pkt_fix_checksums(burst[i]);
				tries = 50;
			}
			gz_port_tx(worker, burst[i]);
		}
		gz_port_flush(worker);
	}
	n = receive_frame(tap[1], &out, WAIT_MS);
	assert_int_equal(n, 154);
	assert_int_equal(out.vnet.flags, 0);
	p = (struct gz_pkt){ .data = out.frame, .len = n, .link = GZ_LINK_ETHERNET };
	gz_pkt_decode(&p, &opts);
	assert_int_equal(p.flags, GZ_PKT_IPV4 | GZ_PKT_TCP);
}

static void
a_packet_of_our_own_leaves_by_the_side_it_is_for(void **state)
{
	static struct sent out;
	struct gz_pkt *p;

	need_taps();
	p = gz_port_new(worker, 0, GZ_OUTSIDE, 60);
	assert_non_null(p);
	memset(p->data, 2, 60);
	gz_port_inject(worker, p);
	gz_port_flush(worker);
	assert_int_equal(receive_frame(tap[0], &out, WAIT_MS), 60);
}

static void
an_interface_that_is_not_there_is_told(void **state)
{
	struct gz_errors errors = GZ_ERRORS_INIT;
	struct gz_conf *c;

	need_taps();
	gz_ports_close(ports);
	ports = NULL;
	c = gz_conf_create();
	gz_conf_set(c, "wires[0].outside=gzt0", &errors);
	gz_conf_set(c, "wires[0].inside=eth99", &errors);
	assert_null(gz_ports_open(c, NULL, 1, &errors));
	assert_string_equal(errors.v[0].text, "port eth99: there is no interface eth99 here");
	gz_errors_clear(&errors);
	gz_conf_destroy(c);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(frames_of_any_kind_pass_unchanged),
		cmocka_unit_test(tags_keep_their_kind),
		cmocka_unit_test(a_frame_that_is_too_long_is_dropped_and_counted),
		cmocka_unit_test(a_checksum_left_to_the_nic_is_left_to_the_next),
		cmocka_unit_test(segments_left_to_the_nic_pass_as_one),
		cmocka_unit_test(what_we_changed_has_its_checksum),
		cmocka_unit_test(a_packet_of_our_own_leaves_by_the_side_it_is_for),
		cmocka_unit_test(an_interface_that_is_not_there_is_told),
	};

	return cmocka_run_group_tests(tests, start, stop);
}
