/* SPDX-License-Identifier: BSD-3-Clause */
#include "gz_store.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <rte_common.h>

#include "gz_clock.h"
#include "gz_stat.h"

#include "store_internal.h"

enum {
	BURST = 32,
	NAP_US = 2000,
	NAP_REPLAY_US = 50,
	THREAD_NICE = 10,
	RECOUNT_MS = 60 * 1000, /* while the folder is full */
};

static const struct gz_setting store_settings[] = {
	{ "file-store.enabled", GZ_SETTING_BOOL, "false",
			.help = "keep the files that rules with filestore ask for; else such rules "
				"only alert" },
	{ "file-store.dir", GZ_SETTING_STRING, "filestore",
			.help = "where files are kept, each in a folder of the first two digits of "
				"its SHA-256; relative to log.directory" },
	{ "file-store.force", GZ_SETTING_BOOL, "false",
			.help = "keep every file, whether a rule asks for it or not" },
	{ "file-store.write-fileinfo", GZ_SETTING_BOOL, "false",
			.help = "write the event of a file that is kept beside it, too, as "
				"<SHA-256>.<second>.<number>.json" },
	{ "file-store.max-file", GZ_SETTING_UINT, "64M", .unit = "bytes",
			.help = "a longer file is not kept; 0: any is" },
	{ "file-store.max-total", GZ_SETTING_UINT, "10G", .unit = "bytes",
			.help = "bytes in the folder beyond which no further file is kept; 0: no "
				"end" },
	{ "file-store.max-open-files", GZ_SETTING_UINT, "1000", .min = 8, .max = 1 << 16,
			.unit = "files", .help = "files in transfer at a time that may be kept" },
	{ "file-store.max-waiting", GZ_SETTING_UINT, "1M", .min = 1024, .max = 1 << 30,
			.unit = "bytes",
			.help = "first bytes of a file that wait in memory for a rule to ask for "
				"it; one that gets longer before is not kept" },
	{ "tls-store.enabled", GZ_SETTING_BOOL, "false",
			.help = "keep the certificates that rules with tls.store ask for, within "
				"the limits of file-store; else such rules only alert" },
	{ "tls-store.dir", GZ_SETTING_STRING, "certs",
			.help = "where certificates are kept, as PEM, each with a file that says "
				"whose connection it was; relative to log.directory" },
	{ "file-store.memory", GZ_SETTING_UINT, "32M", .min = 1 << 20, .max = UINT64_C(1) << 34,
			.unit = "bytes",
			.help = "room for what waits for a rule or for the disk, all workers "
				"together; reserved while the store is enabled" },
};
GZ_CONF_REGISTER(store_settings)

static const struct gz_stat_row store_rows[] = {
	[STORE_STORED] = { "file_store.stored", "files kept on disk" },
	[STORE_KNOWN] = { "file_store.known", "files whose content was there before" },
	[STORE_OPEN] = { "file_store.open_files", "files being written", .gauge = true },
	[STORE_MAX_HIT] = { "file_store.open_files_max_hit",
			"files not kept: file-store.max-open-files were open" },
	[STORE_NO_ROOM] = { "file_store.no_room", "files not kept: file-store.memory was spent" },
	[STORE_TOO_LONG] = { "file_store.too_long",
			"files not kept: longer than file-store.max-file" },
	[STORE_WAITED] = { "file_store.not_asked",
			"files let go: file-store.max-waiting came before a rule asked" },
	[STORE_FULL] = { "file_store.full", "files not kept: file-store.max-total is reached" },
	[STORE_FS_ERRORS] = { "file_store.fs_errors", "files not kept: the disk refused them" },
};
GZ_STAT_REGISTER(store, store_rows)

void
store_count(enum store_stat row, uint64_t n)
{
	GZ_STAT_ADD(store, row, n);
}

void
store_gauge(enum store_stat row, uint64_t n)
{
	GZ_STAT_SET(store, row, n);
}

/* @return items handled. */
static uint32_t
serve(struct gz_store *s, struct gz_store_desk *d)
{
	void *items[BURST];
	uint32_t n = rte_ring_sc_dequeue_burst(d->out, items, BURST, NULL), i;

	for (i = 0; i < n; i++) {
		if (((struct store_item *)items[i])->ends)
			store_disk_end(s, items[i]);
		else
			store_disk_write(s, items[i]);
		(void)rte_ring_sp_enqueue(d->back, items[i]);
	}
	return n;
}

static uint32_t
serve_all(struct gz_store *s)
{
	uint32_t n = 0, i;

	for (i = 0; i < s->nb_desks; i++)
		n += serve(s, &s->desks[i]);
	return n;
}

static void *
store_loop(void *arg)
{
	struct gz_store *s = arg;
	bool stop;

	gz_stat_block_use(s->stat);
	setpriority(PRIO_PROCESS, (id_t)gettid(), THREAD_NICE);
	do {
		stop = atomic_load(&s->stop);
		while (serve_all(s) > 0)
			;
		if (atomic_load_explicit(&s->full, memory_order_relaxed) &&
				gz_clock_mono_ms() - s->counted_ms >= RECOUNT_MS)
			store_disk_count(s);
		if (!stop)
			usleep(s->replay ? NAP_REPLAY_US : NAP_US);
	} while (!stop);
	return NULL;
}

static int
desks_create(struct gz_store *s, const struct gz_store_opts *o)
{
	uint64_t memory = gz_conf_uint(o->conf, "file-store.memory") / o->nb_workers;
	uint32_t files = (uint32_t)gz_conf_uint(o->conf, "file-store.max-open-files");
	uint32_t i;
	int ret = 0;

	s->desks = calloc(o->nb_workers, sizeof(*s->desks));
	if (s->desks == NULL)
		return -ENOMEM;
	s->nb_desks = o->nb_workers;
	for (i = 0; i < s->nb_desks && ret == 0; i++)
		ret = store_desk_init(&s->desks[i], s,
				RTE_MAX((uint32_t)(memory / sizeof(struct store_block)), 1u),
				RTE_MAX(files / o->nb_workers, 1u));
	return ret;
}

/** The folder that @p setting names, from the logs' on. */
static void
find_folder(const struct gz_conf *conf, const char *setting, const char *log_dir, char *to,
		size_t size)
{
	const char *dir = gz_conf_string(conf, setting);

	if (dir[0] == '/')
		snprintf(to, size, "%s", dir);
	else
		snprintf(to, size, "%s/%s", log_dir, dir);
}

void
gz_store_folder(const struct gz_conf *conf, const char *log_dir, char *to, size_t size)
{
	find_folder(conf, "file-store.dir", log_dir, to, size);
}

static void
read_settings(struct gz_store *s, const struct gz_store_opts *o)
{
	if (gz_conf_bool(o->conf, "file-store.enabled"))
		gz_store_folder(o->conf, o->log_dir, s->dir, sizeof(s->dir));
	if (gz_conf_bool(o->conf, "tls-store.enabled"))
		find_folder(o->conf, "tls-store.dir", o->log_dir, s->certs, sizeof(s->certs));
	s->force = gz_conf_bool(o->conf, "file-store.force");
	s->file_most = gz_conf_uint(o->conf, "file-store.max-file");
	s->wait_most = gz_conf_uint(o->conf, "file-store.max-waiting");
	s->total_most = gz_conf_uint(o->conf, "file-store.max-total");
	s->replay = o->replay;
}

static int
start(struct gz_store *s, const struct gz_store_opts *o)
{
	int ret;

	(void)!mkdir(o->log_dir, 0755); /* what goes wrong here, the folder in it tells */
	ret = store_disk_init(s);
	if (ret == 0)
		ret = desks_create(s, o);
	if (ret < 0)
		return ret;
	s->stat = gz_stat_block_create("store");
	if (s->stat == NULL)
		return -ENOMEM;
	ret = pthread_create(&s->thread, NULL, store_loop, s);
	if (ret != 0)
		return -ret;
	pthread_setname_np(s->thread, "gauze-store");
	s->runs = true;
	return 0;
}

int
gz_store_open(const struct gz_store_opts *o, struct gz_store **store, struct gz_errors *errors)
{
	struct gz_store *s;
	int ret;

	*store = NULL;
	if (!gz_conf_bool(o->conf, "file-store.enabled") &&
			!gz_conf_bool(o->conf, "tls-store.enabled"))
		return 0;
	s = calloc(1, sizeof(*s));
	if (s == NULL)
		abort();
	read_settings(s, o);
	ret = start(s, o);
	if (ret < 0) {
		gz_errors_add(errors, gz_conf_place(o->conf, "file-store.dir"), "file-store",
				"file-store: cannot keep files in %s: %s",
				s->dir[0] != '\0' ? s->dir : s->certs, strerror(-ret));
		gz_store_close(s);
		return ret;
	}
	*store = s;
	return 0;
}

void
gz_store_finish(struct gz_store *s)
{
	if (s == NULL || !s->runs)
		return;
	atomic_store(&s->stop, true);
	pthread_join(s->thread, NULL);
	s->runs = false;
}

void
gz_store_close(struct gz_store *s)
{
	uint32_t i;

	if (s == NULL)
		return;
	gz_store_finish(s);
	for (i = 0; i < s->nb_desks; i++)
		store_desk_fini(&s->desks[i]);
	free(s->desks);
	if (s->stat != NULL)
		gz_stat_block_destroy(s->stat);
	free(s);
}
