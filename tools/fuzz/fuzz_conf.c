/* SPDX-License-Identifier: BSD-3-Clause */

/* A configuration: must load, or be refused with reasons. --words prints a dictionary for libFuzzer:
 * what the configuration with all settings says. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "gz_conf.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/** Lines like `limit = 5;` and `groups = (`, without comments, indentation and quotes. */
static void
print_words(FILE *text)
{
	char line[1024];

	while (fgets(line, sizeof(line), text) != NULL) {
		char *start = line + strspn(line, "#\t ");
		char *end = strstr(start, " = ");

		if (end != NULL && strchr("\"({[0123456789tf", end[3]) != NULL)
			printf("\"%.*s\"\n", (int)(end - start) + 2, start);
	}
}

int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
	char *text = NULL;
	size_t size = 0;
	FILE *f;

	if (*argc < 2 || strcmp((*argv)[1], "--words") != 0)
		return 0;
	f = open_memstream(&text, &size);
	gz_conf_print_defaults(f);
	fclose(f);
	f = fmemopen(text, size, "r");
	print_words(f);
	fclose(f);
	free(text);
	exit(0);
}

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
