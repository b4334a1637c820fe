/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef GZ_SIG_H
#define GZ_SIG_H

/*
 * A signature: a rule understood. Built by the loader, immutable in its ruleset,
 * read by workers.
 *
 * All of these must hold: the header; every packet match; every buffer (each
 * with a chain of matches that may depend on each other's place); every
 * transaction match. Then the post matches run, in order; one that says no
 * (a threshold not reached) undoes the match: no alert, no action. One that
 * says GZ_QUIET (a limit exceeded) leaves the action and keeps the alert back.
 */

#include <stdbool.h>
#include <stdint.h>

#include "gz_addrset.h"
#include "gz_error.h"
#include "gz_field.h"
#include "gz_literal.h"
#include "gz_proto.h"
#include "gz_rule.h"
#include "gz_transform.h"

struct gz_keyword;

enum {
	GZ_SIG_TRANSFORMS = 8,
	GZ_SIG_CHOICES = 64, /* matches of one chain that may have to be tried again */

	/* what it looks at: decides where it is evaluated */
	GZ_SIG_PAYLOAD = 1 << 0, /* has payload matches (content without a field) */
	GZ_SIG_APP = 1 << 1, /* has fields of transactions or TX matches */
	GZ_SIG_PKT_FIELD = 1 << 2, /* has fields of packets (tcp.hdr) */
	GZ_SIG_IP_ONLY = 1 << 3, /* addresses and ports only: once a flow and direction */
	GZ_SIG_STREAM_ONLY = 1 << 4, /* TCP payload matches look at the stream only */
	GZ_SIG_NO_STREAM = 1 << 5, /* they look at packets only; neither: at both */
	GZ_SIG_ESTABLISHED = 1 << 6,
	GZ_SIG_NOT_ESTABLISHED = 1 << 7,
	GZ_SIG_STATELESS = 1 << 8,
	GZ_SIG_TO_SERVER = 1 << 9,
	GZ_SIG_TO_CLIENT = 1 << 10,
	GZ_SIG_NOALERT = 1 << 11,
	GZ_SIG_NEEDS_PACKET = 1 << 12, /* a packet match beyond flow: not for stream chunks alone */
	GZ_SIG_BITS_TEST = 1 << 13, /* flowbits:isset and the like: order matters */
	GZ_SIG_BITS_SET = 1 << 14,
	GZ_SIG_PREFILTER = 1 << 15, /* says `prefilter` */
	GZ_SIG_BOTH_WAYS = 1 << 16,
	GZ_SIG_NO_FRAG = 1 << 17, /* flow:no_frag: not for datagrams put together */
	GZ_SIG_ONLY_FRAG = 1 << 18,
	GZ_SIG_NEEDS_FLOW = 1 << 19, /* never true without a flow */
	GZ_SIG_BYPASS = 1 << 20, /* its match takes the flow out of inspection */
	GZ_SIG_BOTH_SIDES = 1
			<< 23, /* =>: about a request and its response; each part about one of them */
	GZ_SIG_ARP = 1 << 24, /* `alert arp` */
	GZ_SIG_ONLY_STREAM = 1 << 25, /* flow:only_stream: no packet stands for a stream */
	GZ_SIG_FILES = 1 << 26, /* asked again while files may come: matches for each (filestore) */
	GZ_SIG_FRAME = 1 << 27, /* with APP: its buffers are one kind of frame */
	GZ_SIG_CAPTURES = 1 << 29, /* an expression keeps parts of its match in variables */
	GZ_SIG_PROTO_ONLY = 1 << 30, /* of the flow's protocol only: judged once it is known */
	GZ_SIG_REPLACE = 1 << 28, /* a match changes bytes of the packet */
	GZ_SIG_ALERT = 1 << 22, /* told though the action does not say so (pass) */
	GZ_SIG_PKTHDR = 1
			<< 21, /* `alert pkthdr`, decode-event: for packets whose headers do not fit, too */

	/* of a match, as its keyword says */
	GZ_MATCH_RELATIVE = 1 << 0, /* counts from the end of the match before it */
	GZ_MATCH_NEGATED = 1 << 1,
	GZ_MATCH_MOVES = 1 << 2, /* the next relative one counts from its end */
	GZ_MATCH_AGAIN = 1 << 3, /* may match in further places */
	GZ_MATCH_USES_VAR = 1 << 4,
	GZ_MATCH_SETS_VAR = 1 << 5,
	GZ_MATCH_NEEDS_END = 1 << 9, /* may change while a field grows: ask when it is whole */
	GZ_MATCH_JUDGES = 1
			<< 10, /* of post: may say no, so it comes behind those that set something */
	/* and as the chain wants it */
	GZ_MATCH_RETRY = 1 << 6, /* what follows depends on its place: try the next one */
	GZ_MATCH_FINAL = 1 << 7, /* its no is the chain's: nothing before it matters to it */
	GZ_MATCH_CUT = 1 << 8, /* after its yes nothing before it need be tried again */
};

/** One keyword of a rule with its argument. */
struct gz_match {
	const struct gz_keyword *kw;
	struct gz_match *next;
	void *arg; /* the keyword's own, freed by its free() */
	uint32_t flags; /* GZ_MATCH_* */
};

/** content's argument; others look at it too (fast pattern, within on the content before). */
struct gz_content {
	struct gz_literal *literal;
	uint32_t flags; /* GZ_CONTENT_* */
	int32_t offset, distance; /* valid with their flag; *_var: index of a byte_extract variable, or -1 */
	uint32_t depth, within; /* depth counts from the offset */
	int16_t offset_var, depth_var, distance_var, within_var;
	uint16_t chop_at, chop_len; /* fast_pattern:<at>,<len> */
	uint8_t *replacement; /* as many bytes, malloc()ed: with GZ_CONTENT_REPLACE */
	uint8_t replace_at; /* index into gz_eval's places */
};

enum {
	GZ_CONTENT_OFFSET = 1 << 0,
	GZ_CONTENT_DEPTH = 1 << 1,
	GZ_CONTENT_DISTANCE = 1 << 2,
	GZ_CONTENT_WITHIN = 1 << 3,
	GZ_CONTENT_STARTSWITH = 1 << 4,
	GZ_CONTENT_ENDSWITH = 1 << 5,
	GZ_CONTENT_FAST = 1 << 6, /* fast_pattern was said */
	GZ_CONTENT_FAST_ONLY = 1 << 7, /* may lie anywhere: eval() moves nothing */
	GZ_CONTENT_CHOP = 1 << 8,
	GZ_CONTENT_RAWBYTES = 1 << 9,
	GZ_CONTENT_NEGATED = 1 << 10,
	GZ_CONTENT_NOCASE = 1 << 11,
	GZ_CONTENT_REPLACE = 1 << 12,
};

extern struct gz_keyword gz_keyword_content;

/** @p m's content, or NULL when it is of another keyword. */
static inline const struct gz_content *
gz_match_content(const struct gz_match *m)
{
	return m->kw == &gz_keyword_content ? m->arg : NULL;
}

/** Does @p m demand a buffer of exactly *@p bytes? */
bool gz_match_bsize(const struct gz_match *m, uint64_t *bytes);

/** A buffer and what must match in it. */
struct gz_sig_buffer {
	const struct gz_field *field; /* NULL: the payload */
	const struct gz_transform *transforms[GZ_SIG_TRANSFORMS];
	void *transform_args[GZ_SIG_TRANSFORMS];
	uint8_t nb_transforms;
	uint8_t sides; /* of a rule of both sides: 1 << GZ_C2S, 1 << GZ_S2C or, before it is settled, 0 */
	bool absent; /* `absent` alone: matches when there is no value */
	bool absent_or_else; /* `absent:or_else` */
	struct gz_match *first;
	struct gz_sig_buffer *next;
};

/** A flowbit, xbit, hostbit … by its number from gz_sig_name(). */
struct gz_sig_bit {
	uint32_t name;
	bool sets; /* or unsets, toggles; else tests */
};

struct gz_sig {
	uint32_t sid, gid, rev;
	uint32_t priority; /* 1 is most severe; from classtype unless said */
	uint32_t flags; /* GZ_SIG_* */
	uint32_t needs; /* GZ_NEEDS_*, beyond what its buffers tell */
	enum gz_action action;

	/* header */
	uint8_t l4[4]; /* IP protocols it applies to; nb_l4 0: any */
	uint8_t nb_l4;
	uint8_t ip_version; /* 4, 6 or 0 */
	uint64_t protos; /* ids that it may be about, by `alert http` or its fields; 0: any */
	const struct gz_proto *proto; /* the only one of them; NULL: several, or any */
	bool proto_by_name; /* named in the header or by app-layer-protocol */
	struct gz_addrset addr[2];
	struct gz_portset port[2];

	struct gz_match *packet; /* GZ_SCOPE_PACKET */
	struct gz_sig_buffer *buffers;
	struct gz_match *tx;
	struct gz_match *post;
	uint8_t nb_vars; /* byte_extract, byte_math */
	struct gz_sig_bit *bits; /* what it sets and tests, for the order of judging */
	uint32_t nb_bits;

	/* the fast pattern that the rule asks for, or NULL: the ruleset chooses */
	const struct gz_match *fast;
	const struct gz_sig_buffer *fast_buffer;

	uint8_t target; /* which side the rule calls the target: 1 source, 2 destination, 0 none */
	char *msg;
	char *eve; /* members of EVE's alert object from gid to severity: ready JSON */
	uint32_t eve_len;
	char *eve_meta; /* its last member, "metadata": {…}, or NULL; what stands between is the packet's */
	uint32_t eve_meta_len;
	char *classtype; /* short name, or NULL */
	char **metadata; /* "key value", NULL-terminated, or NULL */
	char **references; /* "cve,2021-44228", NULL-terminated, or NULL */
	char *text; /* the rule */
	struct gz_place place; /* its file is the signature's own */
};

#endif /* GZ_SIG_H */
