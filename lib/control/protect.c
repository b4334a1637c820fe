/* SPDX-License-Identifier: BSD-3-Clause */

/* Servers, what runs on them, their patches: and the policy that follows from all three. */

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "gz_clock.h"
#include "gz_log.h"

#include "control_internal.h"

GZ_LOG_REGISTER(control)

static void
free_policy(void *policy)
{
	gz_policy_destroy(policy);
}

int
gz_control_new_policy(struct gz_control *c, struct gz_errors *errors)
{
	struct gz_rule_state *states = NULL;
	struct gz_policy *policy, *old;
	int n = 0;

	if (c->patches != NULL)
		n = gz_patches_states(c->patches, c->conf, &states);
	if (n < 0)
		return n;
	policy = gz_policy_build(c->conf, states, (uint32_t)n, errors);
	free(states);
	if (policy == NULL)
		return -EINVAL;
	old = gz_policy_publish(policy);
	if (old != NULL && gz_epoch_retire(c->epoch, old, free_policy) < 0)
		abort();
	return 0;
}

/* A change that no person asked for, and so has nobody to tell but the log. */
static void
renew_policy(struct gz_control *c)
{
	struct gz_errors errors = GZ_ERRORS_INIT;
	char line[512];

	if (gz_control_new_policy(c, &errors) < 0 && errors.count > 0) {
		gz_error_format(&errors.v[0], line, sizeof(line));
		GZ_LOG(ERR, "policy stays as it was: %s", line);
	}
	gz_errors_clear(&errors);
}

int
control_protect_open(struct gz_control *c, struct gz_errors *errors)
{
	const char *dir = control_data_dir(c->conf);

	/* A binary that was not installed has no packs, and needs none to be a wire. */
	if (!gz_conf_given(c->conf, "paths.data") && access(dir, R_OK) < 0) {
		GZ_LOG(WARNING, "no packs in %s: no fingerprints and no patches", dir);
		return 0;
	}
	c->assets = gz_assets_open(c->conf, dir, errors);
	if (c->assets == NULL)
		return -EINVAL;
	c->patches = gz_patches_open(c->conf, dir, c->assets, c->ring, errors);
	return c->patches == NULL ? -EINVAL : 0;
}

void
control_protect_close(struct gz_control *c)
{
	if (c->patches != NULL)
		gz_patches_close(c->patches);
	if (c->assets != NULL)
		gz_assets_close(c->assets);
	c->patches = NULL;
	c->assets = NULL;
}

void
control_learn(struct gz_control *c, const struct gz_event *e)
{
	struct gz_fact fact;

	if (e->type != gz_asset_fact_type()->reg.id) {
		gz_patches_hit(c->patches, c->conf, e);
		return;
	}
	if (gz_assets_learn(c->assets, gz_policy_live(), e, &fact) &&
			gz_patches_learn(c->patches, &fact, gz_clock_wall_us()))
		renew_policy(c);
}

void
control_protect_tick(struct gz_control *c)
{
	const struct gz_ruleset *rs = gz_ruleset_live();

	if (c->patches != NULL && rs != NULL && gz_patches_tick(c->patches, rs, gz_clock_wall_us()))
		renew_policy(c);
}
