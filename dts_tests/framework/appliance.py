# SPDX-License-Identifier: BSD-3-Clause
"""The real binary as a test sees it: started, asked in JSON, reloaded, stopped."""

import json
import os
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

from api.test import verify, wait_for
from framework.testbed import Testbed, run

ROOT = Path(__file__).resolve().parents[2]


def to_libconfig(value, indent: int = 0) -> str:
    """A Python value in libconfig's syntax: dicts are groups, lists of dicts lists, lists of
    strings arrays."""
    pad = "  " * (indent + 1)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return str(value)
    if isinstance(value, dict):
        inner = "".join(f"{pad}{k} = {to_libconfig(v, indent + 1)};\n" for k, v in value.items())
        return "{\n" + inner + "  " * indent + "}"
    if isinstance(value, list):
        inner = ", ".join(to_libconfig(v, indent + 1) for v in value)
        return f"( {inner} )" if value and isinstance(value[0], dict) else f"[ {inner} ]"
    return json.dumps(str(value))


def merge(base: dict, over: dict) -> dict:
    """`over` laid on `base`, group by group."""
    merged = dict(base)
    for key, value in over.items():
        both_groups = isinstance(value, dict) and isinstance(merged.get(key), dict)
        merged[key] = merge(merged[key], value) if both_groups else value
    return merged


class Appliance:
    """gauze run, on a testbed."""

    def __init__(self, testbed: Testbed, binary: str, wrapper: tuple = ()):
        self.testbed = testbed
        self.binary = binary
        self.wrapper = list(wrapper)  # valgrind and the like
        self.folder = Path(tempfile.mkdtemp(prefix="gauze-test-"))
        self.process = None
        self.config = {}
        self._eve_read = 0

    # ---- life ----

    def base_config(self) -> dict:
        """What every test needs; suites lay their own settings over it."""
        return {
            "wires": [{"name": "wire0", "outside": self.testbed.outside,
                       "inside": self.testbed.inside}],
            "rules": {"files": [str(self.folder / "test.rules")],
                      "cache": str(self.folder / "cache")},
            "log": {"directory": str(self.folder)},
            "shell": {"socket": str(self.folder / "gauze.sock"), "port": 0},
            "asset": {"database": str(self.folder / "gauze.db")},
            "paths": {"data": str(ROOT / "rules")},
            "memory": {"workers": 256 * 1024 * 1024},
        }

    def write(self, config: dict, rules: str) -> Path:
        """Write the configuration and the rules where start() and reload() find them."""
        self.config = merge(self.base_config(), config)
        path = self.folder / "gauze.cfg"
        text = "".join(f"{k} = {to_libconfig(v)};\n" for k, v in self.config.items())
        path.write_text(text, encoding="utf-8")
        (self.folder / "test.rules").write_text(rules, encoding="utf-8")
        return path

    def start(self, config: dict | None = None, rules: str = "", seconds: float = 60,
              **environment: str) -> None:
        """Start and wait until it carries packets."""
        verify(self.process is None, "the appliance runs already")
        path = self.write(config or {}, rules)
        out = open(self.folder / "gauze.out", "ab")
        self._eve_read = 0
        if self.eve_path().exists():
            self._eve_read = self.eve_path().stat().st_size
        self.process = subprocess.Popen(
            [*self.testbed.gateway_prefix(), *self.wrapper, self.binary, "run", "-c", str(path)],
            stdout=out, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL,
            env={**os.environ, **environment})
        out.close()
        wait_for(self._is_up, seconds, "the appliance did not come up")

    def _is_up(self) -> bool:
        if self.process.poll() is not None:
            status, self.process = self.process.returncode, None
            raise RuntimeError(f"gauze ended with {status}: {self.output()[-2000:]}")
        if not (self.folder / "gauze.sock").exists():
            return False
        return self.ask("show status json").returncode == 0

    def restart(self, config: dict | None = None, rules: str = "", **environment: str) -> None:
        """Stop cleanly, and start with another configuration."""
        verify(self.stop() == 0, "gauze did not end with exit status 0")
        self.start(config, rules, **environment)

    def stop(self, seconds: float = 30) -> int:
        """SIGTERM, and its exit status."""
        process, self.process = self.process, None
        if process is None:
            return 0
        self.signal_process(process, signal.SIGTERM)
        try:
            return process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            raise RuntimeError(f"gauze did not stop within {seconds} s") from None

    @staticmethod
    def signal_process(process, number: int) -> None:
        """Send a signal, if it still runs."""
        if process.poll() is None:
            os.kill(process.pid, number)

    def signal(self, number: int) -> None:
        """Send the running appliance a signal."""
        self.signal_process(self.process, number)

    def remove(self) -> None:
        """Stop and forget its files. Sanitizers and valgrind speak by the exit status."""
        try:
            status = self.stop()
            verify(status == 0, f"gauze ended with {status}: {self.output()[-4000:]}")
        finally:
            shutil.rmtree(self.folder, ignore_errors=True)

    def output(self) -> str:
        """What it said on its standard output and error."""
        path = self.folder / "gauze.out"
        return path.read_text(encoding="utf-8", errors="replace") if path.exists() else ""

    # ---- shell ----

    def ask(self, command: str) -> subprocess.CompletedProcess:
        """One command through the UNIX socket, as `gauze shell` does it."""
        return run(self.binary, "shell", "--socket", str(self.folder / "gauze.sock"),
                   *command.split(), check=False, timeout=30)

    def shell(self, command: str) -> str:
        """The text of a command that must succeed."""
        answer = self.ask(command)
        verify(answer.returncode == 0, f"`{command}` failed: {answer.stderr or answer.stdout}")
        return answer.stdout

    def show(self, what: str) -> dict:
        """`show <what> json`, parsed."""
        return json.loads(self.shell(f"show {what} json"))

    def counter(self, name: str) -> int:
        """A counter by its dotted name."""
        rows = self.show(f"stats {name}")["stats"]
        return next(int(row["value"]) for row in rows if row["counter"] == name)

    def drops(self, why: str | None = None) -> int:
        """Packets dropped, for one reason or for whatever reason."""
        return sum(int(row["dropped"]) for row in self.show("drops")["drops"]
                   if why in (None, row["why"]))

    def reload(self, rules: str | None = None, seconds: float = 60) -> dict:
        """Reload the rules (new ones, if given) and return the report; it may say FAILED."""
        if rules is not None:
            (self.folder / "test.rules").write_text(rules, encoding="utf-8")
        before = self.show("reload")["count"]
        self.shell("reload rules")

        def is_through():
            report = self.show("reload")
            done = report["count"] > before and report["state"] in ("idle", "failed")
            return report if done else None
        return wait_for(is_through, seconds, "the reload did not end")

    # ---- events ----

    def eve_path(self) -> Path:
        """Its eve.json."""
        return self.folder / "eve.json"

    def events(self, event_type: str | None = None, since: int | None = None) -> list:
        """The events written since start() (or byte `since` of eve.json), of one type or all."""
        path = self.eve_path()
        if not path.exists():
            return []
        with open(path, "rb") as f:
            f.seek(self._eve_read if since is None else since)
            lines = f.read().split(b"\n")[:-1]
        found = [json.loads(line) for line in lines]
        return [e for e in found if event_type in (None, e["event_type"])]

    def mark(self) -> None:
        """From now on events() tells only what comes."""
        self.settle()
        if self.eve_path().exists():
            self._eve_read = self.eve_path().stat().st_size

    def settle(self, seconds: float = 5) -> None:
        """Wait until every event that was handed to the writers is in the file."""
        def sizes():
            handed = sum(int(row["written"]) for row in self.show("events")["events"])
            size = self.eve_path().stat().st_size if self.eve_path().exists() else 0
            return handed, size
        last = [sizes()]

        def is_still():
            time.sleep(0.1)
            last.append(sizes())
            return last[-1] == last[-2]
        wait_for(is_still, seconds, "events do not cease")

    def wait_event(self, event_type: str, seconds: float = 10, **members) -> dict:
        """Wait for an event with these members (`alert__signature_id=1`), and return it."""
        def matches(event):
            for key, wanted in members.items():
                value = event
                for part in key.split("__"):
                    value = value.get(part) if isinstance(value, dict) else None
                if value != wanted:
                    return False
            return True

        def look():
            return next((e for e in self.events(event_type) if matches(e)), None)
        return wait_for(look, seconds, f"no {event_type} event with {members}")
