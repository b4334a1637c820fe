/* SPDX-License-Identifier: BSD-3-Clause */

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "gz_log.h"

#include "patch_internal.h"

GZ_LOG_REGISTER(patch)

static const char schema[] =
		"CREATE TABLE IF NOT EXISTS patch ("
		" server TEXT NOT NULL, cve TEXT NOT NULL, product TEXT NOT NULL, state INTEGER NOT NULL,"
		" verdict INTEGER NOT NULL, confidence INTEGER NOT NULL, ordered INTEGER NOT NULL,"
		" since_us INTEGER NOT NULL, vulnerable_us INTEGER NOT NULL, last_hit_us INTEGER NOT NULL,"
		" evidence TEXT NOT NULL, PRIMARY KEY (server, cve)) WITHOUT ROWID;"
		"CREATE TABLE IF NOT EXISTS patch_step ("
		" id INTEGER PRIMARY KEY, time_us INTEGER NOT NULL, server TEXT NOT NULL, cve TEXT NOT NULL,"
		" from_state INTEGER NOT NULL, to_state INTEGER NOT NULL, why TEXT NOT NULL,"
		" evidence TEXT NOT NULL);"
		"CREATE INDEX IF NOT EXISTS patch_step_of ON patch_step (server, cve);";

static const char put_sql
		[] = "INSERT OR REPLACE INTO patch VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11)";

static const char step_sql[] =
		"INSERT INTO patch_step (time_us, server, cve, from_state, to_state, why, evidence)"
		" VALUES (?1,?2,?3,?4,?5,?6,?7)";

static const char
		steps_sql[] = "SELECT time_us, from_state, to_state, why, evidence FROM patch_step"
			      " WHERE server = ?1 AND cve = ?2 ORDER BY id";

static const char all_sql[] =
		"SELECT server, cve, product, state, verdict, confidence, ordered, since_us, vulnerable_us,"
		" last_hit_us, evidence FROM patch ORDER BY server, cve";

static void
column_text(sqlite3_stmt *q, int at, char *to, size_t size)
{
	const unsigned char *text = sqlite3_column_text(q, at);

	snprintf(to, size, "%s", text != NULL ? (const char *)text : "");
}

static void
read_row(struct gz_patches *p, sqlite3_stmt *q)
{
	struct patch *x = calloc(1, sizeof(*x));

	if (x == NULL)
		abort();
	column_text(q, 0, x->server, sizeof(x->server));
	column_text(q, 1, x->cve, sizeof(x->cve));
	column_text(q, 2, x->product, sizeof(x->product));
	x->state = (enum gz_patch_state)sqlite3_column_int(q, 3);
	x->verdict = (enum verdict)sqlite3_column_int(q, 4);
	x->confidence = (uint8_t)sqlite3_column_int(q, 5);
	x->ordered = sqlite3_column_int(q, 6) != 0;
	x->since_us = (uint64_t)sqlite3_column_int64(q, 7);
	x->vulnerable_us = (uint64_t)sqlite3_column_int64(q, 8);
	x->last_hit_us = (uint64_t)sqlite3_column_int64(q, 9);
	column_text(q, 10, x->evidence, sizeof(x->evidence));
	if (x->state > GZ_PATCH_REJECTED || x->verdict > VERDICT_VULNERABLE) {
		GZ_LOG(ERR, "the store's row for %s on %s makes no sense and is left out", x->cve,
				x->server);
		free(x);
		return;
	}
	*p->last = x;
	p->last = &x->next;
}

static int
read_all(struct gz_patches *p)
{
	sqlite3_stmt *q;
	int ret;

	if (sqlite3_prepare_v2(p->db, all_sql, -1, &q, NULL) != SQLITE_OK)
		return -EIO;
	while ((ret = sqlite3_step(q)) == SQLITE_ROW)
		read_row(p, q);
	sqlite3_finalize(q);
	return ret == SQLITE_DONE ? 0 : -EIO;
}

int
patch_store_open(struct gz_patches *p, struct gz_errors *errors)
{
	if (sqlite3_exec(p->db, schema, NULL, NULL, NULL) == SQLITE_OK &&
			sqlite3_prepare_v2(p->db, put_sql, -1, &p->put, NULL) == SQLITE_OK &&
			sqlite3_prepare_v2(p->db, step_sql, -1, &p->step, NULL) == SQLITE_OK &&
			sqlite3_prepare_v2(p->db, steps_sql, -1, &p->steps, NULL) == SQLITE_OK &&
			read_all(p) == 0)
		return 0;
	gz_errors_add(errors, (struct gz_place){ sqlite3_db_filename(p->db, "main"), 0, 0 },
			"store", "cannot keep patches: %s", sqlite3_errmsg(p->db));
	return -EIO;
}

void
patch_store_close(struct gz_patches *p)
{
	sqlite3_finalize(p->put);
	sqlite3_finalize(p->step);
	sqlite3_finalize(p->steps);
}

static void
run(struct gz_patches *p, sqlite3_stmt *q, const struct patch *x)
{
	if (sqlite3_step(q) != SQLITE_DONE)
		GZ_LOG(ERR, "%s on %s is not kept: %s", x->cve, x->server, sqlite3_errmsg(p->db));
	sqlite3_reset(q);
}

void
patch_store_put(struct gz_patches *p, const struct patch *x)
{
	sqlite3_stmt *q = p->put;

	sqlite3_bind_text(q, 1, x->server, -1, SQLITE_STATIC);
	sqlite3_bind_text(q, 2, x->cve, -1, SQLITE_STATIC);
	sqlite3_bind_text(q, 3, x->product, -1, SQLITE_STATIC);
	sqlite3_bind_int(q, 4, x->state);
	sqlite3_bind_int(q, 5, x->verdict);
	sqlite3_bind_int(q, 6, x->confidence);
	sqlite3_bind_int(q, 7, x->ordered);
	sqlite3_bind_int64(q, 8, (sqlite3_int64)x->since_us);
	sqlite3_bind_int64(q, 9, (sqlite3_int64)x->vulnerable_us);
	sqlite3_bind_int64(q, 10, (sqlite3_int64)x->last_hit_us);
	sqlite3_bind_text(q, 11, x->evidence, -1, SQLITE_STATIC);
	run(p, q, x);
}

void
patch_store_step(struct gz_patches *p, const struct patch *x, int from, const char *why,
		uint64_t now_us)
{
	sqlite3_stmt *q = p->step;

	sqlite3_bind_int64(q, 1, (sqlite3_int64)now_us);
	sqlite3_bind_text(q, 2, x->server, -1, SQLITE_STATIC);
	sqlite3_bind_text(q, 3, x->cve, -1, SQLITE_STATIC);
	sqlite3_bind_int(q, 4, from);
	sqlite3_bind_int(q, 5, x->state);
	sqlite3_bind_text(q, 6, why, -1, SQLITE_STATIC);
	sqlite3_bind_text(q, 7, x->evidence, -1, SQLITE_STATIC);
	run(p, q, x);
}
