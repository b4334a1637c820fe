/* SPDX-License-Identifier: BSD-3-Clause */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <rte_common.h>
#include <rte_debug.h>

#include "keyword_internal.h"

static const struct gz_setting classes_settings[] = {
	{ "classification-file", GZ_SETTING_STRING,
			.help = "a classification.config whose classes are added to the usual ones" },
};
GZ_CONF_REGISTER(classes_settings)

struct gz_classes {
	struct rule_class *v;
	uint32_t count;
};

/* The classes that rules in circulation use, with the names that events give them. */
static const struct rule_class usual[] = {
	{ "not-suspicious", "Not Suspicious Traffic", 3 },
	{ "unknown", "Unknown Traffic", 3 },
	{ "bad-unknown", "Potentially Bad Traffic", 2 },
	{ "attempted-recon", "Attempted Information Leak", 2 },
	{ "successful-recon-limited", "Information Leak", 2 },
	{ "successful-recon-largescale", "Large Scale Information Leak", 2 },
	{ "attempted-dos", "Attempted Denial of Service", 2 },
	{ "successful-dos", "Denial of Service", 2 },
	{ "attempted-user", "Attempted User Privilege Gain", 1 },
	{ "unsuccessful-user", "Unsuccessful User Privilege Gain", 1 },
	{ "successful-user", "Successful User Privilege Gain", 1 },
	{ "attempted-admin", "Attempted Administrator Privilege Gain", 1 },
	{ "successful-admin", "Successful Administrator Privilege Gain", 1 },
	{ "rpc-portmap-decode", "Decode of an RPC Query", 2 },
	{ "shellcode-detect", "Executable code was detected", 1 },
	{ "string-detect", "A suspicious string was detected", 3 },
	{ "suspicious-filename-detect", "A suspicious filename was detected", 2 },
	{ "suspicious-login", "An attempted login using a suspicious username was detected", 2 },
	{ "system-call-detect", "A system call was detected", 2 },
	{ "tcp-connection", "A TCP connection was detected", 4 },
	{ "trojan-activity", "A Network Trojan was detected", 1 },
	{ "unusual-client-port-connection", "A client was using an unusual port", 2 },
	{ "network-scan", "Detection of a Network Scan", 3 },
	{ "denial-of-service", "Detection of a Denial of Service Attack", 2 },
	{ "non-standard-protocol", "Detection of a non-standard protocol or event", 2 },
	{ "protocol-command-decode", "Generic Protocol Command Decode", 3 },
	{ "web-application-activity", "access to a potentially vulnerable web application", 2 },
	{ "web-application-attack", "Web Application Attack", 1 },
	{ "misc-activity", "Misc activity", 3 },
	{ "misc-attack", "Misc Attack", 2 },
	{ "icmp-event", "Generic ICMP event", 3 },
	{ "inappropriate-content", "Inappropriate Content was Detected", 1 },
	{ "policy-violation", "Potential Corporate Privacy Violation", 1 },
	{ "default-login-attempt", "Attempt to login by a default username and password", 2 },
	{ "targeted-activity", "Targeted Malicious Activity was Detected", 1 },
	{ "exploit-kit", "Exploit Kit Activity Detected", 1 },
	{ "external-ip-check", "Device Retrieving External IP Address Detected", 2 },
	{ "domain-c2", "Domain Observed Used for C2 Detected", 1 },
	{ "pup-activity", "Possibly Unwanted Program Detected", 2 },
	{ "credential-theft", "Successful Credential Theft Detected", 1 },
	{ "social-engineering", "Possible Social Engineering Attempted", 2 },
	{ "coin-mining", "Crypto Currency Mining Activity Detected", 2 },
	{ "command-and-control", "Malware Command and Control Activity Detected", 1 },
};

const struct rule_class *
classes_find(const struct gz_classes *c, struct gz_span name)
{
	uint32_t i;

	for (i = 0; i < c->count; i++) {
		if (text_is(name, c->v[i].name))
			return &c->v[i];
	}
	return NULL;
}

const char *
classes_nearest(const struct gz_classes *c, struct gz_span name)
{
	const char **names = gz_sig_alloc((c->count + 1) * sizeof(*names)), *near;
	char *word = text_copy(name);
	uint32_t i;

	for (i = 0; i < c->count; i++)
		names[i] = c->v[i].name;
	near = gz_nearest_word(word, names, c->count);
	free(word);
	free(names);
	return near;
}

static void
add(struct gz_classes *c, struct gz_span name, struct gz_span text, uint32_t priority)
{
	struct rule_class *was = (struct rule_class *)(uintptr_t)classes_find(c, name);

	if (was == NULL) {
		c->v = reallocarray(c->v, c->count + 1, sizeof(*c->v));
		RTE_VERIFY(c->v != NULL);
		was = &c->v[c->count++];
	} else {
		free((void *)(uintptr_t)was->name);
		free((void *)(uintptr_t)was->text);
	}
	*was = (struct rule_class){ text_copy(name), text_copy(text), priority };
}

/** "config classification: name,text,priority" */
static bool
read_line(struct gz_classes *c, struct gz_span line)
{
	struct gz_span name, text, number;
	uint64_t priority;

	if (!text_skip(&line, "config") || !text_skip(&line, "classification") ||
			!text_skip(&line, ":"))
		return false;
	if (!text_next(&line, &name) || !text_next(&line, &text) || !text_next(&line, &number))
		return false;
	if (name.len == 0 || line.len > 0 || !text_u64(number, 255, &priority) || priority == 0)
		return false;
	add(c, name, text, (uint32_t)priority);
	return true;
}

static void
read_file(struct gz_classes *c, const char *path, struct gz_place named, struct gz_errors *errors)
{
	FILE *from = fopen(path, "re");
	struct gz_place place = { path, 0, 0 };
	char *line = NULL;
	size_t size = 0;
	struct gz_span s;
	ssize_t len;

	if (from == NULL) {
		gz_errors_add(errors, named, "unreadable file", "cannot read %s: %s", path,
				strerror(errno));
		return;
	}
	while ((len = getline(&line, &size, from)) >= 0) {
		place.line++;
		while (len > 0 && isspace((uint8_t)line[len - 1]))
			len--;
		s = gz_span_trim(gz_span(line, (uint32_t)len));
		if (s.len > 0 && s.p[0] != '#' && !read_line(c, s))
			gz_errors_add(errors, place, "classification",
					"expected \"config classification: name,text,priority\"");
	}
	free(line);
	fclose(from);
}

struct gz_classes *
gz_classes_create(const struct gz_conf *conf, struct gz_errors *errors)
{
	struct gz_classes *c = gz_sig_alloc(sizeof(*c));
	const char *path;
	uint32_t i;

	for (i = 0; i < RTE_DIM(usual); i++)
		add(c, gz_span_str(usual[i].name), gz_span_str(usual[i].text), usual[i].priority);
	path = conf == NULL ? "" : gz_conf_string(conf, "classification-file");
	if (path[0] != '\0')
		read_file(c, path, gz_conf_place(conf, "classification-file"), errors);
	return c;
}

void
gz_classes_destroy(struct gz_classes *c)
{
	uint32_t i;

	if (c == NULL)
		return;
	for (i = 0; i < c->count; i++) {
		free((void *)(uintptr_t)c->v[i].name);
		free((void *)(uintptr_t)c->v[i].text);
	}
	free(c->v);
	free(c);
}
