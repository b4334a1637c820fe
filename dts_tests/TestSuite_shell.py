# SPDX-License-Identifier: BSD-3-Clause
"""The control shell as people meet it: telnet, the UNIX socket, `gauze shell`, a password.

Telnet is Debian's own client under pexpect: what is typed is what a person's keys send.
"""

import re
import socket
import subprocess
import threading
import time

import pexpect

from api.test import log, verify, wait_for
from framework.stream import Stream
from framework.test_suite import TestSuite, func_test
from framework.testbed import Host

PORT = 8023
PROMPT = "gauze> "
UP, TAB, CTRL_C, CTRL_D = "\x1b[A", "\t", "\x03", "\x04"
CONFIG = {"shell": {"port": PORT, "slow": "2 s"}}


class TestShell(TestSuite):
    """Sessions of several kinds, and that none of them can hurt another, or packets."""

    config = CONFIG

    def set_up_test_case(self):
        """Nobody is there yet."""
        self.opened = []

    def tear_down_test_case(self):
        """Cases that restart it leave it as it was; sessions are closed."""
        for session in self.opened:
            session.close(force=True)
        if self.gauze.process is None or self.gauze.config["shell"].get("remote"):
            self.gauze.restart(self.config)

    def _telnet(self, rows=200, prompt=PROMPT):
        words = [*self.testbed.gateway_prefix(), "telnet", "127.0.0.1", str(PORT)]
        session = pexpect.spawn(words[0], words[1:], encoding="utf-8", timeout=10,
                                dimensions=(rows, 120))
        self.opened.append(session)
        session.expect_exact(prompt)
        return session

    @staticmethod
    def _ask(session, line):
        """The answer to a line, without echo and prompt."""
        session.sendline(line)
        session.expect_exact(line + "\r\n")
        session.expect_exact(PROMPT)
        return session.before

    @func_test
    def complete_words(self):
        """Tab completes, ? lists, words may be cut short.

        Steps:
            * Type "sh<TAB> vers<TAB>", Enter; "show " and ?; "sho ver".

        Verify:
            * Each does what a person expects; a wrong word is told of.
        """
        session = self._telnet()
        session.send("sh" + TAB)
        session.expect_exact("show ")
        session.send("vers" + TAB)
        session.expect_exact("version")
        session.send("\r")
        session.expect("(?i)dpdk")
        session.expect_exact(PROMPT)
        session.send("show ?")
        for word in ("drops", "flows", "patches", "status", "workers"):
            session.expect(rf"\s{word}\s")
        session.send(CTRL_C)
        answer = self._ask(session, "sho ver")
        verify("dpdk" in answer, f"cut short words are not understood: {answer!r}")
        answer = self._ask(session, "shew version")
        verify("shew" in answer or "unknown" in answer.lower(), f"a wrong word: {answer}")
        session.sendline("quit")
        session.expect(pexpect.EOF)

    @func_test
    def remember_history(self):
        """The up arrow brings back what was typed.

        Steps:
            * Two commands; up twice, Enter.

        Verify:
            * The first one runs again.
        """
        session = self._telnet()
        self._ask(session, "show version")
        self._ask(session, "show workers")
        session.send(UP + UP + "\r")
        session.expect("(?i)dpdk")
        session.expect_exact(PROMPT)
        session.send(CTRL_D)
        session.expect(pexpect.EOF)

    @func_test
    def page_long_output(self):
        """Long output comes a window at a time.

        Steps:
            * In a window of 24 lines, show config; space, Enter, q. Set paging off, again.

        Verify:
            * It stops after a window, goes on by a window and by a line, and ends; then it runs
              through.
        """
        session = self._telnet(rows=24)
        session.sendline("show config")
        session.expect_exact("--More--")
        verify(8 <= session.before.count("\n") <= 25, f"{session.before.count(chr(10))} lines are shown first")
        session.send(" ")
        session.expect_exact("--More--")
        session.send("\r")
        session.expect_exact("--More--")
        verify(session.before.count("\n") <= 3, "Enter shows more than a line")
        session.send("q")
        session.expect_exact(PROMPT)
        self._ask(session, "set paging off")
        session.sendline("show config")
        verify(session.expect_exact(["--More--", PROMPT]) == 1, "it pages although it should not")
        session.close()

    @func_test
    def serve_several(self):
        """Many sessions at once, each by itself.

        Steps:
            * Open eight; give each a command, in turn, and close them in another order.

        Verify:
            * Each gets its own answer; show status counts them.
        """
        sessions = [self._telnet() for _ in range(8)]
        for number, session in enumerate(sessions):
            command = ("show version", "show workers")[number % 2]
            answer = self._ask(session, command)
            verify(("dpdk" in answer) == (number % 2 == 0), f"another's answer: {answer}")
        verify(self.gauze.show("status")["shell-sessions"] >= 8, "sessions are not counted")
        for session in sessions[::2] + sessions[1::2]:
            session.close(force=True)
        wait_for(lambda: self.gauze.show("status")["shell-sessions"] <= 1, 5,
                 "closed sessions are still there")

    def _raw(self):
        gateway = Host(self.testbed.gateway, "lo", "", "")
        return gateway.enter(lambda: socket.create_connection(("127.0.0.1", PORT), timeout=10))

    @func_test
    def stall_nothing_for_a_slow_reader(self):
        """Who does not read hurts nobody.

        Steps:
            * Open a session that asks for much, again and again, and reads nothing; meanwhile
              stream datagrams, and ask in another session.

        Verify:
            * The other session is answered in less than a second each time; no datagram is lost;
              the slow session is dropped.
        """
        slow = self._raw()
        slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        slow.sendall(b"set paging off\r\n")

        def pour():
            try:
                for _ in range(4000):
                    slow.sendall(b"show config\r\n")
            except OSError:
                return
        pouring = threading.Thread(target=pour, daemon=True)
        with Stream(self.testbed.client, self.testbed.server, 7001, 500) as stream:
            pouring.start()
            other = self._telnet()
            worst = 0.0
            until = time.monotonic() + 3
            while time.monotonic() < until:
                began = time.monotonic()
                self._ask(other, "show status")
                worst = max(worst, time.monotonic() - began)
            stream.stop()
            log(f"slowest answer beside a slow reader: {worst * 1000:.0f} ms")
            verify(worst < 1, f"another session waited {worst:.1f} s")
            verify(len(stream.arrived) == stream.sent, "datagrams were lost")
        wait_for(lambda: self.gauze.show("status")["shell-sessions"] <= 2, 15,
                 "the slow session is still there")
        slow.close()
        other.close(force=True)

    @func_test
    def end_badly(self):
        """Sessions that break off, or talk nonsense, leave no harm.

        Steps:
            * Connect and close at once; send telnet options cut short; send 100 kB without an end
              of line; send binary noise; speak HTTP.

        Verify:
            * The shell still answers, and nothing is left open.
        """
        noise = bytes(range(256)) * 50
        for said in (b"", b"\xff\xfd", b"\xff\xfa\x1f", b"A" * 100_000, noise,
                     b"POST / HTTP/1.1\r\nHost: x\r\n\r\nshow version\r\n"):
            sock = self._raw()
            try:
                sock.sendall(said)
            except ConnectionError:
                pass
            sock.close()
        verify("dpdk" in self._ask(self._telnet(), "show version"), "it does not answer any more")
        wait_for(lambda: self.gauze.show("status")["shell-sessions"] <= 2, 10,
                 "sessions are left open")

    @func_test
    def obey_programs(self):
        """`gauze shell` with a command, with lines on its input, and its exit status.

        Steps:
            * Run a command that succeeds and one that fails; three lines on the standard input;
              speak the socket's own protocol.

        Verify:
            * Output and exit status are right; where no gauze is, the status is another.
        """
        done = self.gauze.ask("show version")
        verify(done.returncode == 0 and "dpdk" in done.stdout, f"{done}")
        done = self.gauze.ask("show nonsense")
        verify(done.returncode == 1 and "nonsense" in done.stdout + done.stderr, f"{done}")
        path = str(self.gauze.folder / "gauze.sock")
        done = subprocess.run([self.gauze.binary, "shell", "--socket", path], text=True, timeout=20,
                              input="show version\nshow workers json\nquit\n",
                              capture_output=True, check=False)
        verify(done.returncode == 0 and '"workers"' in done.stdout, f"script: {done}")
        done = subprocess.run([self.gauze.binary, "shell", "--socket", path + "x", "quit"],
                              capture_output=True, check=False)
        verify(done.returncode == 2, f"status {done.returncode} where no gauze is")
        with socket.socket(socket.AF_UNIX) as sock:
            sock.settimeout(5)
            sock.connect(path)
            sock.sendall(b"exec show version json\n")
            head = sock.recv(4096)
            verify(re.match(rb"ok \d+\n", head) is not None, f"the socket says {head!r}")

    @func_test
    def change_what_it_may(self):
        """set log, clear counters, trace.

        Steps:
            * Set the log's level; trace ping; clear counters.

        Verify:
            * Each answers; the trace shows the stages of a packet and its verdict; counters are
              small again.
        """
        client, server = self.testbed.client, self.testbed.server
        self.gauze.shell("set log worker debug")
        self.gauze.shell(f"trace add 5 host {server.ip} icmp")
        client.run("ping", "-c", "2", "-i", "0.1", server.ip)
        steps = self.gauze.show("trace")["steps"]
        stages = [step["stage"] for step in steps if step["target"] == server.ip]
        verify(stages[:1] == ["decode"] and "act" in stages and len(stages) >= 4,
               f"the packet's path: {stages}")
        verify(all(step["verdict"] == "pass" for step in steps), f"verdicts: {steps}")
        self.gauze.shell("trace remove all")
        verify(self.gauze.counter("port.rx_pkts") >= 4, "packets are not counted")
        self.gauze.shell("clear counters")
        verify(self.gauze.counter("port.rx_pkts") < 4, "counters are not cleared")

    @func_test
    def follow_several_traces(self):
        """Traces have numbers, and are removed one by one.

        Steps:
            * Follow ICMP and UDP; ping and send a datagram; remove the trace of ICMP; again. Remove
              it a second time. Follow more than may be followed; remove all.

        Verify:
            * Both are seen, then only UDP; what is not there cannot be removed, what is too much is
              refused, with a sentence each.
        """
        client, server = self.testbed.client, self.testbed.server

        def seen():
            client.run("ping", "-c", "1", "-W", "2", server.ip)
            with client.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
                sock.sendto(b"x", (server.ip, 9))
            wait_for(lambda: "UDP" in (protos := {step["proto"] for step in
                     self.gauze.show("trace")["steps"]}) and found.update(protos) is None, 3,
                     "the datagram is not seen")
            return found

        def follow(words):
            return re.search(r"trace: *(\d+)", self.gauze.shell(f"trace add 50 {words}"))[1]

        icmp, _ = follow(f"host {server.ip} icmp"), follow(f"host {server.ip} udp port 9")
        found = set()
        verify({"ICMP", "UDP"} <= seen(), f"seen: {found}")
        self.gauze.shell(f"trace remove {icmp}")
        found = set()
        verify("ICMP" not in seen(), f"the trace that was removed goes on: {found}")
        refused = self.gauze.ask(f"trace remove {icmp}")
        verify(refused.returncode != 0 and "is over" in refused.stdout + refused.stderr,
               f"removed twice: {refused}")
        for _ in range(7):
            follow("host 192.0.2.1")
        refused = self.gauze.ask("trace add host 192.0.2.1")
        verify(refused.returncode != 0 and "remove one" in refused.stdout + refused.stderr,
               f"a ninth trace: {refused}")
        self.gauze.shell("trace remove all")
        self.gauze.shell(f"trace remove {follow('icmp')}")

    @func_test
    def guard_a_remote_address(self):
        """Beyond loopback it listens only if told so twice, and asks for a password.

        Steps:
            * Check configurations with an address beyond loopback: alone, with shell.remote, with a
              hash too. Start with the last; log in with wrong passwords, then the right one.

        Verify:
            * The first two are refused with a sentence; the third is taken.
            * Wrong passwords are refused, each later than the one before; the right one is taken.
        """
        hashed = pexpect.run(f"{self.gauze.binary} shell --hash-password", encoding="utf-8",
                             events={"(?i)password: ": "secret words\n"}, timeout=20)
        hashed = re.search(r"\$\S+", hashed)
        verify(hashed is not None, "no hash is made")
        for settings, good in (({}, False), ({"remote": True}, False),
                               ({"remote": True, "password-hash": hashed.group()}, True)):
            shell = {"port": PORT, "address": "0.0.0.0", **settings}
            path = self.gauze.write({"shell": shell}, "")
            done = subprocess.run([self.gauze.binary, "check", "-c", str(path)], text=True,
                                  capture_output=True, check=False)
            verify((done.returncode == 0) == good, f"{settings}: {done.stdout} {done.stderr}")
            verify(good or "shell." in done.stderr, f"no sentence: {done.stderr}")
        self.gauze.restart({"shell": shell})
        session = self._telnet(prompt="password: ")
        waited = []
        for wrong in ("secret", "words"):
            began = time.monotonic()
            session.sendline(wrong)
            session.expect_exact("password: ")
            waited.append(time.monotonic() - began)
        verify(waited[0] > 0.2 and waited[1] > waited[0], f"no delay after failures: {waited}")
        session.sendline("secret words")
        session.expect_exact(PROMPT)
        verify("dpdk" in self._ask(session, "show version"), "the right password opens nothing")
        verify("secret" not in session.before, "the password is echoed")
        session.close(force=True)
