/* SPDX-License-Identifier: BSD-3-Clause */

/* Settings, counters and names of events. */

#include <stdio.h>

#include "tcp_internal.h"

static const char *const mode_words[] = { "off", "observe", "enforce", NULL };
static const char *const overlap_words[] = { "rewrite", "drop", "observe", "off", NULL };
static const char *const urgent_words[] = { "oob", "inline", "drop", "observe", NULL };
static const char *const midstream_words[] = { "off", "pick-up", NULL };

static struct gz_setting tcp_settings[] = {
	{ "stream.window", GZ_SETTING_UINT, "2048", .max = 65536, .unit = "bytes",
			.help = "how far back from new bytes of a stream a match may reach" },
	{ "stream.depth", GZ_SETTING_UINT, "0", .max = UINT32_MAX, .unit = "bytes",
			.help = "bytes of each direction that are inspected; 0: all" },
	{ "stream.keep", GZ_SETTING_UINT, "16M", .min = 65536, .max = 1 << 30, .unit = "bytes",
			.help = "forwarded bytes of a direction that are kept until they are "
				"acknowledged" },
	{ "stream.beyond", GZ_SETTING_UINT, "4M", .min = 65536, .max = 1 << 30, .unit = "bytes",
			.help = "bytes of a direction that are kept beyond a gap" },
	{ "tcp.midstream", GZ_SETTING_WORD, "off", .words = midstream_words,
			.help = "connections whose start was not seen: exception.tcp-midstream says "
				"what becomes of them (off), or they are picked up" },
	{ "tcp.remember", GZ_SETTING_UINT, "262144", .max = 1 << 26, .unit = "connections",
			.help = "connections that were forgotten before they were over, and are "
				"known again if they go on; per worker, 16 bytes each" },
	{ "tcp.async", GZ_SETTING_BOOL, "false",
			.help = "follow connections of which only one direction is seen" },
	{ "tcp.overlap", GZ_SETTING_WORD, "rewrite", .words = overlap_words,
			.help = "a retransmission with other bytes: rewritten to the first version, "
				"dropped, only told of (observe), or not looked for (off)" },
	{ "tcp.urgent", GZ_SETTING_WORD, "oob", .words = urgent_words,
			.help = "urgent bytes: out of the stream as Linux has them (oob), part of it "
				"(inline: the mark is erased), or as exception.tcp-urgent says (drop); "
				"observe: as oob, but no mark is changed" },
	{ "tcp.urgent-most", GZ_SETTING_UINT, "1", .max = TCP_URGENTS,
			.help = "urgent bytes of a direction that stay out of the stream; further "
				"marks are erased" },
#define NORM_SETTING(id, text, default_value, sentence) \
	{ "tcp." text, GZ_SETTING_WORD, default_value, .words = mode_words, .help = sentence },
	TCP_NORMS(NORM_SETTING)
#undef NORM_SETTING
};
GZ_CONF_REGISTER(tcp_settings)

static struct gz_stat_row tcp_rows[] = {
	[TCP_STAT_SESSIONS] = { "tcp.sessions", "connections established" },
	[TCP_STAT_ACTIVE] = { "tcp.active_sessions", "connections now followed", .gauge = true },
	[TCP_STAT_SYN] = { "tcp.syn", "SYNs" },
	[TCP_STAT_SYNACK] = { "tcp.synack", "SYN/ACKs" },
	[TCP_STAT_RST] = { "tcp.rst", "resets" },
	[TCP_STAT_MIDSTREAM] = { "tcp.midstream_pickups", "connections picked up in the middle" },
	[TCP_STAT_ASYNC] = { "tcp.async_sessions",
			"connections followed by one direction alone (tcp.async)" },
	[TCP_STAT_BAD_SUM] = { "tcp.invalid_checksum",
			"segments with a bad checksum, not followed" },
	[TCP_STAT_NO_MEMORY] = { "tcp.memcap", "times memory for connections or bytes was spent" },
	[TCP_STAT_RETRANSMITS] = { "tcp.retransmission",
			"segments that came again, at least in part" },
	[TCP_STAT_DIFFERENT] = { "tcp.overlap_diff_data",
			"stretches that came again with other bytes" },
	[TCP_STAT_REWRITTEN] = { "tcp.rewritten", "of them rewritten to the first version" },
	[TCP_STAT_FORGOTTEN] = { "tcp.forgotten", "blocks given up before they were acknowledged" },
	[TCP_STAT_OOO] = { "tcp.out_of_order", "stretches that came beyond a gap" },
	[TCP_STAT_GAPS] = { "tcp.reassembly_gap", "gaps that will not be filled" },
	[TCP_STAT_DEPTH] = { "tcp.stream_depth_reached",
			"directions inspected up to stream.depth" },
	[TCP_STAT_URGENT] = { "tcp.urgent_oob_data", "urgent bytes" },
	[TCP_STAT_URGENT_REWRITTEN] = { "tcp.urgent_rewritten",
			"segments whose urgent mark was erased or set, or would be" },
	[TCP_STAT_CUT] = { "tcp.cut", "connections cut by a verdict" },
	[TCP_STAT_RESUMED] = { "tcp.resumed",
			"connections that went on after they were forgotten" },
	[TCP_STAT_UNREMEMBERED] = { "tcp.unremembered",
			"of connections forgotten before they were over, those that tcp.remember "
			"had no room for any more" },
#define NORM_STAT(id, name, value, sentence) \
	[TCP_STAT_NORM + NORM_##id] = { "tcp.invalid." name, "segments refused: " sentence },
	TCP_NORMS(NORM_STAT)
#undef NORM_STAT
};

struct gz_stat_set tcp_stats = { tcp_rows, RTE_DIM(tcp_rows), 0, { NULL } };

RTE_INIT(tcp_register_stats)
{
	gz_stat_register(&tcp_stats);
}

static const char *const norm_settings[NB_NORMS] = {
#define NORM_NAME(id, name, value, help) "tcp." name,
	TCP_NORMS(NORM_NAME)
#undef NORM_NAME
};

static const char *const event_names[GZ_NB_TCP_EVENTS] = {
#define EVENT_NAME(id, name) name,
	GZ_TCP_EVENTS_LIST(EVENT_NAME)
#undef EVENT_NAME
};

const char *
gz_tcp_event_name(enum gz_tcp_event e)
{
	return event_names[e];
}

int
gz_tcp_event_find(const char *name)
{
	for (int i = 0; i < GZ_NB_TCP_EVENTS; i++)
		if (strcmp(event_names[i], name) == 0)
			return i;
	return -1;
}

void
tcp_conf_read(struct gz_tcp *t, const struct gz_conf *conf)
{
	t->window_most = (uint32_t)gz_conf_uint(conf, "stream.window");
	t->window = t->window_most;
	t->depth = gz_conf_uint(conf, "stream.depth");
	t->keep_most = (uint32_t)gz_conf_uint(conf, "stream.keep");
	t->ooo_most = (uint32_t)gz_conf_uint(conf, "stream.beyond");
	t->pick_up = gz_conf_word(conf, "tcp.midstream") != 0;
	t->async = gz_conf_bool(conf, "tcp.async");
	t->overlap = (uint8_t)gz_conf_word(conf, "tcp.overlap");
	t->urgent = (uint8_t)gz_conf_word(conf, "tcp.urgent");
	t->urgent_most = (uint32_t)gz_conf_uint(conf, "tcp.urgent-most");
	for (uint32_t i = 0; i < NB_NORMS; i++)
		t->norm[i] = (uint8_t)gz_conf_word(conf, norm_settings[i]);
}
