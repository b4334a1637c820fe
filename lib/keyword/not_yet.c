/* SPDX-License-Identifier: BSD-3-Clause */
#include <string.h>

#include <rte_common.h>

#include "keyword_internal.h"

/*
 * Protocols that rules in circulation are written for. One that has no parser
 * here is told by its name, so that its rules are not taken for misspelt ones.
 */

static const char *const protocols[] = {
	"bittorrent-dht",
	"dcerpc",
	"dhcp",
	"dnp3",
	"dns",
	"doh2",
	"enip",
	"ftp",
	"ftp-data",
	"http",
	"http1",
	"http2",
	"ike",
	"imap",
	"irc",
	"jabber",
	"krb5",
	"ldap",
	"llmnr",
	"mdns",
	"modbus",
	"mqtt",
	"msn",
	"mysql",
	"nfs",
	"nntp",
	"ntp",
	"pgsql",
	"pop3",
	"quic",
	"rdp",
	"rfb",
	"sip",
	"smb",
	"smtp",
	"snmp",
	"ssh",
	"telnet",
	"template",
	"tftp",
	"tls",
	"websocket",
};

/* Beginnings of keywords, where they are not the protocol's name. */
static const struct {
	const char *start, *proto;
} starts[] = {
	{ "dce_", "dcerpc" },
	{ "email.", "smtp" },
	{ "ftpbounce", "ftp" },
	{ "ftpdata_", "ftp-data" },
	{ "ja3", "tls" },
	{ "ja4", "tls" },
	{ "ssl_", "tls" },
};

const char *
absent_protocol(const char *name)
{
	uint32_t i;

	for (i = 0; i < RTE_DIM(protocols); i++) {
		if (strcmp(name, protocols[i]) == 0 && gz_proto_find(name) == NULL)
			return protocols[i];
	}
	return NULL;
}

const char *
gz_keyword_absent_protocol(uint32_t index)
{
	uint32_t i;

	for (i = 0; i < RTE_DIM(protocols); i++) {
		if (gz_proto_find(protocols[i]) == NULL && index-- == 0)
			return protocols[i];
	}
	return NULL;
}

const char *
absent_keyword_protocol(const char *keyword)
{
	size_t len = strcspn(keyword, "._");
	uint32_t i;

	for (i = 0; i < RTE_DIM(starts); i++) {
		if (strncmp(keyword, starts[i].start, strlen(starts[i].start)) == 0)
			return absent_protocol(starts[i].proto);
	}
	for (i = 0; i < RTE_DIM(protocols); i++) {
		if (strlen(protocols[i]) == len && strncmp(keyword, protocols[i], len) == 0)
			return absent_protocol(protocols[i]);
	}
	return NULL;
}
