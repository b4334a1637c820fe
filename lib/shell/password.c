/* SPDX-License-Identifier: BSD-3-Clause */
#include <crypt.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "gz_shell_client.h"

#include "shell_internal.h"

enum {
	FIRST_DELAY_MS = 1000,
	MOST_DELAY_MS = 8000,
};

int
gz_shell_hash_password(const char *password, char hash[GZ_SHELL_HASH])
{
	struct crypt_data *data;
	char setting[CRYPT_GENSALT_OUTPUT_SIZE];
	const char *made;
	int ret = 0;

	data = calloc(1, sizeof(*data));
	if (data == NULL)
		return -ENOMEM;
	if (crypt_gensalt_rn("$y$", 0, NULL, 0, setting, sizeof(setting)) == NULL) {
		ret = -errno;
		goto out;
	}
	made = crypt_r(password, setting, data);
	if (made == NULL || made[0] == '*')
		ret = -errno;
	else
		snprintf(hash, GZ_SHELL_HASH, "%s", made);
out:
	explicit_bzero(data, sizeof(*data));
	free(data);
	return ret;
}

/* Looks at every byte of @p b, wherever the first difference is. */
static bool
equal_in_constant_time(const char *a, const char *b)
{
	size_t a_len = strlen(a), b_len = strlen(b);
	volatile unsigned char differ = a_len != b_len;

	for (size_t i = 0; i < b_len; i++)
		differ |= (unsigned char)(a[a_len == 0 ? 0 : i % a_len] ^ b[i]);
	return differ == 0;
}

bool
gz_password_is(const char *password, const char *hash)
{
	struct crypt_data *data;
	const char *made;
	bool same = false;

	data = calloc(1, sizeof(*data));
	if (data == NULL)
		return false;
	made = crypt_r(password, hash, data);
	if (made != NULL && made[0] != '*')
		same = equal_in_constant_time(made, hash);
	explicit_bzero(data, sizeof(*data));
	free(data);
	return same;
}

void
gz_guard_init(struct gz_guard *g, uint32_t lockout_ms)
{
	memset(g, 0, sizeof(*g));
	pthread_mutex_init(&g->lock, NULL);
	g->lockout_ms = lockout_ms;
}

void
gz_guard_fini(struct gz_guard *g)
{
	pthread_mutex_destroy(&g->lock);
}

/* The row of @p peer, or the one that was used longest ago. */
static struct gz_guard_row *
guard_row(struct gz_guard *g, const char *peer)
{
	struct gz_guard_row *oldest = &g->rows[0];

	for (uint32_t i = 0; i < RTE_DIM(g->rows); i++) {
		if (strcmp(g->rows[i].peer, peer) == 0)
			return &g->rows[i];
		if (g->rows[i].last_ms < oldest->last_ms)
			oldest = &g->rows[i];
	}
	return oldest;
}

bool
gz_guard_is_locked_out(struct gz_guard *g, const char *peer, uint64_t now_ms)
{
	struct gz_guard_row *row;
	bool out;

	pthread_mutex_lock(&g->lock);
	row = guard_row(g, peer);
	out = strcmp(row->peer, peer) == 0 && row->failures >= GZ_GUARD_LOCKOUT &&
			now_ms - row->last_ms < g->lockout_ms;
	pthread_mutex_unlock(&g->lock);
	return out;
}

uint32_t
gz_guard_failed(struct gz_guard *g, const char *peer, uint64_t now_ms)
{
	struct gz_guard_row *row;
	uint32_t delay;

	pthread_mutex_lock(&g->lock);
	row = guard_row(g, peer);
	if (strcmp(row->peer, peer) != 0 || now_ms - row->last_ms >= g->lockout_ms) {
		snprintf(row->peer, sizeof(row->peer), "%s", peer);
		row->failures = 0;
	}
	delay = row->failures < 3 ? (uint32_t)FIRST_DELAY_MS << row->failures : MOST_DELAY_MS;
	row->failures++;
	row->last_ms = now_ms;
	pthread_mutex_unlock(&g->lock);
	return delay;
}

void
gz_guard_passed(struct gz_guard *g, const char *peer)
{
	struct gz_guard_row *row;

	pthread_mutex_lock(&g->lock);
	row = guard_row(g, peer);
	if (strcmp(row->peer, peer) == 0)
		memset(row, 0, sizeof(*row));
	pthread_mutex_unlock(&g->lock);
}
