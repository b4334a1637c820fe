/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef HTTP1_KNOWN_H
#define HTTP1_KNOWN_H

/* Headers that somebody asks for by name. */
#define HTTP_KNOWN(X)                                 \
	X(ACCEPT, "accept")                           \
	X(ACCEPT_ENCODING, "accept-encoding")         \
	X(ACCEPT_LANGUAGE, "accept-language")         \
	X(AUTHORIZATION, "authorization")             \
	X(CONNECTION, "connection")                   \
	X(CONTENT_DISPOSITION, "content-disposition") \
	X(CONTENT_ENCODING, "content-encoding")       \
	X(CONTENT_LENGTH, "content-length")           \
	X(CONTENT_RANGE, "content-range")             \
	X(CONTENT_TYPE, "content-type")               \
	X(COOKIE, "cookie")                           \
	X(HOST, "host")                               \
	X(LOCATION, "location")                       \
	X(REFERER, "referer")                         \
	X(SERVER, "server")                           \
	X(SET_COOKIE, "set-cookie")                   \
	X(TRANSFER_ENCODING, "transfer-encoding")     \
	X(UPGRADE, "upgrade")                         \
	X(USER_AGENT, "user-agent")                   \
	X(X_FORWARDED_FOR, "x-forwarded-for")         \
	X(X_POWERED_BY, "x-powered-by")

enum http_known {
#define HTTP_KNOWN_ENUM(id, name) HTTP_##id,
	HTTP_KNOWN(HTTP_KNOWN_ENUM)
#undef HTTP_KNOWN_ENUM
	HTTP_NB_KNOWN,
};

#endif /* HTTP1_KNOWN_H */
