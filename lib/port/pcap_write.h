/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef PCAP_WRITE_H
#define PCAP_WRITE_H

/*
 * A pcap file of what left a wire, in the order of leaving. Several workers may
 * write; the first thing that goes wrong ends the writing and is told at the close.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct pcap_writer;

/** What the head says. */
struct pcap_form {
	uint32_t dlt;
	uint32_t snap; /* 0: the most that readers take */
	bool nano; /* time stamps in nanoseconds, not microseconds */
};

/** NULL with errno. */
struct pcap_writer *pcap_writer_open(const char *path, const struct pcap_form *form);
void pcap_write(struct pcap_writer *w, uint64_t time_ns, const uint8_t *data, uint32_t len);
/** @return 0, or -errno of the first write that failed. */
int pcap_writer_close(struct pcap_writer *w);

#endif /* PCAP_WRITE_H */
