/* SPDX-License-Identifier: BSD-3-Clause */

/* A configuration: must load, or be refused with reasons. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "gz_conf.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct gz_errors errors = GZ_ERRORS_INIT;
	struct gz_conf *conf = gz_conf_create();
	char path[64], *text = malloc(size + 1);
	int fd = memfd_create("conf", 0);

	if (fd < 0 || text == NULL || write(fd, data, size) != (ssize_t)size)
		abort();
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	if (gz_conf_load(conf, path, &errors) != 0 && errors.count == 0)
		abort();
	memcpy(text, data, size);
	text[size] = '\0';
	gz_conf_set(conf, text, &errors);
	gz_errors_clear(&errors);
	gz_conf_destroy(conf);
	close(fd);
	free(text);
	return 0;
}
