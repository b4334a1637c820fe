# SPDX-License-Identifier: BSD-3-Clause
"""HTTP through the wire: ordinary requests as if nothing were there, and what rules do to others.

The server is nginx, or one of ours that keeps every byte its application received: what a rule
forbids must not be among them, however it was cut up.
"""

import gzip
import hashlib
import itertools
import os
import socket
import time

from api.tcp import RawTcp
from api.test import log, verify, wait_for
from framework.peers import Nginx, Recorder, connect, curl, fetch, receive_all
from framework.test_suite import TestSuite, func_test

CONFIG = {"policy": {"mode": "prevent"}}
RULES = """
alert http any any -> any any (msg:"watched"; flow:established,to_server; http.uri; content:"/watched"; sid:1;)
drop http any any -> any any (msg:"forbidden"; flow:established,to_server; http.uri; content:"/forbidden"; sid:2;)
reject http any any -> any any (msg:"refused to the client"; flow:established,to_server; http.uri; content:"/refused-src"; sid:3;)
rejectdst http any any -> any any (msg:"refused to the server"; flow:established,to_server; http.uri; content:"/refused-dst"; sid:4;)
rejectboth http any any -> any any (msg:"refused to both"; flow:established,to_server; http.uri; content:"/refused-both"; sid:5;)
pass http any any -> any any (msg:"allowed"; flow:established,to_server; http.uri; content:"/forbidden/but/allowed"; sid:6;)
drop http any any -> any any (msg:"secret in a response"; flow:established,to_client; file.data; content:"TOP SECRET"; sid:7;)
drop http any any -> any any (msg:"exploit"; flow:established,to_server; http.uri.raw; content:"/cgi-bin/../../etc/passwd"; sid:8;)
drop tcp any any -> any 5001 (msg:"exploit of a binary protocol"; flow:established,to_server; content:"EXPLOIT-STRING"; sid:9;)
"""
EXPLOIT = b"EXPLOIT-STRING"
SAID = b"hello " + EXPLOIT + b" bye"
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


class TestHttp(TestSuite):
    """nginx, curl, and a server that tells what it got."""

    config = CONFIG
    rules = RULES

    def set_up_suite(self):
        """A site with small, large and compressible files."""
        self.gauze.start(self.config, self.rules)
        self.web = Nginx(self.testbed.server)
        self.url = f"http://{self.testbed.server.ip}"
        self.web.put("index.html", b"Welcome\n")
        self.web.put("watched", b"somebody looked\n")
        self.web.put("text", b"to be compressed " * 1000)
        self.web.put("secret", b"this is TOP SECRET, is it not\n" * 40)
        self.big = os.urandom(1 << 20) * 24
        self.web.put("big.bin", self.big)
        self.ports = 20000

    def tear_down_suite(self):
        """The site goes."""
        self.web.stop()

    def set_up_test_case(self):
        """Only what this case does is looked at."""
        self.gauze.mark()

    # ---- ordinary requests ----

    @func_test
    def carry_ordinary_requests(self):
        """Keep-alive, compression, ranges, HEAD, IPv6.

        Steps:
            * Use curl for several requests on one connection, a compressed response, a range, HEAD,
              and one over IPv6.

        Verify:
            * Each answer is right, and the HTTP events tell of each request.
        """
        client = self.testbed.client
        got = fetch(client, f"{self.url}/index.html", f"{self.url}/text", f"{self.url}/index.html")
        verify(got == "Welcome\n" + "to be compressed " * 1000 + "Welcome\n", "keep-alive failed")
        verify(fetch(client, f"{self.url}/text", "--compressed") == "to be compressed " * 1000,
               "a compressed response is damaged")
        verify(fetch(client, f"{self.url}/text", "-r", "3-4") == "be", "a range is damaged")
        verify("200 OK" in fetch(client, f"{self.url}/index.html", "-I"), "HEAD failed")
        verify(fetch(client, f"http://[{self.testbed.server.ip6}]/index.html") == "Welcome\n",
               "IPv6 failed")
        wait_for(lambda: len([e for e in self.gauze.events("http")
                              if e["http"].get("status") in (200, 206)]) >= 7, 5,
                 "there are not seven events of seven requests")

    @func_test
    def carry_pipelined_requests(self):
        """Requests sent without waiting for answers.

        Steps:
            * Send 20 requests at once, of which one is watched by a rule; read the answers.

        Verify:
            * 20 answers come, and the rule told once, of the right transaction.
        """
        said = b"".join(b"GET /%s HTTP/1.1\r\nHost: shop\r\n%s\r\n"
                        % (b"watched" if n == 12 else b"index.html",
                           b"Connection: close\r\n" if n == 19 else b"") for n in range(20))
        with connect(self.testbed.client, self.testbed.server.ip, 80) as sock:
            sock.sendall(said)
            got = receive_all(sock)
        verify(got.count(b"HTTP/1.1 200 OK") == 20, f"{got.count(b'200 OK')} answers of 20")
        event = self.gauze.wait_event("alert", 5, alert__signature_id=1)
        verify(event.get("tx_id") == 12 and event["http"]["url"] == "/watched",
               f"the alert tells of another request: {event}")

    @func_test
    def carry_chunked_requests(self):
        """Bodies in chunks, both ways.

        Steps:
            * Send a chunked POST to a server that answers in chunks.

        Verify:
            * Both arrive whole.
        """
        answer = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n4\r\ndefg\r\n0\r\n\r\n"
        with Recorder(self.testbed.server, 8080, answer) as server:
            done = curl(self.testbed.client, f"http://{self.testbed.server.ip}:8080/up",
                        "-H", "Transfer-Encoding: chunked", "-H", "Expect:", "-d", "x" * 500)
            verify(done.stdout == "abcdefg", f"the answer is {done.stdout!r}")
            verify(b"1f4\r\n" + b"x" * 500 in server.all(), "the body did not arrive whole")

    @func_test
    def carry_large_transfers(self):
        """Many megabytes, down and up, arrive as they were.

        Steps:
            * Fetch 24 MiB with four connections at once; send 24 MiB.

        Verify:
            * All sums are right. Rates are told.
        """
        wanted = hashlib.sha256(self.big).hexdigest()
        began = time.monotonic()
        fetches = [self.testbed.client.popen(
            "sh", "-c", f"curl -s --max-time 60 {self.url}/big.bin | sha256sum",
            stdout=-1, text=True) for _ in range(4)]
        for child in fetches:
            out, _ = child.communicate(timeout=90)
            verify(out.split()[0] == wanted, "a download is damaged")
        seconds = time.monotonic() - began
        log(f"downloads: {4 * len(self.big) * 8 / seconds / 1e6:.0f} Mbit/s")
        path = self.web.folder / "up.bin"
        path.write_bytes(self.big)
        with Recorder(self.testbed.server, 8080, b"") as server:
            self.testbed.client.popen("nc", "-q1", "-N", self.testbed.server.ip, "8080",
                                      stdin=open(path, "rb")).wait(60)
            wait_for(lambda: server.endings == ["end"], 30, "the upload did not end")
            verify(hashlib.sha256(server.all()).hexdigest() == wanted, "an upload is damaged")

    # ---- rules ----

    @func_test
    def alert_and_pass_on(self):
        """A rule that only alerts.

        Steps:
            * Fetch what a rule watches.

        Verify:
            * The page comes; the alert has signature, action, addresses and the request.
        """
        verify(fetch(self.testbed.client, f"{self.url}/watched") == "somebody looked\n",
               "the page did not come")
        event = self.gauze.wait_event("alert", 5, alert__signature_id=1)
        verify(event["alert"]["action"] == "allowed" and event["alert"]["signature"] == "watched",
               f"alert: {event['alert']}")
        verify((event["src_ip"], event["dest_ip"], event["dest_port"], event["app_proto"]) ==
               (self.testbed.client.ip, self.testbed.server.ip, 80, "http"), f"alert: {event}")
        verify(event["http"]["hostname"] == self.testbed.server.ip, f"http: {event['http']}")

    @func_test
    def drop_a_request(self):
        """A rule that drops: the server's application never sees the request.

        Steps:
            * Ask for what is forbidden; ask for something else on a connection of its own.

        Verify:
            * The first gets no answer and does not reach the application; the second does.
            * There are an alert (blocked) and a drop event.
        """
        with Recorder(self.testbed.server, 8080, ANSWER) as server:
            url = f"http://{self.testbed.server.ip}:8080"
            done = curl(self.testbed.client, f"{url}/forbidden", seconds=1)
            verify(done.stdout == "" and done.returncode != 0, f"an answer came: {done.stdout!r}")
            verify(b"/forbidden" not in server.all(), "the request reached the application")
            verify(fetch(self.testbed.client, f"{url}/other") == "ok", "another request suffered")
        self.gauze.wait_event("alert", 5, alert__signature_id=2, alert__action="blocked")
        self.gauze.wait_event("drop", 5, drop__reason="rules", alert__signature_id=2)

    @func_test
    def reject_a_request(self):
        """Rules that reject: a reset reaches whom they say.

        Steps:
            * Ask for what is refused to the client, to the server, to both.

        Verify:
            * The client's connection is reset for src and both, the server's for dst and both.
            * The request never reaches the application.
        """
        for who, to_client, to_server in (("src", True, False), ("dst", False, True),
                                          ("both", True, True)):
            with Recorder(self.testbed.server, 8080, ANSWER) as server, \
                    connect(self.testbed.client, self.testbed.server.ip, 8080, 1) as sock:
                sock.sendall(b"GET /refused-%s HTTP/1.1\r\nHost: shop\r\n\r\n" % who.encode())
                try:
                    ended = "answer" if sock.recv(100) else "end"
                except ConnectionResetError:
                    ended = "reset"
                except socket.timeout:
                    ended = "silence"
                wanted = "reset" if to_client else "silence"
                verify(ended == wanted, f"reject {who}: the client meets {ended}, not {wanted}")
                if to_server:
                    wait_for(lambda: server.endings == ["reset"], 3,
                             f"reject {who}: the server's connection is not reset")
                else:
                    verify(server.endings == [], f"reject {who}: the server met {server.endings}")
                verify(b"refused" not in server.all(), "the request reached the application")

    @func_test
    def let_a_pass_rule_win(self):
        """What a pass rule allows, no drop rule stops.

        Steps:
            * Ask for what is forbidden and allowed.

        Verify:
            * It comes, and nothing is told.
        """
        with Recorder(self.testbed.server, 8080, ANSWER):
            url = f"http://{self.testbed.server.ip}:8080/forbidden/but/allowed"
            verify(fetch(self.testbed.client, url) == "ok", "the answer did not come")
        self.gauze.settle()
        verify(self.gauze.events("alert") == [], "an alert was told")

    @func_test
    def drop_a_response(self):
        """A rule on what the server says, plain and compressed.

        Steps:
            * Fetch the secret, plain, compressed, and in chunks of one byte a segment.

        Verify:
            * It does not reach the client; each time there is an alert.
        """
        client = self.testbed.client
        for options in (("/plain/secret",), ("/secret", "--compressed")):
            done = curl(client, self.url + options[0], *options[1:], seconds=1)
            verify("TOP SECRET" not in done.stdout, f"the secret came through by {options}")
        body = gzip.compress(b"the TOP SECRET" * 50)
        head = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(body)
        with Recorder(self.testbed.server, 8080, head + body):
            with connect(client, self.testbed.server.ip, 8080, 1) as sock:
                sock.sendall(b"GET / HTTP/1.1\r\nHost: shop\r\n\r\n")
                try:
                    got = receive_all(sock, len(head) + len(body))
                except (socket.timeout, ConnectionError):
                    got = b""
                verify(body not in got, "a compressed secret came through")
        wait_for(lambda: len([e for e in self.gauze.events("alert")
                              if e["alert"]["signature_id"] == 7]) >= 3, 5, "alerts are missing")

    # ---- cut up ----

    @func_test
    def stop_an_exploit_cut_in_two(self):
        """An exploit in two segments, cut at each byte, by a real TCP stack.

        Steps:
            * For each place, connect and send the request in two parts, waiting in between until
              the first has arrived.

        Verify:
            * The application never has the whole request.
        """
        request = b"GET /cgi-bin/../../etc/passwd HTTP/1.1\r\nHost: a\r\n\r\n"
        with Recorder(self.testbed.server, 8080, b"") as server:
            for at in range(1, len(request)):
                with connect(self.testbed.client, self.testbed.server.ip, 8080) as sock:
                    sock.sendall(request[:at])
                    wait_for(lambda n=at: len(server.received) == n, 3, "no connection")
                    sock.sendall(request[at:])
                    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
            wait_for(lambda: len(self._alerts(8)) == len(request) - 1, 10,
                     "not each exploit was told of")
            whole = [n for n, kept in enumerate(server.received, 1) if bytes(kept) == request]
            verify(not whole, f"cut at {whole} the exploit reached the application")

    def _alerts(self, sid):
        return [e for e in self.gauze.events("alert") if e["alert"]["signature_id"] == sid]

    def _never_reaches(self, ways):
        """Each way is a list of (offset, bytes): segments as they are sent."""
        with Recorder(self.testbed.server, 5001) as server:
            for number, way in enumerate(ways):
                with self._connect() as tcp:
                    wait_for(lambda n=number: len(server.received) > n, 3, "no connection")
                    for offset, data in way:
                        tcp.send(offset, data)
                    stopped = tcp.wait(lambda t: t.end or self._heard(server, number), 0.1)
                    verify(EXPLOIT not in bytes(server.received[number]),
                           f"sent as {way} the exploit reached the application "
                           f"({'ended' if stopped else 'silent'})")
            harmless = [(0, b"hello "), (6, b"harmless bye")]
            with self._connect() as tcp:
                for offset, data in harmless:
                    tcp.send(offset, data)
                verify(tcp.wait(lambda t: bytes(server.received[-1]) == b"hello harmless bye"),
                       "harmless bytes do not arrive")

    def _connect(self):
        """Each time from another port: gauze remembers connections that it cut."""
        self.ports += 1
        return RawTcp(self.testbed.client, self.testbed.server, 5001, self.ports)

    @staticmethod
    def _heard(server, number):
        return EXPLOIT in bytes(server.received[number])

    @func_test
    def stop_an_exploit_cut_in_many(self):
        """An exploit in segments of 1 to 7 bytes, forwards and backwards.

        Steps:
            * A TCP client without a kernel sends the bytes in segments of each size, in order, in
              reverse, and with odd ones first.

        Verify:
            * The application never receives the exploit string; harmless bytes still arrive.
        """
        ways = []
        for size in (1, 2, 3, 5, 7):
            way = [(at, SAID[at:at + size]) for at in range(0, len(SAID), size)]
            ways += [way, way[::-1], way[1::2] + way[0::2]]
        self._never_reaches(ways)

    @func_test
    def stop_an_exploit_in_any_order(self):
        """An exploit in four segments, in each of the 24 orders.

        Steps:
            * Send the four segments in each order.

        Verify:
            * The application never receives the exploit string.
        """
        cuts = [0, 9, 13, 18, len(SAID)]
        pieces = [(a, SAID[a:b]) for a, b in zip(cuts, cuts[1:])]
        self._never_reaches(itertools.permutations(pieces))

    @func_test
    def stop_an_exploit_under_another(self):
        """Segments that overlap, with other bytes in the first or in the second.

        Steps:
            * Send harmless bytes under or over the exploit's, before and after it, with a gap that
              is filled at last.

        Verify:
            * The application never receives the exploit string.
        """
        mask = SAID.replace(EXPLOIT, b"x" * len(EXPLOIT))
        late, tail = [(0, SAID[:3])], [(20, SAID[20:])]
        ways = []
        for first, second in ((mask, SAID), (SAID, mask)):
            for a, b in ((3, 20), (6, 14), (10, 20), (3, 9)):
                ways.append([(a, first[a:b]), (3, second[3:20]), *late, *tail])
                ways.append([*late, (a, first[a:b]), (3, second[3:20]), *tail])
                ways.append([(3, first[3:20]), (a, second[a:b]), *tail, *late])
        self._never_reaches(ways)
