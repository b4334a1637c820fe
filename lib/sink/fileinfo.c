/* SPDX-License-Identifier: BSD-3-Clause */

/*
 * The events of files that are kept, beside them: file-store.write-fileinfo.
 * What one run writes has the same limit as the files themselves, since the same
 * content may come again and again.
 */

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "gz_span.h"
#include "gz_store.h"

#include "sink_internal.h"

enum {
	FOLDER_MODE = 0750,
	FILE_MODE = 0640,
	DIGITS = 64, /* of a SHA-256 */
	PATH_MOST = 1024,
	NAME_MOST = 160,
};

struct fileinfo {
	uint64_t mask[GZ_EVENT_TYPES_MOST / 64];
	uint64_t written, most; /* bytes; most 0: any */
	char line[GZ_EVE_HEADER_MOST + GZ_EVENT_TEXT_MOST];
	char folder[PATH_MOST];
};

static int
fileinfo_open(const struct gz_sink_setup *setup, void **state, struct gz_errors *errors)
{
	const struct gz_reg *type = gz_registry_find(&gz_event_types, "fileinfo");
	struct fileinfo *f;

	if (type == NULL || !gz_conf_bool(setup->conf, "file-store.enabled") ||
			!gz_conf_bool(setup->conf, "file-store.write-fileinfo"))
		return 0;
	f = calloc(1, sizeof(*f));
	if (f == NULL)
		return -ENOMEM;
	f->mask[type->id / 64] = UINT64_C(1) << type->id % 64;
	f->most = gz_conf_uint(setup->conf, "file-store.max-total");
	gz_store_folder(setup->conf, setup->dir, f->folder, sizeof(f->folder));
	*state = f;
	return 0;
}

static void
fileinfo_mask(const void *state, uint64_t mask[GZ_EVENT_TYPES_MOST / 64])
{
	const struct fileinfo *f = state;

	for (uint32_t i = 0; i < RTE_DIM(f->mask); i++)
		mask[i] |= f->mask[i];
}

/** What follows @p key in @p text. In strings from the wire quotes are escaped: no key stands there. */
static struct gz_span
behind(struct gz_span text, const char *key)
{
	const uint8_t *at = text.len == 0 ? NULL : memmem(text.p, text.len, key, strlen(key));

	if (at == NULL)
		return gz_span(NULL, 0);
	at += strlen(key);
	return gz_span(at, (uint32_t)(text.p + text.len - at));
}

/** "ab/ab…f.1700000000.7.json". @return false: it is about no file that is kept. */
static bool
name_it(const struct gz_event *e, char name[NAME_MOST])
{
	struct gz_span info = behind(gz_span(e->text, e->text_len), "\"fileinfo\":{");
	struct gz_span digest = behind(info, "\"sha256\":\"");
	struct gz_span number = behind(info, "\"stored\":true,\"file_id\":");
	uint32_t n = 0;

	while (n < number.len && n < 20 && number.p[n] >= '0' && number.p[n] <= '9')
		n++;
	if (digest.len < DIGITS || n == 0 || memchr(digest.p, '"', DIGITS) != NULL ||
			memchr(digest.p, '/', DIGITS) != NULL)
		return false;
	snprintf(name, NAME_MOST, "%.2s/%.*s.%llu.%.*s.json", (const char *)digest.p, DIGITS,
			(const char *)digest.p, (unsigned long long)(e->time_us / 1000000), (int)n,
			(const char *)number.p);
	return true;
}

/** In the file's own folder, which may still be to be made. */
static int
create(const char *folder, const char *name)
{
	char path[PATH_MOST + NAME_MOST];

	snprintf(path, sizeof(path), "%s/%.2s", folder, name);
	(void)!mkdir(path, FOLDER_MODE);
	snprintf(path, sizeof(path), "%s/%s", folder, name);
	return open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, FILE_MODE);
}

static void
fileinfo_write(void *state, const struct gz_event *e)
{
	struct fileinfo *f = state;
	char name[NAME_MOST];
	uint32_t len;
	int fd;

	if (!name_it(e, name))
		return;
	len = gz_eve_line(e, NULL, false, f->line);
	if (f->most > 0 && f->written + len > f->most) {
		gz_sink_count(SINK_LOST, 1);
		return;
	}
	fd = create(f->folder, name);
	if (fd < 0 || write(fd, f->line, len) != (ssize_t)len)
		gz_sink_count(SINK_LOST, 1);
	else
		gz_sink_count(SINK_WRITTEN, 1);
	if (fd >= 0)
		close(fd);
	f->written += len;
}

static void
fileinfo_nothing(void *state)
{
}

static struct gz_sink fileinfo = {
	.reg = { .name = "fileinfo" },
	.help = "the events of files that are kept, beside them",
	.open = fileinfo_open,
	.mask = fileinfo_mask,
	.write = fileinfo_write,
	.flush = fileinfo_nothing,
	.rotate = fileinfo_nothing,
	.close = free,
};
GZ_SINK_REGISTER(fileinfo)
