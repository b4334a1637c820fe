# SPDX-License-Identifier: BSD-3-Clause
"""What the suites about bounds have in common: honest clients, and a look at what is held."""

import re
import time
from pathlib import Path

from api.test import log, verify, wait_for
from framework.appliance import merge
from framework.peers import Nginx, curl, fetch
from framework.test_suite import TestSuite

MIB = 1 << 20
ROOM = 1024  # flows
NOISE = 16 * MIB  # by which a process may grow whatever happens
# Rings that are small, so that their filling up for the first time is no growth to speak of.
PREVENT = {"policy": {"mode": "prevent"}, "worker": {"events": MIB},
           "port": {"socket-buffer": 4 * MIB, "mbufs": 4096, "frame-max": 1518},
           "flow": {"max": 16 * ROOM, "timeout": {"tcp-closed": "1 s"}}}
RULES = ('drop http any any -> any any (msg:"exploit"; http.uri; content:"/exploit"; sid:1;)\n'
         'alert udp any any -> any 7000 (msg:"long datagram"; content:"HONEST"; sid:2;)\n'
         'alert http any any -> any any (msg:"head"; http.header; content:"X-29|3a|"; sid:3;)\n')


class Bounded(TestSuite):
    """An appliance that prevents an exploit, and a site for the honest."""

    config = PREVENT
    rules = RULES

    def set_up_suite(self):
        """A site for the honest."""
        self.web = Nginx(self.testbed.server)
        self.web.put("page", b"welcome\n")
        self.gauze.start(self.config, self.rules)

    def tear_down_suite(self):
        """The site goes."""
        self.web.stop()

    def _start(self, **config):
        """A fresh start with these settings; its resident memory is the base of what may grow."""
        self.gauze.restart(merge(PREVENT, config), RULES)
        self.gauze.mark()
        fetch(self.testbed.client, f"http://{self.testbed.server.ip}/page")
        self.resident = self._resident()

    def _resident(self):
        """Bytes that the process has now."""
        status = Path(f"/proc/{self.gauze.process.pid}/status").read_text("ascii")
        return int(re.search(r"VmRSS:\s+(\d+) kB", status)[1]) * 1024

    def _is_bounded(self, budgets):
        """No purpose was ever over its budget, and the process did not grow by more than
        `budgets` bytes and what control needs to tell of it."""
        rows = self.gauze.show("memory")["purposes"]
        over = [row for row in rows if row["peak"] > row["budget"]]
        verify(not over, f"over budget: {over}")
        grown = self._resident() - self.resident
        log(f"resident memory grew by {grown // 1024} KiB")
        verify(grown < budgets + NOISE, f"resident memory grew by {grown // MIB} MiB")

    def _memory(self, purpose):
        """A row of `show memory`."""
        return next(row for row in self.gauze.show("memory")["purposes"]
                    if row["purpose"] == purpose)

    def _honest(self, times=1):
        """A client that fetches a page."""
        for _ in range(times):
            page = fetch(self.testbed.client, f"http://{self.testbed.server.ip}/page")
            verify(page == "welcome\n", f"an honest client got {page!r}")

    def _exploit_is_stopped(self):
        """It is asked for, and not answered."""
        done = curl(self.testbed.client, f"http://{self.testbed.server.ip}/exploit", seconds=2)
        verify(done.returncode != 0 and done.stdout == "", "the exploit went through")

    def _still_counts(self, name):
        """A counter when it does not move any more."""
        last = [None]

        def is_still():
            last.append(self.gauze.counter(name))
            time.sleep(0.2)
            return last[-1] == last[-2]
        wait_for(is_still, 20, f"{name} does not come to rest")
        return last[-1]
