/* SPDX-License-Identifier: BSD-3-Clause */
#include "gz_sink.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <rte_debug.h>

#include "gz_stat.h"

#include "sink_internal.h"

enum {
	SINKS_MOST = 16,
};

static const struct gz_stat_row sink_rows[] = {
	[SINK_WRITTEN] = { "sink.written", "events written, once for each writer" },
	[SINK_LOST] = { "sink.lost", "events that a writer could not keep up with" },
};
GZ_STAT_REGISTER(sink, sink_rows)

GZ_REGISTRY(gz_sink_registry, "sink");

struct open_sink {
	const struct gz_sink *sink;
	void *state;
	uint64_t mask[GZ_EVENT_TYPES_MOST / 64];
};

struct gz_sinks {
	struct open_sink v[SINKS_MOST];
	uint32_t count;
	struct gz_event *stats; /* where the stats event is built */
};

void
gz_sink_count(enum gz_sink_count what, uint64_t n)
{
	GZ_STAT_ADD(sink, what, n);
}

static const char *
nearest_type(const char *name)
{
	const char *near = gz_registry_nearest(&gz_event_types, name);

	return near != NULL ? near : "alert";
}

int
gz_sink_types(const struct gz_conf *conf, const char *name, uint64_t mask[GZ_EVENT_TYPES_MOST / 64],
		struct gz_errors *errors)
{
	uint32_t n = gz_conf_strings(conf, name);
	const struct gz_event_type *type;
	const struct gz_reg *reg;
	const char *word;
	int ret = 0;

	memset(mask, 0, GZ_EVENT_TYPES_MOST / 8);
	gz_registry_seal(&gz_event_types);
	for (uint32_t i = 0; i < gz_event_types.count && n == 0; i++) {
		type = (const struct gz_event_type *)gz_event_types.by_name[i];
		if (!type->off)
			mask[i / 64] |= UINT64_C(1) << i % 64;
	}
	for (uint32_t i = 0; i < n; i++) {
		word = gz_conf_strings_at(conf, name, i);
		reg = gz_registry_find(&gz_event_types, word);
		if (reg != NULL) {
			mask[reg->id / 64] |= UINT64_C(1) << reg->id % 64;
			continue;
		}
		gz_errors_add(errors, gz_conf_place(conf, name), "bad value",
				"%s: \"%s\" is no type of event, as \"%s\" is one", name, word,
				nearest_type(word));
		ret = -EINVAL;
	}
	return ret;
}

static int
sink_open(struct gz_sinks *s, const struct gz_sink *sink, const struct gz_sink_setup *setup,
		struct gz_errors *errors)
{
	struct open_sink *o = &s->v[s->count];
	int ret;

	o->sink = sink;
	o->state = NULL;
	ret = sink->open(setup, &o->state, errors);
	if (ret < 0 || o->state == NULL)
		return ret;
	memset(o->mask, 0, sizeof(o->mask));
	sink->mask(o->state, o->mask);
	s->count++;
	return 0;
}

struct gz_sinks *
gz_sinks_open(const struct gz_conf *conf, const char *dir, const struct gz_sink_names *names,
		struct gz_errors *errors)
{
	static const struct gz_sink_names no_names = { 0 };
	struct gz_sink_setup setup = { conf, dir, names != NULL ? names : &no_names };
	struct gz_sinks *s = calloc(1, sizeof(*s));
	uint32_t refused = 0;

	s->stats = malloc(sizeof(*s->stats) + GZ_EVENT_TEXT_MOST);
	RTE_VERIFY(s->stats != NULL);
	/* A reader of a pipe that goes away is an error of write(), not the end of the process. */
	signal(SIGPIPE, SIG_IGN);
	/* What goes wrong here, a writer's open() tells better. */
	(void)!mkdir(dir, 0755);
	gz_registry_seal(&gz_event_types);
	gz_registry_seal(&gz_sink_registry);
	RTE_VERIFY(gz_sink_registry.count <= SINKS_MOST);
	for (uint32_t i = 0; i < gz_sink_registry.count; i++)
		refused += sink_open(s, (const struct gz_sink *)gz_sink_registry.by_name[i], &setup,
					   errors) < 0;
	if (refused == 0)
		return s;
	gz_sinks_close(s);
	return NULL;
}

void
gz_sinks_close(struct gz_sinks *s)
{
	if (s == NULL)
		return;
	for (uint32_t i = 0; i < s->count; i++)
		s->v[i].sink->close(s->v[i].state);
	free(s->stats);
	free(s);
}

void
gz_sinks_mask(const struct gz_sinks *s, uint64_t mask[GZ_EVENT_TYPES_MOST / 64])
{
	memset(mask, 0, GZ_EVENT_TYPES_MOST / 8);
	for (uint32_t i = 0; i < s->count; i++) {
		for (uint32_t k = 0; k < GZ_EVENT_TYPES_MOST / 64; k++)
			mask[k] |= s->v[i].mask[k];
	}
}

void
gz_sinks_write(struct gz_sinks *s, const struct gz_event *e)
{
	for (uint32_t i = 0; i < s->count; i++) {
		if (gz_sink_mask_has(s->v[i].mask, e->type))
			s->v[i].sink->write(s->v[i].state, e);
	}
}

void
gz_sinks_stats(struct gz_sinks *s, uint64_t now_us, uint64_t uptime_s)
{
	if (gz_stats_event(s->stats, now_us, uptime_s))
		gz_sinks_write(s, s->stats);
}

void
gz_sinks_flush(struct gz_sinks *s)
{
	for (uint32_t i = 0; i < s->count; i++)
		s->v[i].sink->flush(s->v[i].state);
}

void
gz_sinks_rotate(struct gz_sinks *s)
{
	for (uint32_t i = 0; i < s->count; i++)
		s->v[i].sink->rotate(s->v[i].state);
}
