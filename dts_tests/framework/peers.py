# SPDX-License-Identifier: BSD-3-Clause
"""Real programs and small servers of our own at the ends of the wire."""

import os
import select
import shutil
import socket
import struct
import subprocess
import tempfile
import threading
from pathlib import Path

from api.test import verify, wait_for
from framework.said import bytes_of
from framework.testbed import Host

NGINX = """daemon off; master_process off; pid {folder}/pid; error_log {folder}/error.log;
events {{ worker_connections 256; }}
http {{
  access_log {folder}/access.log; default_type text/plain; sendfile off;
  client_body_temp_path {folder}/t1; proxy_temp_path {folder}/t2; fastcgi_temp_path {folder}/t3;
  uwsgi_temp_path {folder}/t4; scgi_temp_path {folder}/t5; client_max_body_size 0;
  gzip on; gzip_min_length 1; gzip_types text/plain;
  server {{
    listen 80; listen [::]:80; listen 443 ssl; listen [::]:443 ssl;
    ssl_certificate {folder}/cert.pem; ssl_certificate_key {folder}/key.pem;
    root {folder}/htdocs;
    location /plain/ {{ gzip off; alias {folder}/htdocs/; }}
  }}
}}
"""


class Nginx:
    """nginx on a host, with a folder of its own."""

    def __init__(self, host: Host):
        self.host = host
        self.folder = Path(tempfile.mkdtemp(prefix="gauze-nginx-"))
        self.root = self.folder / "htdocs"
        self.root.mkdir()
        self.root.chmod(0o755)
        self.folder.chmod(0o755)
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "30",
                        "-subj", "/C=XX/O=Gauze tests/CN=shop.example",
                        "-keyout", self.folder / "key.pem", "-out", self.folder / "cert.pem"],
                       check=True, capture_output=True)
        (self.folder / "nginx.conf").write_text(NGINX.format(folder=self.folder), "utf-8")
        nginx = shutil.which("nginx", path="/usr/sbin:/usr/bin:/sbin:/bin")
        self.process = host.popen(nginx, "-c", str(self.folder / "nginx.conf"),
                                  "-g", "user root;")
        wait_for(lambda: host.run("curl", "-s", "-o", "/dev/null", "http://127.0.0.1/",
                                  check=False).returncode == 0, 10, "nginx did not start")

    def put(self, name: str, data: bytes) -> None:
        """A file of the site."""
        (self.root / name).write_bytes(data)

    def stop(self) -> None:
        """End it and forget its files."""
        self.process.terminate()
        self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)


class Recorder:
    """A TCP server that keeps, by connection, every byte that its application received."""

    def __init__(self, host: Host, port: int, answer: bytes = b"", ipv6: bool = False):
        self.answer = answer
        self.received = []  # a bytearray per connection, in the order of their coming
        self.endings = []  # "end" or "reset", in the order of their going
        self.listener = host.socket(socket.AF_INET6 if ipv6 else socket.AF_INET,
                                    socket.SOCK_STREAM)
        self.listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.listener.bind(("::" if ipv6 else "", port))
        self.listener.listen(128)
        self._end_read, self._end_write = os.pipe()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    def _serve(self) -> None:
        open_ones = {}
        while True:
            ready, _, _ = select.select([self.listener, self._end_read, *open_ones], [], [])
            if self._end_read in ready:
                break
            for sock in ready:
                if sock is self.listener:
                    connection = sock.accept()[0]
                    self.received.append(bytearray())
                    open_ones[connection] = self.received[-1]
                elif not self._read(sock, open_ones[sock]):
                    del open_ones[sock]
                    sock.close()
        for sock in (self.listener, *open_ones):
            sock.close()

    def _read(self, sock: socket.socket, kept: bytearray) -> bool:
        try:
            data = sock.recv(65536)
            kept += data
            if data and self.answer:
                sock.sendall(self.answer)
        except ConnectionError:
            self.endings.append("reset")
            return False
        if not data:
            self.endings.append("end")
        return bool(data)

    def all(self) -> bytes:
        """All that was received, one connection after the other."""
        return b"\n".join(bytes(kept) for kept in self.received)

    def stop(self) -> None:
        """Close all."""
        os.write(self._end_write, b".")
        self._thread.join()
        os.close(self._end_read)
        os.close(self._end_write)


class Answerer:
    """A UDP server: answers each datagram by what `answer` makes of it, if anything."""

    def __init__(self, host: Host, port: int, answer=lambda data: data, ipv6: bool = False):
        self.received = []
        self._answer = answer
        self.sock = host.socket(socket.AF_INET6 if ipv6 else socket.AF_INET, socket.SOCK_DGRAM)
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
        self.sock.bind(("::" if ipv6 else "", port))
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    def _serve(self) -> None:
        while True:
            data, peer = self.sock.recvfrom(65536)
            if peer[0] in ("127.0.0.1", "::1"):
                return
            self.received.append(data)
            reply = self._answer(data)
            if reply is not None:
                self.sock.sendto(reply, peer)

    def stop(self) -> None:
        """Close."""
        family = self.sock.family
        loop = "::1" if family == socket.AF_INET6 else "127.0.0.1"
        self.sock.sendto(b"", (loop, self.sock.getsockname()[1]))
        self._thread.join()
        self.sock.close()


def dns_answer(query: bytes) -> bytes:
    """What a name server says to any question for an address: 10.9.8.7."""
    labels, at = [], 12
    while query[at]:
        labels.append(query[at + 1:at + 1 + query[at]].decode("latin-1"))
        at += 1 + query[at]
    return bytes_of({"dns": {"id": struct.unpack_from("!H", query)[0], "name": ".".join(labels),
                             "answers": ["10.9.8.7"]}})


class Sshd:
    """OpenSSH's server with keys of its own; `login()` runs a command through it."""

    def __init__(self, host: Host, client: Host, port: int = 22):
        self.client, self.port, self.address = client, port, host.ip
        self.folder = Path(tempfile.mkdtemp(prefix="gauze-sshd-"))
        for name in ("host", "user"):
            subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f",
                            self.folder / name], check=True)
        shutil.copy(self.folder / "user.pub", self.folder / "authorized")
        (self.folder / "config").write_text(
            f"Port {port}\nHostKey {self.folder}/host\nUsePAM no\nStrictModes no\n"
            f"AuthorizedKeysFile {self.folder}/authorized\nPermitRootLogin prohibit-password\n"
            f"PidFile none\nSubsystem sftp internal-sftp\n", "utf-8")
        os.makedirs("/run/sshd", mode=0o755, exist_ok=True)
        self.process = host.popen("/usr/sbin/sshd", "-D", "-f", str(self.folder / "config"))
        wait_for(lambda: host.run("nc", "-z", "127.0.0.1", str(port), check=False)
                 .returncode == 0, 10, "sshd did not start")

    def _options(self) -> list:
        return ["-i", str(self.folder / "user"), "-o", "StrictHostKeyChecking=no", "-o",
                "UserKnownHostsFile=/dev/null", "-o", "LogLevel=ERROR", "-o", "BatchMode=yes"]

    def login(self, command: str) -> str:
        """What a command says that the client runs on the server."""
        return self.client.run("ssh", *self._options(), "-p", str(self.port),
                               f"root@{self.address}", command, timeout=30).stdout

    def copy(self, source: Path, target: Path) -> None:
        """scp from the client to the server."""
        self.client.run("scp", "-q", *self._options(), "-P", str(self.port), str(source),
                        f"root@{self.address}:{target}", timeout=60)

    def stop(self) -> None:
        """End it."""
        self.process.terminate()
        self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)


def connect(host: Host, address: str, port: int, seconds: float = 5) -> socket.socket:
    """A TCP connection of a host."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    sock = host.socket(family, socket.SOCK_STREAM)
    sock.settimeout(seconds)
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    sock.connect((address, port))
    return sock


def receive_all(sock: socket.socket, most: int = 1 << 30) -> bytes:
    """What comes until the other end closes."""
    data = bytearray()
    while len(data) < most and (part := sock.recv(65536)):
        data += part
    return bytes(data)


def curl(host: Host, url: str, *options: str, seconds: int = 10) -> subprocess.CompletedProcess:
    """curl, quietly; its output is what was received."""
    return host.run("curl", "-s", "-g", "--path-as-is", "--max-time", str(seconds), url, *options,
                    check=False)


def fetch(host: Host, url: str, *options: str) -> str:
    """What curl receives, or a failure of the test case."""
    done = curl(host, url, *options)
    verify(done.returncode == 0, f"curl {url} ended with {done.returncode}: {done.stderr}")
    return done.stdout
