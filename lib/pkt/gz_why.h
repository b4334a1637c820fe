/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef GZ_WHY_H
#define GZ_WHY_H

/*
 * Why a packet was settled. A row here is at once a counter (drop.<name>), the
 * text of events, a line of `show drops` and, where it is an exception and not
 * a decision of a rule or of the owner, the setting exception.<name>.
 *
 * X(ID, name, default verdict, may be set, EVE's drop.reason, help)
 */
/* clang-format off */
#define GZ_WHYS(X) \
	X(NONE, "none", PASS, 0, "", "nothing was wrong") \
	X(RULE, "rule", DROP, 0, "rules", "a rule matched") \
	X(RULE_REJECT, "rule-reject", REJECT, 0, "rules", "a rule matched and refuses to the sender") \
	X(FLOW, "flow-dropped", DROP, 0, "flow drop", "an earlier packet's verdict holds for the flow") \
	X(FIREWALL, "firewall", DROP, 0, "firewall", "the policy allows no such connection") \
	X(RATE, "rate-filter", DROP, 0, "threshold detection_filter", "a rate was exceeded") \
	X(DECODE, "decode", PASS, 1, "decode error", "headers that do not fit the packet") \
	X(HEADERS, "header-chain", DROP, 1, "decode error", "more headers in a row than are followed") \
	X(IP_OPTIONS, "ip-options", DROP, 1, "decode error", "IPv4 options that cannot be read") \
	X(SOURCE_ROUTE, "source-route", DROP, 1, "decode error", "an IPv4 source route, which servers refuse") \
	X(EXT_HEADER, "extension-header", DROP, 1, "decode error", "IPv6 extension headers that servers refuse") \
	X(OVERSIZE, "oversize", DROP, 1, "decode error", "a frame longer than the largest allowed") \
	X(CHECKSUM, "checksum", PASS, 1, "decode error", "a checksum that the server would refuse") \
	X(FRAG_OVERLAP, "fragment-overlap", DROP, 1, "defrag error", "fragments that overlap") \
	X(FRAG_BAD, "fragment-bad", DROP, 1, "defrag error", "fragments that cannot be a datagram") \
	X(FRAG_COPY, "fragment-duplicate", DROP, 0, "defrag error", "a fragment that is held already") \
	X(FRAG_TIMEOUT, "fragment-timeout", DROP, 1, "defrag error", "a datagram that never became whole") \
	X(FRAG_FULL, "fragment-full", DROP, 1, "defrag memcap", "no room to hold fragments") \
	X(FLOW_FULL, "flow-full", PASS, 1, "flow memcap", "no room in the flow table") \
	X(FLOW_SOURCE, "flow-source", DROP, 1, "flow memcap", "one source has too many unanswered flows") \
	X(TCP_MEMORY, "tcp-memory", PASS, 1, "stream memcap", "no room to follow the connection") \
	X(TCP_REASSEMBLY, "tcp-reassembly", DROP, 1, "stream reassembly", "no room to keep data beyond a gap") \
	X(TCP_INVALID, "tcp-invalid", DROP, 1, "stream error", "a segment that the server would ignore") \
	X(TCP_REWRITE, "tcp-retransmit-differs", DROP, 1, "stream error", "a retransmission with other bytes") \
	X(TCP_URGENT, "tcp-urgent", DROP, 1, "stream urgent", "urgent data against the policy") \
	X(TCP_MIDSTREAM, "tcp-midstream", PASS, 1, "stream midstream", "a connection whose start was not seen") \
	X(TCP_FORGOTTEN, "tcp-forgotten", PASS, 1, "stream midstream", "a connection that goes on after it was forgotten: it is followed anew") \
	X(TCP_CLOSED, "tcp-closed", DROP, 0, "flow drop", "data of a connection that was cut, or had ended") \
	X(APP, "app-error", PASS, 1, "applayer error", "bytes that the protocol does not allow") \
	X(APP_MEMORY, "app-memory", PASS, 1, "applayer memcap", "no room for what a parser collects or decompresses") \
	X(KEYWORD_MEMORY, "keyword-memory", PASS, 1, "applayer memcap", "no room for the bits, numbers and counts that rules keep") \
	X(DETECT_MEMORY, "detect-memory", PASS, 1, "applayer memcap", "no room to remember what rules wait for") \
	X(REPLACE, "replace", DROP, 1, "rules", "bytes to replace in a packet that cannot be changed") \
	X(STEER, "steer-full", DROP, 0, "steering", "the owning worker's ring was full") \
	X(TX, "transmit", DROP, 0, "transmit", "the port did not take the frame") \
	X(LINK, "link-down", DROP, 0, "transmit", "the other port has no link") \
	X(TUNNEL, "tunnel", DROP, 0, "tunnel packet drop", "a packet inside was dropped")
/* clang-format on */

enum gz_verdict {
	GZ_PASS, /* forward */
	GZ_DROP,
	GZ_REJECT, /* drop, and tell the sender (RST or ICMP) */
	GZ_BYPASS, /* forward, and do not look at this flow again */
	GZ_HOLD, /* taken over by a stage that will hand it back */
};

enum gz_why {
#define GZ_WHY_ENUM(id, name, verdict, settable, reason, help) GZ_WHY_##id,
	GZ_WHYS(GZ_WHY_ENUM)
#undef GZ_WHY_ENUM
	GZ_NB_WHYS
};

struct gz_why_row {
	const char *name;
	enum gz_verdict verdict; /* by default */
	bool settable;
	const char *reason; /* EVE's drop.reason */
	const char *help;
};

extern const struct gz_why_row gz_whys[GZ_NB_WHYS];

#endif /* GZ_WHY_H */
