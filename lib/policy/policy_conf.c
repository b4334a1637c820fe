/* SPDX-License-Identifier: BSD-3-Clause */

#include <errno.h>
#include <stdlib.h>

#include "policy_internal.h"

const char *const policy_mode_words[] = {
	[GZ_MODE_OFF] = "off",
	[GZ_MODE_DETECT] = "detect",
	[GZ_MODE_PREVENT] = "prevent",
	NULL,
};

static const struct gz_setting policy_settings[] = {
	{ "policy.mode", GZ_SETTING_WORD, "detect", .words = policy_mode_words, .live = true,
			.help = "what is done for addresses that are no protected server: off (not inspected), "
				"detect (rules only alert) or prevent (rules do what they say)" },
	{ "servers", GZ_SETTING_LIST, .live = true, .help = "the protected servers" },
	{ "servers[].name", GZ_SETTING_STRING, .required = true, .live = true,
			.help = "how the server is called in events and commands" },
	{ "servers[].address", GZ_SETTING_STRING, .required = true, .live = true,
			.help = "its address or prefix; the longest prefix around an address decides" },
	{ "servers[].wire", GZ_SETTING_STRING, .live = true,
			.help = "only on the wire of this name" },
	{ "servers[].vlan", GZ_SETTING_UINT, .max = 4094, .live = true,
			.help = "only with this outer VLAN id; 0: with any or none" },
	{ "servers[].mode", GZ_SETTING_WORD, "prevent", .words = policy_mode_words, .live = true,
			.help = "off, detect or prevent, as policy.mode" },
};
GZ_CONF_REGISTER(policy_settings)

static struct gz_place
place_of(const struct gz_conf *conf, const char *member, uint32_t i)
{
	return gz_conf_place(conf, gz_conf_item(member, i));
}

static int
find_wire(const struct gz_conf *conf, const char *name)
{
	for (uint32_t i = 0; i < gz_conf_items(conf, "wires"); i++)
		if (strcmp(gz_conf_string(conf, gz_conf_item("wires[].name", i)), name) == 0)
			return (int)i;
	return -1;
}

static int
read_wire(struct gz_server *s, const struct gz_conf *conf, uint32_t i, struct gz_errors *errors)
{
	const char *wire = gz_conf_string(conf, gz_conf_item("servers[].wire", i));

	s->wire = -1;
	if (*wire == '\0')
		return 0;
	s->wire = find_wire(conf, wire);
	if (s->wire >= 0)
		return 0;
	gz_errors_add(errors, place_of(conf, "servers[].wire", i), "unknown wire",
			"\"%s\" is not the name of a wire", wire);
	return -EINVAL;
}

static int
read_server(struct gz_policy *p, const struct gz_conf *conf, uint32_t i, struct gz_errors *errors)
{
	const char *name = gz_conf_string(conf, gz_conf_item("servers[].name", i));
	const char *address = gz_conf_string(conf, gz_conf_item("servers[].address", i));
	struct gz_server *s = &p->servers[i];
	uint64_t vlan;

	if (*name == '\0' || *address == '\0')
		return -EINVAL; /* told by gz_conf_check() */
	if (strlen(name) >= sizeof(s->name)) {
		gz_errors_add(errors, place_of(conf, "servers[].name", i), "long name",
				"a server's name has at most %zu characters", sizeof(s->name) - 1);
		return -EINVAL;
	}
	for (uint32_t k = 0; k < i; k++) {
		if (strcmp(p->servers[k].name, name) != 0)
			continue;
		gz_errors_add(errors, place_of(conf, "servers[].name", i), "double name",
				"there is a server \"%s\" already", name);
		return -EINVAL;
	}
	strcpy(s->name, name);
	if (!gz_prefix_parse(address, &s->prefix)) {
		gz_errors_add(errors, place_of(conf, "servers[].address", i), "bad address",
				"\"%s\" is neither an address nor a prefix", address);
		return -EINVAL;
	}
	vlan = gz_conf_uint(conf, gz_conf_item("servers[].vlan", i));
	s->vlan = vlan != 0 ? (int32_t)vlan : -1;
	s->mode = (enum gz_mode)gz_conf_word(conf, gz_conf_item("servers[].mode", i));
	return read_wire(s, conf, i, errors);
}

int
policy_read_servers(struct gz_policy *p, const struct gz_conf *conf, struct gz_errors *errors)
{
	uint32_t n = gz_conf_items(conf, "servers");
	int ret = 0;

	p->mode = (enum gz_mode)gz_conf_word(conf, "policy.mode");
	if (n >= GZ_SERVER_NONE) {
		gz_errors_add(errors, gz_conf_place(conf, "servers"), "too many servers",
				"there can be at most %d servers", GZ_SERVER_NONE - 1);
		return -EINVAL;
	}
	p->servers = calloc(n + 1, sizeof(*p->servers));
	if (p->servers == NULL)
		return -ENOMEM;
	p->nb_servers = n;
	for (uint32_t i = 0; i < n; i++)
		if (read_server(p, conf, i, errors) != 0)
			ret = -EINVAL;
	return ret;
}
