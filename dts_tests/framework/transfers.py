# SPDX-License-Identifier: BSD-3-Clause
"""What honest programs carry over the wire, each held against what was sent."""

import hashlib
import json
import random
import shutil
import signal
import tempfile
from pathlib import Path

from api.test import verify, wait_for
from framework.peers import Nginx, Sshd
from framework.testbed import Host

SEED = 11
DOWNLOAD, UPLOAD, PAGE = 2_000_000, 1_000_000, 20_000  # bytes
STREAM = 2_000_000  # bytes that iperf3 sends
ROWS, ROW = 400, 1000  # of the database's table; bytes
ASKED = 40  # rows that are asked for one by one
AT_ONCE = 4  # wrk's connections
LONGEST = 60  # seconds that any of them may take
LUA = """
local want = io.open("{page}", "rb"):read("*a")
wrong = 0
function setup(thread) one = thread end
function response(status, headers, body)
  if status ~= 200 or body ~= want then wrong = wrong + 1 end
end
function done(summary, latency, requests)
  local e = summary.errors
  print(string.format("told %d %d %d %d %d %d", summary.requests, one:get("wrong"), e.connect,
                      e.read, e.write, e.timeout))
end
"""


def digest(data: bytes) -> str:
    """What tells whether bytes are the same."""
    return hashlib.sha256(data).hexdigest()


class Postgres:
    """PostgreSQL's server on a host, with a cluster of its own."""

    def __init__(self, host: Host):
        self.host = host
        self.programs = max(Path("/usr/lib/postgresql").glob("*/bin"), default=None)
        verify(self.programs is not None, "PostgreSQL is not there: run tools/setup")
        self.folder = Path(tempfile.mkdtemp(prefix="gauze-postgres-"))
        shutil.chown(self.folder, "postgres")
        as_user = ("setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups")
        host.run(*as_user, f"{self.programs}/initdb", "-N", "-A", "trust", "-E", "UTF8",
                 "--locale=C", "-D", str(self.folder / "data"), cwd="/")
        with open(self.folder / "data/pg_hba.conf", "a", encoding="utf-8") as hba:
            hba.write("host all all all trust\n")
        self.process = host.popen(
            *as_user, f"{self.programs}/postgres", "-D", str(self.folder / "data"),
            "-c", "listen_addresses=*", "-c", "fsync=off", "-c", "ssl=off",
            "-c", f"unix_socket_directories={self.folder}", cwd="/")
        wait_for(lambda: host.run(f"{self.programs}/pg_isready", "-q", "-h", "127.0.0.1",
                                  check=False).returncode == 0, 20, "PostgreSQL did not start")

    def ask(self, client: Host, address: str, script: str) -> str:
        """What psql on another host says to a script."""
        done = client.run(f"{self.programs}/psql", "-h", address, "-U", "postgres", "-X", "-q",
                          "-A", "-t", "-v", "ON_ERROR_STOP=1", input=script, timeout=LONGEST,
                          check=False)
        verify(done.returncode == 0, f"psql ended with {done.returncode}: {done.stderr[:500]}")
        return done.stdout

    def stop(self) -> None:
        """End it at once and forget its files."""
        self.process.send_signal(signal.SIGQUIT)
        self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)


class Transfers:
    """Servers on one host, and what a client on the other does with them. Each transfer fails the test
    case unless it arrives whole."""

    def __init__(self, client: Host, server: Host):
        self.client, self.server = client, server
        self.folder = Path(tempfile.mkdtemp(prefix="gauze-transfers-"))
        draw = random.Random(SEED)
        self.download, self.upload = draw.randbytes(DOWNLOAD), draw.randbytes(UPLOAD)
        self.page = draw.randbytes(PAGE)
        (self.folder / "upload.bin").write_bytes(self.upload)
        (self.folder / "page.bin").write_bytes(self.page)
        (self.folder / "wrk.lua").write_text(LUA.format(page=self.folder / "page.bin"), "utf-8")
        self.nginx = Nginx(server)
        self.nginx.put("file.bin", self.download)
        self.nginx.put("page.bin", self.page)
        self.sshd = Sshd(server, client)
        self.postgres = Postgres(server)
        self.iperf = server.popen("iperf3", "-s")
        self.rows = [(n, draw.randbytes(ROW).hex()) for n in range(ROWS)]

    def close(self) -> None:
        """End the servers, forget the files."""
        self.iperf.terminate()
        self.iperf.wait()
        for server in (self.nginx, self.sshd, self.postgres):
            server.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def all(self) -> list:
        """Every kind of transfer, as functions to call, at once or in turn."""
        return [lambda: self.curl(self.server.ip), lambda: self.curl(f"[{self.server.ip6}]"),
                self.scp, self.wrk, self.database, self.stream]

    def curl(self, address: str) -> None:
        """A download."""
        target = self.folder / f"fetched-{'v6' if ':' in address else 'v4'}"
        done = self.client.run("curl", "-s", "-g", "--max-time", str(LONGEST), "-o", str(target),
                               f"http://{address}/plain/file.bin", check=False)
        verify(done.returncode == 0, f"curl of {address} ended with {done.returncode}")
        got = target.read_bytes()
        verify(digest(got) == digest(self.download), f"curl got other bytes: {len(got)}, "
               f"they begin {got[:40]}")

    def scp(self) -> None:
        """An upload."""
        target = self.folder / "copied"
        self.sshd.copy(self.folder / "upload.bin", target)
        verify(digest(target.read_bytes()) == digest(self.upload), "scp brought other bytes")

    def wrk(self) -> None:
        """Connections that ask for the same page again and again; each answer is compared."""
        done = self.client.run("wrk", "-t", "1", "-c", str(AT_ONCE), "-d", "1s", "--timeout",
                               f"{LONGEST}s", "-s", str(self.folder / "wrk.lua"),
                               f"http://{self.server.ip}/plain/page.bin", timeout=LONGEST)
        told = [line.split()[1:] for line in done.stdout.splitlines() if line.startswith("told ")]
        verify(len(told) == 1, f"wrk said: {done.stdout[-500:]}")
        requests, wrong, *errors = map(int, told[0])
        verify(requests > 0, "wrk got no answer")
        verify(wrong == 0 and not any(errors), f"of {requests} answers {wrong} were wrong; "
               f"errors (connect, read, write, time-out): {errors}")

    def database(self) -> None:
        """Rows go in by COPY; the server sums them, they come back at once and one by one."""
        lines = "".join(f"{n}|{data}\n" for n, data in self.rows)
        asked = "".join(f"SELECT data FROM t WHERE n = {n};\n" for n in range(ASKED))
        said = self.postgres.ask(
            self.client, self.server.ip6,
            "CREATE TEMP TABLE t (n int, data text);\n"
            f"COPY t FROM STDIN DELIMITER '|';\n{lines}\\.\n"
            "SELECT encode(sha256(string_agg(data, '' ORDER BY n)::bytea), 'hex') FROM t;\n"
            f"{asked}SELECT n, data FROM t ORDER BY n;\n").splitlines()
        whole = "".join(data for _, data in self.rows)
        verify(said[0] == digest(whole.encode()), "the database received other bytes")
        verify(said[1:1 + ASKED] == [data for _, data in self.rows[:ASKED]],
               "rows came back otherwise, one by one")
        verify("\n".join(said[1 + ASKED:]) + "\n" == lines, "rows came back otherwise")

    def stream(self) -> None:
        """iperf3, so many bytes over IPv6. It does not look at them, only counts; its server stops
        reading at the sender's word, so that the end may be missing."""
        done = self.client.run("iperf3", "-c", self.server.ip6, "-n", str(STREAM), "-J",
                               check=False, timeout=LONGEST)
        told = json.loads(done.stdout)
        verify(done.returncode == 0 and "error" not in told,
               f"iperf3 ended with {done.returncode}: {told.get('error')}")
        sent, got = (told["end"][f"sum_{way}"]["bytes"] for way in ("sent", "received"))
        verify(sent >= STREAM and 0 < got <= sent, f"iperf3 sent {sent} bytes, {got} arrived")

    def throughput(self, address: str, seconds: int) -> float:
        """Mbit/s that iperf3 brings to the server."""
        done = self.client.run("iperf3", "-c", address, "-t", str(seconds), "-J", timeout=LONGEST)
        told = json.loads(done.stdout)
        return told["end"]["sum_received"]["bits_per_second"] / 1e6
