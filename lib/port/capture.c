/* SPDX-License-Identifier: BSD-3-Clause */

/* A capture's file: mapped, and given back behind; and the link types. */

#include "capture.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <rte_common.h>

#include "gz_pkt.h"

enum {
	PAGE = 4096,
	BEHIND = 8 << 20, /* bytes given back at once */
};

/* Numbers of https://www.tcpdump.org/linktypes.html, and of BSDs for raw IP. */
static const struct {
	uint32_t dlt;
	int link;
	const char *name;
} links[] = {
	{ 0, GZ_LINK_NULL, "null" },
	{ 1, GZ_LINK_ETHERNET, "Ethernet" },
	{ 6, -1, "token ring" },
	{ 8, -1, "SLIP" },
	{ 9, GZ_LINK_PPP, "PPP" },
	{ 10, -1, "FDDI" },
	{ 12, GZ_LINK_RAW, "raw IP" },
	{ 14, GZ_LINK_RAW, "raw IP" },
	{ 50, GZ_LINK_PPP, "PPP in HDLC" },
	{ 101, GZ_LINK_RAW, "raw IP" },
	{ 104, GZ_LINK_CHDLC, "Cisco HDLC" },
	{ 105, -1, "IEEE 802.11" },
	{ 107, -1, "frame relay" },
	{ 108, GZ_LINK_NULL, "loopback" },
	{ 113, GZ_LINK_SLL, "Linux cooked" },
	{ 119, -1, "Prism" },
	{ 127, -1, "IEEE 802.11 radiotap" },
	{ 147, -1, "private use" },
	{ 187, -1, "Bluetooth" },
	{ 189, -1, "USB" },
	{ 195, -1, "IEEE 802.15.4" },
	{ 220, -1, "USB, Linux" },
	{ 228, GZ_LINK_RAW, "IPv4" },
	{ 229, GZ_LINK_RAW, "IPv6" },
	{ 239, -1, "netfilter log" },
	{ 249, -1, "USB, Windows" },
	{ 276, GZ_LINK_SLL2, "Linux cooked, version 2" },
};

int
capture_link(uint32_t dlt)
{
	uint32_t i;

	for (i = 0; i < RTE_DIM(links); i++) {
		if (links[i].dlt == dlt)
			return links[i].link;
	}
	return -1;
}

void
capture_link_refused(uint32_t dlt, char why[CAPTURE_WHY])
{
	const char *name = "unknown";
	uint32_t i;

	for (i = 0; i < RTE_DIM(links); i++) {
		if (links[i].dlt == dlt)
			name = links[i].name;
	}
	snprintf(why, CAPTURE_WHY,
			"link type %u (%s) is not supported: expected Ethernet, raw IP, Linux cooked, "
			"null/loopback, PPP or C-HDLC",
			dlt, name);
}

bool
capture_broken(struct capture *c, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(c->broken, sizeof(c->broken), fmt, ap);
	va_end(ap);
	c->off = c->size;
	return false;
}

bool
capture_cut(struct capture *c, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(c->broken, sizeof(c->broken), fmt, ap);
	va_end(ap);
	c->off = c->size;
	c->cut = true;
	return false;
}

/* @return the mapping, or NULL with the reason. */
static uint8_t *
map_file(const char *path, uint64_t *size, char why[CAPTURE_WHY])
{
	struct stat st;
	void *map = MAP_FAILED;
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0 || fstat(fd, &st) < 0) {
		snprintf(why, CAPTURE_WHY, "cannot be read: %s", strerror(errno));
		goto out;
	}
	if (!S_ISREG(st.st_mode)) {
		snprintf(why, CAPTURE_WHY, "is not a file that can be mapped");
		goto out;
	}
	if (st.st_size == 0) {
		snprintf(why, CAPTURE_WHY, "is empty");
		goto out;
	}

	*size = (uint64_t)st.st_size;
	map = mmap(NULL, *size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_NORESERVE, fd, 0);
	if (map == MAP_FAILED)
		snprintf(why, CAPTURE_WHY, "cannot be mapped: %s", strerror(errno));
	else
		madvise(map, *size, MADV_SEQUENTIAL);

out:
	if (fd >= 0)
		close(fd);
	return map == MAP_FAILED ? NULL : map;
}

bool
capture_attach(struct capture *c, uint8_t *bytes, uint64_t size, char why[CAPTURE_WHY])
{
	memset(c, 0, sizeof(*c));
	c->map = bytes;
	c->size = size;
	why[0] = '\0';
	if (pcap_open(c, why) || (why[0] == '\0' && pcapng_open(c, why)))
		return true;
	if (why[0] == '\0')
		snprintf(why, CAPTURE_WHY, "is neither pcap nor pcapng");
	return false;
}

struct capture *
capture_open(const char *path, char why[CAPTURE_WHY])
{
	struct capture *c = calloc(1, sizeof(*c));
	uint64_t size = 0;
	uint8_t *map;

	if (c == NULL) {
		snprintf(why, CAPTURE_WHY, "no memory");
		return NULL;
	}
	map = map_file(path, &size, why);
	if (map == NULL)
		goto free_c;
	if (!capture_attach(c, map, size, why))
		goto unmap;
	return c;

unmap:
	munmap(map, size);
free_c:
	free(c);
	return NULL;
}

void
capture_close(struct capture *c)
{
	if (c == NULL)
		return;
	munmap(c->map, c->size);
	free(c);
}

void
capture_passed(struct capture *c, uint64_t off)
{
	off &= ~(uint64_t)(PAGE - 1);
	if (off >= c->dropped + BEHIND) {
		madvise(c->map + c->dropped, off - c->dropped, MADV_DONTNEED);
		c->dropped = off;
	}
}
