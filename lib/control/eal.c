/* SPDX-License-Identifier: BSD-3-Clause */

/* DPDK's environment, started with arguments that nobody types: the ports' settings make them. */

#include <rte_eal.h>
#include <rte_errno.h>

#include "control_internal.h"

int
control_eal_start(struct gz_control *c, struct gz_errors *errors)
{
	const struct gz_place nowhere = { NULL, 0, 0 };
	char **argv;
	int argc, ret;

	argv = gz_ports_eal_args(c->conf, c->opts.replay, &argc);
	ret = rte_eal_init(argc, argv);
	gz_ports_eal_free(argv);
	if (ret < 0) {
		gz_errors_add(errors, nowhere, "eal", "DPDK's environment does not start: %s",
				rte_strerror(rte_errno));
		return -rte_errno;
	}
	c->has_eal = true;
	c->nb_workers = gz_ports_workers(c->conf, c->opts.replay);
	return 0;
}
