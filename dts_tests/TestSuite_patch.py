# SPDX-License-Identifier: BSD-3-Clause
"""The life of a virtual patch on a really vulnerable server: it comes, shields, steps back, goes."""

import shutil
import tempfile
from pathlib import Path

from api.test import verify, wait_for
from framework.appliance import ROOT
from framework.peers import curl
from framework.test_suite import TestSuite, func_test

CVE, SID = "CVE-2021-41773", 9100001
SECRET = "4929 4212 8833 1021  J. Doe"
EXPLOIT = "/cgi-bin/.%2e/.%2e/customers.txt"
TIMES = {"stage-for": "2 s", "stage-for-exploited": "1 s", "stage-transactions": 3,
         "fixed-for": "1 s", "fixed-sights": 2, "shadow-for": "2 s"}


class TestPatch(TestSuite):
    """tools/demo/service.py behind the wire, with times that a test can wait for."""

    def set_up_suite(self):
        """A shop with a hole."""
        self.folder = Path(tempfile.mkdtemp(prefix="gauze-shop-"))
        (self.folder / "htdocs/cgi-bin").mkdir(parents=True)
        (self.folder / "htdocs/index.html").write_text("Welcome\n", encoding="utf-8")
        (self.folder / "customers.txt").write_text(SECRET + "\n", encoding="utf-8")
        self.service = None

    def tear_down_suite(self):
        """The shop goes."""
        self.service.terminate()
        self.service.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _begin(self, automatic="enforce"):
        """Gauze as on its first day, in front of the hole."""
        self.gauze.stop()
        (self.gauze.folder / "gauze.db").unlink(missing_ok=True)
        self._serve("2.4.49")
        self._start(automatic)

    def _start(self, automatic="enforce"):
        rules = sorted(map(str, (ROOT / "rules/patch").glob("*.rules")))
        self.gauze.start({
            "servers": [{"name": "shop", "address": self.testbed.server.ip, "mode": "prevent"}],
            "rules": {"files": rules}, "asset": {"repeat": "200 ms"},
            "patch": {"automatic": automatic, **TIMES}})

    def _serve(self, version):
        if self.service:
            self.service.terminate()
            self.service.wait()
        self.service = self.testbed.server.popen(
            "/usr/bin/python3", str(ROOT / "tools/demo/service.py"), "--root",
            str(self.folder / "htdocs"), "--version", version)
        wait_for(lambda: curl(self.testbed.server, "http://127.0.0.1/").returncode == 0, 10,
                 "the shop did not start")

    def _get(self, path):
        return curl(self.testbed.client, f"http://{self.testbed.server.ip}{path}", seconds=1).stdout

    def _exploit_works(self):
        return SECRET in self._get(EXPLOIT)

    def _step(self, step, seconds=20):
        """Visit as customers do until the patch has come to `step`."""
        def is_there():
            verify("Welcome" in self._get("/index.html"), "an ordinary request failed")
            return next((e for e in self.gauze.events("patch")
                         if (e["patch"]["cve"], e["patch"]["step"]) == (CVE, step)), None)
        return wait_for(is_there, seconds, f"the patch is not {step}")

    def _state(self):
        rows = self.gauze.show(f"patches {CVE}")["patches"]
        return rows[0]["state"] if rows else "none"

    @func_test
    def come_and_go_by_itself(self):
        """The whole circle, without anybody's help.

        Steps:
            * Put Gauze before a vulnerable server and visit it; upgrade the server; visit on.

        Verify:
            * Product and version are recognised; the patch is recommended, staged, enforced, each
              with an event that names server, rules and evidence.
            * The exploit works before, and not afterwards; ordinary requests always do.
            * After the upgrade the patch goes to shadow, and is removed.
        """
        self._begin()
        self._step("recommended")
        event = self._step("staged")["patch"]
        verify(event["server"] == "shop" and SID in event["rules"], f"event: {event}")
        self._step("enforced")
        assets = self.gauze.shell("show assets")
        verify("apache" in assets and "2.4.49" in assets, f"show assets: {assets}")
        wait_for(lambda: not self._exploit_works(), 5, "the exploit still works")
        self.gauze.wait_event("alert", 5, alert__signature_id=SID, alert__action="blocked")
        verify(self._state() == "enforced", f"show patches says {self._state()}")
        self._serve("2.4.51")
        self._step("shadow")
        self._step("removed")
        verify(not self._exploit_works(), "the upgraded server is vulnerable still")

    @func_test
    def survive_a_restart(self):
        """What is in force stays in force.

        Steps:
            * Let the patch be enforced, restart, and use the exploit at once.

        Verify:
            * It does not work, and show patches says enforced.
        """
        self._begin()
        self._step("enforced")
        verify(self.gauze.stop() == 0, "gauze did not end cleanly")
        self._start()
        verify(self._state() == "enforced", f"show patches says {self._state()}")
        verify(not self._exploit_works(), "the exploit works after a restart")

    @func_test
    def obey_its_owner(self):
        """An owner stages, enforces and removes.

        Steps:
            * With patch.automatic = recommend, wait for the recommendation; stage, enforce, remove
              by command, and use the exploit each time.

        Verify:
            * The exploit works, works with an alert, does not work, works again; each order has an
              event; what is no patch is told of.
        """
        self._begin("recommend")
        self._step("recommended")
        verify(self._exploit_works(), "a recommended patch stops something")
        self.gauze.shell(f"patch stage shop {CVE}")
        verify(self._exploit_works(), "a staged patch stops something")
        self.gauze.wait_event("alert", 5, alert__signature_id=SID, alert__action="allowed")
        self.gauze.shell(f"patch enforce shop {CVE}")
        verify(not self._exploit_works(), "an enforced patch stops nothing")
        self.gauze.shell(f"patch remove shop {CVE}")
        verify(self._exploit_works(), "a removed patch stops something")
        for step in ("staged", "enforced", "rejected"):
            self.gauze.wait_event("patch", 5, patch__cve=CVE, patch__step=step,
                                  patch__by_owner=True)
        verify(self.gauze.ask("patch stage shop CVE-1999-0001").returncode == 1,
               "a patch that is none was staged")
