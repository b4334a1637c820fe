# SPDX-License-Identifier: BSD-3-Clause
"""EVE JSON: each kind of event as its schema says, rotation, and a writer that is stuck."""

import json
import os
import signal
import socket

import jsonschema

from api.test import verify, wait_for
from framework.appliance import ROOT
from framework.peers import (Answerer, Nginx, Recorder, Sshd, connect, curl, dns_answer, fetch)
from framework.said import bytes_of
from framework.stream import Stream
from framework.test_suite import TestSuite, func_test

CONFIG = {"policy": {"mode": "prevent"}, "eve": {"stats-interval": "1 s"},
          "anomaly": {"stream": True, "decode": True},
          "flow": {"timeout": {"tcp-closed": "1 s"}}}
RULES = """
alert http any any -> any any (msg:"watched"; flow:established,to_server; http.uri; content:"/watched"; classtype:web-application-attack; reference:cve,2021-44228; metadata:team blue; sid:1; rev:3;)
drop http any any -> any any (msg:"forbidden"; flow:established,to_server; http.uri; content:"/forbidden"; sid:2;)
alert dns any any -> any any (msg:"asked"; dns.query; content:"shop.example"; sid:3;)
alert tls any any -> any any (msg:"name"; tls.sni; content:"shop.example"; sid:4;)
alert ssh any any -> any any (msg:"ssh"; flow:to_client; ssh.software; content:"OpenSSH"; sid:5;)
alert udp any any -> any 7001 (msg:"each"; content:"EACH"; sid:6;)
"""
KINDS = ("alert", "drop", "flow", "http", "dns", "tls", "ssh", "anomaly", "stats")


class TestEvents(TestSuite):
    """What consumers of EVE read."""

    config = CONFIG
    rules = RULES

    def set_up_suite(self):
        """Servers of each protocol."""
        self.gauze.start(self.config, self.rules)
        self.web = Nginx(self.testbed.server)
        self.web.put("watched", b"page\n")
        self.ssh = Sshd(self.testbed.server, self.testbed.client)

    def tear_down_suite(self):
        """They go."""
        self.web.stop()
        self.ssh.stop()

    def _traffic(self):
        client, server = self.testbed.client, self.testbed.server
        fetch(client, f"http://{server.ip}/watched")
        curl(client, f"http://{server.ip}/forbidden", seconds=1)
        for version in ("1.2", "1.3"):
            curl(client, "https://shop.example/watched", "-k", f"--tlsv{version}", "--tls-max",
                 version, "--resolve", f"shop.example:443:{server.ip}")
        verify("hello" in self.ssh.login("echo hello"), "ssh does not work")
        with Answerer(server, 53, dns_answer), \
                client.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
            sock.settimeout(3)
            sock.sendto(bytes_of({"dns": {"id": 9, "name": "www.shop.example"}}), (server.ip, 53))
            verify(sock.recv(512)[:2] == b"\0\x09", "no answer of the name server")
        with Recorder(server, 80 + 8000, b"nonsense, not an answer\r\n\r\n"), \
                connect(client, server.ip, 8080) as sock:
            sock.sendall(b"GET / HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n")
            sock.recv(100)

    @func_test
    def follow_the_schema(self):
        """Every event is as its schema says.

        Steps:
            * Use HTTP, TLS, DNS and SSH, with rules that alert and drop, and broken HTTP.

        Verify:
            * An event of each kind comes; each one written is valid by dts_tests/schema/eve.json.
        """
        with open(ROOT / "dts_tests/schema/eve.json", encoding="utf-8") as f:
            validator = jsonschema.Draft202012Validator(json.load(f))
        self._traffic()
        for sid in range(1, 6):
            self.gauze.wait_event("alert", 10, alert__signature_id=sid)
        for kind in KINDS:
            self.gauze.wait_event(kind, 10)
        for event in self.gauze.events():
            wrong = next(validator.iter_errors(event), None)
            verify(wrong is None, f"{wrong.message if wrong else ''}: {json.dumps(event)[:800]}")

    @func_test
    def rotate_without_loss(self):
        """SIGUSR1 opens the file anew, and no event is lost.

        Steps:
            * Stream datagrams each of which gives an alert; three times move eve.json away and send
              SIGUSR1.

        Verify:
            * Each time a new file comes; all files together have an alert for each datagram.
        """
        path = self.gauze.eve_path()
        old = []
        self.gauze.mark()
        first = self.gauze._eve_read  # pylint: disable=protected-access
        with Stream(self.testbed.client, self.testbed.server, 7001, 300, 1, b"EACH") as stream:
            for number in range(3):
                wait_for(lambda n=number: stream.sent > 200 * (n + 1), 10, "nothing is sent")
                old.append(path.with_name(f"eve.json.{number}"))
                os.rename(path, old[-1])
                self.gauze.signal(signal.SIGUSR1)
                wait_for(path.exists, 5, "no new file comes")
            stream.stop()
            self.gauze.settle()
            lines = old[0].read_bytes()[first:].splitlines()
            for other in (*old[1:], path):
                lines += other.read_bytes().splitlines()
            alerts = sum(json.loads(line)["event_type"] == "alert" for line in lines)
            verify(alerts == stream.sent, f"{alerts} alerts for {stream.sent} datagrams")

    @func_test
    def lose_events_not_packets(self):
        """A writer that is stuck costs events, with a counter, and no packet.

        Steps:
            * Write events into a pipe that nobody reads; stream datagrams each of which gives an
              alert, more than the pipe and the buffers hold.

        Verify:
            * Each datagram arrives; lost events are counted; it stops cleanly.
        """
        pipe = self.gauze.folder / "pipe"
        os.mkfifo(pipe)
        stuck = os.open(pipe, os.O_RDWR)  # open, so that it can be written, and never read
        try:
            self.gauze.restart({**CONFIG, "eve": {"path": str(pipe)},
                                "worker": {"events": 65536}}, RULES)
            with Stream(self.testbed.client, self.testbed.server, 7001, 1500, 1,
                        b"EACH" * 50) as stream:
                wait_for(lambda: stream.sent > 6000, 20, "nothing is sent")
                stream.stop()
                verify(len(stream.arrived) == stream.sent,
                       f"{len(stream.arrived)} of {stream.sent} datagrams arrived")
            lost = self.gauze.show("status")["events"]["lost"]
            verify(lost > 0, "no event was lost, or it is not counted")
            verify(self.gauze.stop() == 0, "it did not end cleanly")
        finally:
            os.close(stuck)
            if self.gauze.process is None:
                self.gauze.start(CONFIG, RULES)
