/* SPDX-License-Identifier: BSD-3-Clause */
/* Suricata's EVE JSON, a line per event, into a file, a pipe or a UNIX socket. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "gz_json.h"

#include "sink_internal.h"

static const struct gz_setting eve_settings[] = {
	{ "eve.enabled", GZ_SETTING_BOOL, "true", .help = "write events as EVE JSON" },
	{ "eve.path", GZ_SETTING_STRING, "eve.json",
			.help = "file, pipe or UNIX socket for EVE JSON; without a slash in front, "
				"in log.directory" },
	{ "eve.ethernet", GZ_SETTING_BOOL, "false",
			.help = "events about a packet tell the Ethernet addresses it came with" },
	{ "eve.types", GZ_SETTING_STRINGS, NULL,
			.help = "types of events to write; none named: all but those that are "
				"off by default" },
};
GZ_CONF_REGISTER(eve_settings)

enum {
	WIRES_MOST = 256, /* names kept; later wires have none */
	WIRE_TEXT = 256,
	PATH_MOST = 4096,
};

struct eve {
	struct gz_lines *lines;
	uint64_t mask[GZ_EVENT_TYPES_MOST / 64];
	struct gz_sink_names names;
	bool ether;
	char *wires[WIRES_MOST]; /* as JSON, made when first seen */
};

static int
eve_open(const struct gz_sink_setup *setup, void **state, struct gz_errors *errors)
{
	const char *name = gz_conf_string(setup->conf, "eve.path");
	char path[PATH_MOST];
	struct eve *eve;
	int ret;

	if (!gz_conf_bool(setup->conf, "eve.enabled"))
		return 0;
	eve = calloc(1, sizeof(*eve));
	if (eve == NULL)
		return -ENOMEM;
	ret = gz_sink_types(setup->conf, "eve.types", eve->mask, errors);
	if (ret < 0)
		goto free_eve;
	eve->names = *setup->names;
	eve->ether = gz_conf_bool(setup->conf, "eve.ethernet");
	snprintf(path, sizeof(path), "%s%s%s", name[0] == '/' ? "" : setup->dir,
			name[0] == '/' ? "" : "/", name);
	eve->lines = gz_lines_open(path, gz_conf_place(setup->conf, "eve.path"), errors);
	if (eve->lines == NULL) {
		ret = -EIO;
		goto free_eve;
	}
	*state = eve;
	return 0;

free_eve:
	free(eve);
	return ret;
}

static void
eve_mask(const void *state, uint64_t mask[GZ_EVENT_TYPES_MOST / 64])
{
	const struct eve *eve = state;

	for (uint32_t i = 0; i < RTE_DIM(eve->mask); i++)
		mask[i] |= eve->mask[i];
}

/* The wire's name in quotes, escaped once. */
static const char *
eve_wire(struct eve *eve, uint16_t wire)
{
	char text[WIRE_TEXT];
	struct gz_json j;
	const char *name;

	if (wire >= WIRES_MOST || eve->names.wire == NULL)
		return NULL;
	if (eve->wires[wire] != NULL)
		return eve->wires[wire];
	name = eve->names.wire(eve->names.arg, wire);
	if (name == NULL)
		return NULL;
	gz_json_init(&j, text, sizeof(text));
	gz_json_str(&j, NULL, name);
	if (gz_json_full(&j))
		return NULL;
	eve->wires[wire] = strndup(text, j.len);
	return eve->wires[wire];
}

static void
eve_write(void *state, const struct gz_event *e)
{
	struct eve *eve = state;
	char *line;

	line = gz_lines_begin(eve->lines, GZ_EVE_HEADER_MOST + e->text_len);
	if (line == NULL)
		return;
	gz_lines_end(eve->lines, gz_eve_line(e, eve_wire(eve, e->wire), eve->ether, line));
}

static void
eve_flush(void *state)
{
	struct eve *eve = state;

	gz_lines_flush(eve->lines);
}

static void
eve_rotate(void *state)
{
	struct eve *eve = state;

	gz_lines_rotate(eve->lines);
}

static void
eve_close(void *state)
{
	struct eve *eve = state;

	gz_lines_close(eve->lines);
	for (uint32_t i = 0; i < RTE_DIM(eve->wires); i++)
		free(eve->wires[i]);
	free(eve);
}

static struct gz_sink eve = {
	.reg = { .name = "eve" },
	.help = "EVE JSON, a line per event",
	.open = eve_open,
	.mask = eve_mask,
	.write = eve_write,
	.flush = eve_flush,
	.rotate = eve_rotate,
	.close = eve_close,
};
GZ_SINK_REGISTER(eve)
