#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
"""A small web server that is vulnerable on purpose: for the demonstration and the suites only.

It announces itself as Apache and has the hole of CVE-2021-41773: the check for ".." is made
before "%2e" is decoded. From version 2.4.51 on it decodes first, and the hole is closed.

    service.py --root FOLDER --version 2.4.49 [--address A] [--port 80]
"""

import argparse
import os
import socketserver
from http.server import BaseHTTPRequestHandler
from urllib.parse import unquote

FIXED = (2, 4, 51)


class Handler(BaseHTTPRequestHandler):
    """GET a file below the root, or, where the hole is open, any file."""

    protocol_version = "HTTP/1.1"

    def version_string(self):
        """The Server header."""
        return f"Apache/{self.server.version} (Unix)"

    def do_GET(self):  # noqa: N802 (the base class names it)
        """Answer with the file, 403 or 404."""
        path = self.path.split("?")[0]
        is_fixed = tuple(int(n) for n in self.server.version.split(".")) >= FIXED
        decoded = unquote(path)
        if "/../" in (decoded if is_fixed else path) + "/":
            return self.answer(403, b"forbidden\n")
        name = os.path.join(self.server.root, decoded.lstrip("/"))
        try:
            with open(name, "rb") as f:
                return self.answer(200, f.read())
        except OSError:
            return self.answer(404, b"not found\n")

    def answer(self, status, body):
        """A whole response."""
        self.send_response(status)
        self.send_header("Content-Type", "text/plain")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        """Say nothing."""


class Server(socketserver.ThreadingTCPServer):
    """One thread a connection."""

    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 128


def main():
    """Serve until killed."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--root", required=True)
    options.add_argument("--version", required=True)
    options.add_argument("--address", default="")
    options.add_argument("--port", type=int, default=80)
    chosen = options.parse_args()
    with Server((chosen.address, chosen.port), Handler) as server:
        server.root, server.version = os.path.abspath(chosen.root), chosen.version
        server.serve_forever()


if __name__ == "__main__":
    main()
