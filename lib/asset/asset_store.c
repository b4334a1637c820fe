/* SPDX-License-Identifier: BSD-3-Clause */

#include <errno.h>
#include <stdlib.h>

#include "gz_log.h"

#include "asset_internal.h"

GZ_LOG_REGISTER(asset)

enum {
	STORE_VERSION = 1,
	FACTS_PER_SERVICE = 64, /* values kept of one port of a server; the oldest goes */
};

static const char schema
		[] = "CREATE TABLE IF NOT EXISTS fact ("
		     " server TEXT NOT NULL, addr BLOB NOT NULL, port INTEGER NOT NULL,"
		     " source TEXT NOT NULL, value TEXT NOT NULL,"
		     " product TEXT NOT NULL, version TEXT NOT NULL, distro TEXT NOT NULL,"
		     " package TEXT NOT NULL, family TEXT NOT NULL, confidence INTEGER NOT NULL,"
		     " first_us INTEGER NOT NULL, last_us INTEGER NOT NULL, count INTEGER NOT NULL,"
		     " PRIMARY KEY (server, addr, port, source, value)) WITHOUT ROWID;"
		     "CREATE INDEX IF NOT EXISTS fact_last ON fact (last_us);";

static const char put_sql[] =
		"INSERT INTO fact VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9,?13,?10,?11,?11,?12)"
		" ON CONFLICT DO UPDATE SET product = ?6, version = ?7, distro = ?8, package = ?9, family = ?13,"
		" confidence = ?10, last_us = max(last_us, ?11), count = count + ?12"
		" RETURNING count = ?12";

static const char trim_sql[] =
		"DELETE FROM fact WHERE (server, addr, port, source, value) IN"
		" (SELECT server, addr, port, source, value FROM fact WHERE server = ?1 AND addr = ?2 AND port = ?3"
		" ORDER BY last_us DESC LIMIT -1 OFFSET ?4)";

static const char each_sql[] =
		"SELECT server, addr, port, source, value, product, version, distro, package, confidence,"
		" first_us, last_us, count, family FROM fact"
		" WHERE (?1 IS NULL OR server = ?1) AND last_us >= ?2 ORDER BY server, port, last_us DESC";

struct asset_store {
	sqlite3 *db;
	sqlite3_stmt *put, *trim, *each;
};

static int
prepare(struct asset_store *s)
{
	if (sqlite3_prepare_v2(s->db, put_sql, -1, &s->put, NULL) != SQLITE_OK ||
			sqlite3_prepare_v2(s->db, trim_sql, -1, &s->trim, NULL) != SQLITE_OK ||
			sqlite3_prepare_v2(s->db, each_sql, -1, &s->each, NULL) != SQLITE_OK)
		return -EIO;
	return 0;
}

static int
store_version(sqlite3 *db)
{
	sqlite3_stmt *q;
	int version = -1;

	if (sqlite3_prepare_v2(db, "PRAGMA user_version", -1, &q, NULL) != SQLITE_OK)
		return -1;
	if (sqlite3_step(q) == SQLITE_ROW)
		version = sqlite3_column_int(q, 0);
	sqlite3_finalize(q);
	return version;
}

struct asset_store *
asset_store_open(const char *path, struct gz_errors *errors)
{
	struct asset_store *s = calloc(1, sizeof(*s));
	int version;

	if (s == NULL)
		abort();
	if (sqlite3_open(*path != '\0' ? path : ":memory:", &s->db) != SQLITE_OK)
		goto undo;
	sqlite3_busy_timeout(s->db, 1000);
	version = store_version(s->db);
	if (version > STORE_VERSION) {
		gz_errors_add(errors, (struct gz_place){ path, 0, 0 }, "store",
				"was written by a newer version (%d, this one knows %d)", version,
				STORE_VERSION);
		asset_store_close(s);
		return NULL;
	}
	if (sqlite3_exec(s->db,
			    "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;"
			    "PRAGMA user_version = 1;",
			    NULL, NULL, NULL) != SQLITE_OK ||
			sqlite3_exec(s->db, schema, NULL, NULL, NULL) != SQLITE_OK ||
			prepare(s) != 0)
		goto undo;
	return s;

undo:
	gz_errors_add(errors, (struct gz_place){ path, 0, 0 }, "store",
			"cannot be opened as a store: %s", sqlite3_errmsg(s->db));
	asset_store_close(s);
	return NULL;
}

void
asset_store_close(struct asset_store *s)
{
	if (s == NULL)
		return;
	sqlite3_finalize(s->put);
	sqlite3_finalize(s->trim);
	sqlite3_finalize(s->each);
	sqlite3_close_v2(s->db);
	free(s);
}

sqlite3 *
asset_store_handle(struct asset_store *s)
{
	return s->db;
}

static void
bind_text(sqlite3_stmt *q, int at, const char *text)
{
	sqlite3_bind_text(q, at, text, -1, SQLITE_STATIC);
}

static void
trim(struct asset_store *s, const struct gz_fact *f)
{
	bind_text(s->trim, 1, f->server);
	sqlite3_bind_blob(s->trim, 2, f->addr.b, sizeof(f->addr.b), SQLITE_STATIC);
	sqlite3_bind_int(s->trim, 3, f->port);
	sqlite3_bind_int(s->trim, 4, FACTS_PER_SERVICE);
	sqlite3_step(s->trim);
	sqlite3_reset(s->trim);
}

bool
asset_store_put(struct asset_store *s, const struct gz_fact *f, uint64_t added)
{
	bool fresh = false;
	int ret;

	bind_text(s->put, 1, f->server);
	sqlite3_bind_blob(s->put, 2, f->addr.b, sizeof(f->addr.b), SQLITE_STATIC);
	sqlite3_bind_int(s->put, 3, f->port);
	bind_text(s->put, 4, f->source);
	bind_text(s->put, 5, f->value);
	bind_text(s->put, 6, f->product);
	bind_text(s->put, 7, f->version);
	bind_text(s->put, 8, f->distro);
	bind_text(s->put, 9, f->package);
	sqlite3_bind_int(s->put, 10, f->confidence);
	sqlite3_bind_int64(s->put, 11, (sqlite3_int64)f->last_us);
	sqlite3_bind_int64(s->put, 12, (sqlite3_int64)added);
	bind_text(s->put, 13, f->family);
	ret = sqlite3_step(s->put);
	if (ret == SQLITE_ROW)
		fresh = sqlite3_column_int(s->put, 0) != 0;
	else
		GZ_LOG(ERR, "a fact about %s is not kept: %s", f->server, sqlite3_errmsg(s->db));
	sqlite3_reset(s->put);
	if (fresh)
		trim(s, f);
	return fresh;
}

static void
column_text(sqlite3_stmt *q, int at, char *to, size_t size)
{
	const unsigned char *text = sqlite3_column_text(q, at);

	snprintf(to, size, "%s", text != NULL ? (const char *)text : "");
}

static void
read_row(sqlite3_stmt *q, struct gz_fact *f)
{
	*f = (struct gz_fact){ 0 };
	column_text(q, 0, f->server, sizeof(f->server));
	if (sqlite3_column_bytes(q, 1) == sizeof(f->addr.b))
		memcpy(f->addr.b, sqlite3_column_blob(q, 1), sizeof(f->addr.b));
	f->port = (uint16_t)sqlite3_column_int(q, 2);
	column_text(q, 3, f->source, sizeof(f->source));
	column_text(q, 4, f->value, sizeof(f->value));
	column_text(q, 5, f->product, sizeof(f->product));
	column_text(q, 6, f->version, sizeof(f->version));
	column_text(q, 7, f->distro, sizeof(f->distro));
	column_text(q, 8, f->package, sizeof(f->package));
	f->confidence = (uint8_t)sqlite3_column_int(q, 9);
	f->first_us = (uint64_t)sqlite3_column_int64(q, 10);
	f->last_us = (uint64_t)sqlite3_column_int64(q, 11);
	f->count = (uint64_t)sqlite3_column_int64(q, 12);
	column_text(q, 13, f->family, sizeof(f->family));
}

int
asset_store_each(struct asset_store *s, const char *server, uint64_t since_us, gz_fact_fn fn,
		void *arg)
{
	struct gz_fact fact;
	int rows = 0, ret;

	if (server != NULL)
		bind_text(s->each, 1, server);
	else
		sqlite3_bind_null(s->each, 1);
	sqlite3_bind_int64(s->each, 2, (sqlite3_int64)since_us);
	while ((ret = sqlite3_step(s->each)) == SQLITE_ROW) {
		read_row(s->each, &fact);
		fn(arg, &fact);
		rows++;
	}
	sqlite3_reset(s->each);
	return ret == SQLITE_DONE ? rows : -EIO;
}
