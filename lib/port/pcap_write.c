/* SPDX-License-Identifier: BSD-3-Clause */

#include "pcap_write.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

enum {
	MAGIC_MICRO = 0xa1b2c3d4,
	MAGIC_NANO = 0xa1b23c4d,
	SNAP = 262144,
	BUFFER = 1 << 20,
};

#define SECOND_NS 1000000000ull

struct head {
	uint32_t magic;
	uint16_t major, minor;
	uint32_t zone, sigfigs, snap, dlt;
};

struct record {
	uint32_t seconds, fraction, len, wire_len;
};

struct pcap_writer {
	FILE *file;
	pthread_mutex_t lock; /* workers of one replay */
	bool nano;
	int error;
};

struct pcap_writer *
pcap_writer_open(const char *path, const struct pcap_form *form)
{
	struct head h = {
		.magic = form->nano ? MAGIC_NANO : MAGIC_MICRO,
		.major = 2,
		.minor = 4,
		.snap = form->snap > 0 ? form->snap : SNAP,
		.dlt = form->dlt,
	};
	struct pcap_writer *w = calloc(1, sizeof(*w));

	if (w == NULL)
		return NULL;
	w->file = fopen(path, "we");
	if (w->file == NULL)
		goto free_w;
	setvbuf(w->file, NULL, _IOFBF, BUFFER);
	if (fwrite(&h, sizeof(h), 1, w->file) != 1)
		goto close_file;
	w->nano = form->nano;
	pthread_mutex_init(&w->lock, NULL);
	return w;

close_file:
	fclose(w->file);
free_w:
	free(w);
	return NULL;
}

void
pcap_write(struct pcap_writer *w, uint64_t time_ns, const uint8_t *data, uint32_t len)
{
	uint32_t fraction = (uint32_t)(time_ns % SECOND_NS);
	struct record r = { (uint32_t)(time_ns / SECOND_NS), w->nano ? fraction : fraction / 1000,
		len, len };

	pthread_mutex_lock(&w->lock);
	if (w->error == 0 &&
			(fwrite(&r, sizeof(r), 1, w->file) != 1 ||
					(len > 0 && fwrite(data, len, 1, w->file) != 1)))
		w->error = errno;
	pthread_mutex_unlock(&w->lock);
}

int
pcap_writer_close(struct pcap_writer *w)
{
	int error = w->error;

	if (fclose(w->file) != 0 && error == 0)
		error = errno;
	pthread_mutex_destroy(&w->lock);
	free(w);
	return -error;
}
