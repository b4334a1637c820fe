# SPDX-License-Identifier: BSD-3-Clause
"""New rules while packets flow: not one packet is lost for it.

Packets are counted by the kernel at the ports of the wire, not by Gauze.
"""

import hashlib
import os
import signal
import time

from api.test import figure, verify, wait_for
from framework.peers import Nginx, Recorder, connect, fetch
from framework.stream import Stream
from framework.test_suite import TestSuite, func_test

RATE = 1500  # datagrams a second, each way
RELOADS = 50
OTHERS = 300  # rules besides, so that there is something to compile
CONFIG = {"policy": {"mode": "prevent"}, "rules": {"watch": False}}


def rules(generation):
    """A set with a rule that drops, one that tells the generation, and many others."""
    text = [f'drop udp any any -> any 7001 (msg:"marked"; content:"DROP-ME"; sid:1; '
            f'rev:{generation + 1};)',
            f'alert http any any -> any any (msg:"generation {generation}"; http.uri; '
            f'content:"/generation"; sid:{1000 + generation};)']
    text += [f'alert http any any -> any any (msg:"other {n}"; http.uri; content:"/other{n}-'
             f'{generation if n % 10 == 0 else 0}"; http.header; content:"X-Other-{n}"; '
             f'sid:{100000 + n};)' for n in range(OTHERS)]
    return "\n".join(text) + "\n"


class TestReload(TestSuite):
    """Reloads of rules and configuration, asked for in each way, good ones and bad ones."""

    config = CONFIG
    rules = rules(0)

    def set_up_suite(self):
        """A site to ask which generation is in force."""
        self.gauze.start(self.config, self.rules)
        self.web = Nginx(self.testbed.server)
        self.web.put("generation", b"page\n")
        self.big = os.urandom(1 << 20) * 16
        self.web.put("big.bin", self.big)

    def tear_down_suite(self):
        """The site goes."""
        self.web.stop()

    def _generation_is(self, generation):
        self.gauze.mark()
        fetch(self.testbed.client, f"http://{self.testbed.server.ip}/generation")
        self.gauze.wait_event("alert", 5, alert__signature_id=1000 + generation)
        others = [e for e in self.gauze.events("alert")
                  if e["alert"]["signature_id"] != 1000 + generation]
        verify(not others, f"rules of another generation are in force too: {others}")

    def _still_counts(self):
        """The kernel's counts when nothing is under way any more."""
        last = [None]

        def is_still():
            last.append(self.testbed.counts())
            time.sleep(0.2)
            return last[-1] == last[-2] and last[-1]
        return wait_for(is_still, 10, "packets do not cease")

    @func_test
    def lose_nothing_in_fifty_reloads(self):
        """50 reloads during traffic.

        Steps:
            * Send datagrams in both directions, at a rate the wire carries, of which a rule drops
              every tenth in one direction; meanwhile fetch 16 MiB again and again.
            * After two seconds, reload 50 times, each time another set.

        Verify:
            * By the kernel's counters at the wire's ports: packets in = packets out + packets
              dropped by rule, exactly.
            * Each datagram that no rule drops arrived; no other did. Downloads are undamaged.
            * The last set is in force.
        """
        client, server = self.testbed.client, self.testbed.server
        before, dropped = self._still_counts(), self.gauze.drops()
        by_rule = self.gauze.drops("rule")
        wanted = hashlib.sha256(self.big).hexdigest()
        downloads = []
        with Stream(client, server, 7001, RATE, 10, b"DROP-ME") as inwards, \
                Stream(server, client, 7002, RATE) as outwards:
            time.sleep(2)
            marks = (inwards.sent, outwards.sent)
            took = []
            for generation in range(1, RELOADS + 1):
                if not downloads or downloads[-1].poll() is not None:
                    downloads.append(client.popen(
                        "sh", "-c", f"curl -s --max-time 60 --limit-rate 8M "
                        f"http://{server.ip}/big.bin | sha256sum", stdout=-1, text=True))
                report = self.gauze.reload(rules(generation))
                verify(report["state"] == "idle", f"reload {generation} failed: {report}")
                took.append(report["took-ms"])
            for child in downloads:
                verify(child.communicate(timeout=60)[0].split()[0] == wanted,
                       "a download is damaged")
            inwards.stop()
            outwards.stop()
            quiet = max(inwards.worst(0, marks[0]), outwards.worst(0, marks[1]))
            busy = max(inwards.worst(marks[0], inwards.sent),
                       outwards.worst(marks[1], outwards.sent))
        after = self._still_counts()
        came, left = after["in"] - before["in"], after["out"] - before["out"]
        gone, ruled = self.gauze.drops() - dropped, self.gauze.drops("rule") - by_rule
        figure(f"{RELOADS} reloads, {sum(took) / RELOADS:.0f} ms each; {came} packets in, {left} out, "
               f"{ruled} dropped by rule, {came - left - ruled} lost; {len(downloads)} downloads; "
               f"longest delay {quiet * 1000:.1f} ms without a reload, {busy * 1000:.1f} ms with")
        verify(came == left + ruled and gone == ruled,
               f"{came} packets in, {left} out, {ruled} dropped by rule, {gone} dropped in all: "
               f"{came - left - ruled} were lost")
        verify(ruled == inwards.marked, f"{inwards.marked} should have been dropped, not {ruled}")
        verify(len(inwards.arrived) == inwards.sent - inwards.marked and
               len(outwards.arrived) == outwards.sent, "datagrams are missing")
        self._generation_is(RELOADS)

    @func_test
    def keep_the_set_when_a_new_one_is_refused(self):
        """What cannot be loaded changes nothing, and why is told.

        Steps:
            * Put in force set 60; then offer, one after the other: a file with nothing but broken
              rules, with rules.strict one broken rule among good ones, no file at all, and a
              configuration that cannot be read.

        Verify:
            * Each reload fails, and show reload tells file, line and reason.
            * Set 60 stays in force, for new connections and for old ones.
        """
        verify(self.gauze.reload(rules(60))["state"] == "idle", "set 60 was refused")
        good = self.gauze.folder / "test.rules"
        config = self.gauze.folder / "gauze.cfg"
        text = config.read_text(encoding="utf-8")
        with connect(self.testbed.client, self.testbed.server.ip, 80) as old:
            report = self.gauze.reload('alert http any any -> any any (nonsense:"x"; sid:1;)\n')
            self._refused(report, "test.rules:1", "nonsense")
            good.unlink()
            self.gauze.shell("reload rules")
            self._refused(self._report_after(report["count"]), "test.rules", "")
            good.write_text(rules(60), encoding="utf-8")
            config.write_text(text + "\nflow = { max = ;\n", encoding="utf-8")
            count = self.gauze.show("reload")["count"]
            self.gauze.shell("reload config")
            self._refused(self._report_after(count), "gauze.cfg:", "")
            config.write_text(text.replace("rules = {", "rules = {\n  strict = true;"),
                              encoding="utf-8")
            good.write_text(rules(61) + "alert bad\n", encoding="utf-8")
            count = self.gauze.show("reload")["count"]
            self.gauze.shell("reload config")
            self._refused(self._report_after(count), f"test.rules:{OTHERS + 3}", "")
            config.write_text(text, encoding="utf-8")
            self._generation_is(60)
            self.gauze.mark()
            old.sendall(b"GET /generation HTTP/1.1\r\nHost: shop\r\n\r\n")
            self.gauze.wait_event("alert", 5, alert__signature_id=1060)

    def _report_after(self, count):
        def is_through():
            report = self.gauze.show("reload")
            return report if report["count"] > count else None
        return wait_for(is_through, 20, "the reload did not end")

    @staticmethod
    def _refused(report, place, reason):
        told = [row["what"] for row in report["told"]]
        verify(report["state"] == "failed", f"it was not refused: {report}")
        verify(any(place in what and reason in what for what in told),
               f"neither {place} nor {reason} is told of: {told}")

    @func_test
    def leave_out_what_is_broken(self):
        """Without rules.strict a broken rule is left out, and told.

        Steps:
            * Reload a set with one broken rule among good ones.

        Verify:
            * The set is in force; the report counts one refused rule and says where.
        """
        report = self.gauze.reload(rules(70) + "alert http any any -> any any (sid:9; bogus;)\n")
        verify(report["state"] == "idle" and report["refused"] == 1, f"report: {report}")
        verify(any(f"test.rules:{OTHERS + 3}" in row["what"] for row in report["told"]),
               f"the place is not told: {report['told']}")
        self._generation_is(70)

    @func_test
    def reload_by_signal_and_by_watch(self):
        """SIGHUP and a change of the file reload too.

        Steps:
            * Write a new set and send SIGHUP; restart with rules.watch, write another set and do
              nothing else; replace the file by renaming another over it.

        Verify:
            * Each set comes into force; show reload tells who asked.
        """
        path = self.gauze.folder / "test.rules"
        count = self.gauze.show("reload")["count"]
        path.write_text(rules(80), encoding="utf-8")
        self.gauze.signal(signal.SIGHUP)
        report = self._report_after(count)
        verify(report["asked-by"] == "SIGHUP" and report["state"] != "failed", f"report: {report}")
        self._generation_is(80)
        self.gauze.restart({**CONFIG, "rules": {"watch": True}}, rules(81))
        path.write_text(rules(82), encoding="utf-8")
        report = self._report_after(0)
        verify(report["asked-by"] == "file watch", f"report: {report}")
        self._generation_is(82)
        other = self.gauze.folder / "new.rules"
        other.write_text(rules(83), encoding="utf-8")
        other.rename(path)
        self._report_after(report["count"])
        self._generation_is(83)
        self.gauze.restart(self.config, rules(0))

    @func_test
    def change_settings_live(self):
        """reload config changes what may change live, and names what may not.

        Steps:
            * With mode prevent a marked datagram is dropped; write mode detect and another flow.max,
              and reload the configuration.

        Verify:
            * Marked datagrams pass then; show reload names both settings, and that flow.max waits
              for a restart.
        """
        with Recorder(self.testbed.server, 8080, b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"):
            self.gauze.write({"policy": {"mode": "detect"}, "flow": {"max": 4096}},
                             'drop http any any -> any any (http.uri; content:"/x"; sid:5;)\n')
            count = self.gauze.show("reload")["count"]
            self.gauze.shell("reload config")
            report = self._report_after(count)
            verify(report["state"] != "failed", f"report: {report}")
            settings = {row["name"]: row["in-force"] for row in report["settings"]}
            verify(settings == {"policy.mode": "now", "flow.max": "after a restart"},
                   f"settings: {settings}")
            fetch(self.testbed.client, f"http://{self.testbed.server.ip}:8080/x")
            event = self.gauze.wait_event("alert", 5, alert__signature_id=5)
            verify(event["alert"]["action"] == "allowed", f"alert: {event['alert']}")
            self.gauze.write({**CONFIG}, rules(0))
            count = self.gauze.show("reload")["count"]
            self.gauze.shell("reload config")
            self._report_after(count)
