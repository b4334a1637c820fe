/* SPDX-License-Identifier: BSD-3-Clause */
#include "smb.h"

/* What a connection has open. Each list is short: the oldest makes room. */

struct smb_call *
smb_call_find(const struct smb_msg *m)
{
	struct smb_call *c;

	TAILQ_FOREACH(c, &m->s->calls, link) {
		if (c->mid == m->mid && c->version == m->version && c->command == m->command)
			return c;
	}
	/* A server may answer SMB 1's negotiation in SMB 2. */
	TAILQ_FOREACH(c, &m->s->calls, link) {
		if (m->version == 2 && m->command == 0 && c->version == 1 && c->command == 0x72)
			return c;
	}
	return NULL;
}

void
smb_call_drop(struct gz_app *app, struct smb_state *s, struct smb_call *c)
{
	TAILQ_REMOVE(&s->calls, c, link);
	s->nb_calls--;
	gz_app_free(app, c, sizeof(*c));
}

struct smb_call *
smb_call_new(const struct smb_msg *m, struct gz_tx *tx)
{
	struct smb_call *c;

	if (m->s->nb_calls == SMB_CALLS_MOST)
		smb_call_drop(m->app, m->s, TAILQ_FIRST(&m->s->calls));
	c = gz_app_alloc(m->app, sizeof(*c));
	if (c == NULL)
		return NULL;
	c->mid = m->mid;
	c->command = m->command;
	c->version = m->version;
	c->tree = m->tree;
	c->tx = tx;
	TAILQ_INSERT_TAIL(&m->s->calls, c, link);
	m->s->nb_calls++;
	return c;
}

struct smb_handle *
smb_handle_find(struct smb_state *s, const struct smb_guid *id)
{
	struct smb_handle *h;

	TAILQ_FOREACH(h, &s->handles, link) {
		if (memcmp(&h->id, id, sizeof(*id)) != 0)
			continue;
		if (h != TAILQ_FIRST(&s->handles)) { /* it will be asked for again */
			TAILQ_REMOVE(&s->handles, h, link);
			TAILQ_INSERT_HEAD(&s->handles, h, link);
		}
		return h;
	}
	return NULL;
}

void
smb_handle_drop(struct gz_app *app, struct smb_state *s, struct smb_handle *h)
{
	smb_transfers_end(app, h);
	smb_pipe_end(app, h);
	smb_transfers_free(app, h);
	TAILQ_REMOVE(&s->handles, h, link);
	s->nb_handles--;
	gz_bytes_free(app, &h->name);
	gz_bytes_free(app, &h->pdu[GZ_C2S]);
	gz_bytes_free(app, &h->pdu[GZ_S2C]);
	dcerpc_assoc_free(app, &h->assoc);
	gz_app_free(app, h, sizeof(*h));
}

struct smb_handle *
smb_handle_new(const struct smb_msg *m, const struct smb_guid *id)
{
	struct smb_handle *h = smb_handle_find(m->s, id);

	if (h != NULL)
		smb_handle_drop(m->app, m->s, h);
	if (m->s->nb_handles == SMB_HANDLES_MOST)
		smb_handle_drop(m->app, m->s, TAILQ_LAST(&m->s->handles, smb_handles));
	h = gz_app_alloc(m->app, sizeof(*h));
	if (h == NULL)
		return NULL;
	h->id = *id;
	h->tree = m->tree;
	h->session = m->session;
	TAILQ_INSERT_HEAD(&m->s->handles, h, link);
	m->s->nb_handles++;
	return h;
}

struct smb_tree *
smb_tree_find(struct smb_state *s, const struct smb_msg *m, uint32_t id)
{
	struct smb_tree *t;

	TAILQ_FOREACH(t, &s->trees, link) {
		if (t->id == id && t->session == m->session)
			return t;
	}
	return NULL;
}

void
smb_tree_drop(struct gz_app *app, struct smb_state *s, struct smb_tree *t)
{
	TAILQ_REMOVE(&s->trees, t, link);
	s->nb_trees--;
	gz_bytes_free(app, &t->name);
	gz_app_free(app, t, sizeof(*t));
}

void
smb_tree_add(const struct smb_msg *m, struct gz_span name, enum smb_share type)
{
	struct smb_tree *t = smb_tree_find(m->s, m, m->tree);

	if (t != NULL)
		smb_tree_drop(m->app, m->s, t);
	if (m->s->nb_trees == SMB_TREES_MOST)
		smb_tree_drop(m->app, m->s, TAILQ_LAST(&m->s->trees, smb_trees));
	t = gz_app_alloc(m->app, sizeof(*t));
	if (t == NULL)
		return;
	t->id = m->tree;
	t->session = m->session;
	t->type = (uint8_t)type;
	gz_bytes_add(m->app, &t->name, name, SMB_TEXT_MOST);
	TAILQ_INSERT_HEAD(&m->s->trees, t, link);
	m->s->nb_trees++;
}

void
smb_tables_free(struct gz_app *app, struct smb_state *s)
{
	while (s->nb_calls > 0)
		smb_call_drop(app, s, TAILQ_FIRST(&s->calls));
	while (s->nb_handles > 0)
		smb_handle_drop(app, s, TAILQ_FIRST(&s->handles));
	while (s->nb_trees > 0)
		smb_tree_drop(app, s, TAILQ_FIRST(&s->trees));
}
