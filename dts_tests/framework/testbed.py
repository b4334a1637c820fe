# SPDX-License-Identifier: BSD-3-Clause
"""The wire under test and the hosts at its ends.

By default the testbed makes itself of network namespaces and veth pairs, and removes them:

    client [c0] === [c1] gateway [s1] === [s0] server

Between the same two hosts there may be a second way of the same kind, from c2 to s2 (Testbed.beside).

A testbed file (YAML, pytest --testbed FILE) names real NICs instead:

    client: {namespace: tg, interface: ens1f0}   # moved into a namespace of that name
    server: {namespace: sv, interface: ens1f1}
    outside: "pci:0000:00:05.0"                  # as wires[].outside
    inside: "pci:0000:00:06.0"
"""

import contextlib
import ctypes
import os
import shutil
import socket
import subprocess
import threading
from dataclasses import dataclass, field

import yaml

_libc = ctypes.CDLL(None, use_errno=True)
_setns_lock = threading.Lock()
CLONE_NEWNET = 0x40000000


def run(*command: str, check: bool = True, **options) -> subprocess.CompletedProcess:
    """Run a command to its end and capture what it says."""
    done = subprocess.run(command, capture_output=True, text=True, check=False, **options)
    if check and done.returncode != 0:
        raise RuntimeError(f"{' '.join(command)}: {done.stderr.strip() or done.stdout.strip()}")
    return done


@dataclass
class Host:
    """One end of the wire: a namespace with one interface."""

    namespace: str
    interface: str
    ip: str
    ip6: str
    mac: str = ""
    children: list = field(default_factory=list)

    def run(self, *command: str, check: bool = True, **options) -> subprocess.CompletedProcess:
        """Run a command in the host."""
        return run("ip", "netns", "exec", self.namespace, *command, check=check, **options)

    def popen(self, *command: str, **options) -> subprocess.Popen:
        """Start a command in the host; the testbed stops it at the latest when it is removed."""
        options.setdefault("stdout", subprocess.DEVNULL)
        options.setdefault("stderr", subprocess.DEVNULL)
        child = subprocess.Popen(["ip", "netns", "exec", self.namespace, *command], **options)
        self.children.append(child)
        return child

    def enter(self, make):
        """Call `make` with this thread in the host's network namespace: sockets stay there."""
        with _setns_lock:
            home = os.open("/proc/thread-self/ns/net", os.O_RDONLY)
            there = os.open(f"/run/netns/{self.namespace}", os.O_RDONLY)
            try:
                if _libc.setns(there, CLONE_NEWNET) != 0:
                    raise OSError(ctypes.get_errno(), f"cannot enter {self.namespace}")
                return make()
            finally:
                _libc.setns(home, CLONE_NEWNET)
                os.close(there)
                os.close(home)

    def socket(self, *args) -> socket.socket:
        """A socket of the host."""
        return self.enter(lambda: socket.socket(*args))

    def stop_children(self) -> None:
        """End what popen() started."""
        for child in self.children:
            if child.poll() is None:
                child.terminate()
        for child in self.children:
            try:
                child.wait(5)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()
        self.children.clear()


@dataclass
class Beside:
    """A second way between the hosts of a testbed."""

    client: Host
    server: Host
    outside: str
    inside: str

    @contextlib.contextmanager
    def taken(self, sender: Host, receiver: Host):
        """What one host sends to the other's first addresses takes this way, while it lasts."""
        mine, other = self.client, self.server
        if mine.namespace != sender.namespace:
            mine, other = other, mine
        routes = []
        for words, source, address in ((["-4"], sender.ip, receiver.ip),
                                       (["-6"], sender.ip6, receiver.ip6)):
            sender.run("ip", *words, "neigh", "replace", address, "lladdr", other.mac, "dev",
                       mine.interface, "nud", "permanent")
            route = ["dev", mine.interface, "src", source, "metric", "1"]
            sender.run("ip", *words, "route", "replace", address, *route)
            routes.append([*words, "route", "del", address, *route])
        try:
            yield
        finally:
            for route in routes:
                sender.run("ip", *route)


class Testbed:
    """Two hosts and the ports between them."""

    __test__ = False

    def __init__(self, path: str | None = None, mtu: int = 1500):
        self.mtu = mtu
        self.tag = f"gz{os.getpid() % 100000}"
        self.real = None
        if path:
            with open(path, encoding="utf-8") as f:
                self.real = yaml.safe_load(f)
        self.client = Host(f"{self.tag}c", "c0", "10.77.0.1", "fd77::1")
        self.server = Host(f"{self.tag}s", "s0", "10.77.0.2", "fd77::2")
        self.gateway = f"{self.tag}g"
        self.outside, self.inside = "c1", "s1"

    def __enter__(self):
        try:
            if self.real:
                self._take_nics()
            else:
                self._make_veths()
            self._address(self.client, self.server)
        except BaseException:
            self.remove()
            raise
        return self

    def __exit__(self, *_):
        self.remove()

    def _make_veths(self) -> None:
        for namespace in (self.client.namespace, self.gateway, self.server.namespace):
            run("ip", "netns", "add", namespace)
            run("ip", "-n", namespace, "link", "set", "lo", "up")
        self._link((self.client, self.outside), (self.server, self.inside))

    def _link(self, *pairs) -> None:
        """A veth pair for each (host, port of the gateway)."""
        for host, port in pairs:
            run("ip", "-n", host.namespace, "link", "add", host.interface, "mtu", str(self.mtu),
                "type", "veth", "peer", "name", port, "mtu", str(self.mtu), "netns", self.gateway)
            run("ip", "netns", "exec", self.gateway, "sysctl", "-q",
                f"net.ipv6.conf.{port}.disable_ipv6=1")
            run("ip", "-n", self.gateway, "link", "set", port, "up")

    def _take_nics(self) -> None:
        self.outside, self.inside = self.real["outside"], self.real["inside"]
        for name, host in (("client", self.client), ("server", self.server)):
            host.interface = self.real[name]["interface"]
            run("ip", "netns", "add", host.namespace)
            run("ip", "link", "set", host.interface, "netns", host.namespace)

    def _address(self, *hosts: Host) -> None:
        for host in hosts:
            # A virtual link would hand over frames without checksums, longer than any wire's.
            host.run("ethtool", "-K", host.interface, "tx", "off", "tso", "off", "gso", "off",
                     "gro", "off", check=False)
            host.run("sysctl", "-q", f"net.ipv6.conf.{host.interface}.accept_dad=0")
            run("ip", "-n", host.namespace, "addr", "add", f"{host.ip}/24", "dev", host.interface)
            run("ip", "-n", host.namespace, "addr", "add", f"{host.ip6}/64", "dev",
                host.interface, "nodad")
            run("ip", "-n", host.namespace, "link", "set", host.interface, "up")
            shown = run("ip", "-n", host.namespace, "-o", "link", "show", host.interface).stdout
            host.mac = shown.split("link/ether ")[1].split()[0]

    @contextlib.contextmanager
    def beside(self):
        """A second way between the two hosts, with addresses of its own, while it lasts."""
        way = Beside(Host(self.client.namespace, "c2", "10.79.0.1", "fd79::1"),
                     Host(self.server.namespace, "s2", "10.79.0.2", "fd79::2"), "c3", "s3")
        self._link((way.client, way.outside), (way.server, way.inside))
        try:
            self._address(way.client, way.server)
            yield way
        finally:
            for host in (way.client, way.server):
                host.stop_children()
                run("ip", "-n", host.namespace, "link", "del", host.interface)

    @contextlib.contextmanager
    def bridged(self, way: Beside | None = None):
        """A plain bridge of the kernel in the appliance's place, or on the way beside it."""
        run("ip", "-n", self.gateway, "link", "add", "br0", "type", "bridge", "forward_delay",
            "0", "mcast_snooping", "0", "nf_call_iptables", "0", "nf_call_ip6tables", "0")
        try:
            for port in ((way or self).outside, (way or self).inside):
                run("ip", "-n", self.gateway, "link", "set", port, "master", "br0")
            run("ip", "-n", self.gateway, "link", "set", "br0", "up")
            yield
        finally:
            run("ip", "-n", self.gateway, "link", "del", "br0")

    def counts(self) -> dict:
        """Packets that came to the wire (in) and left it (out), as the kernel counts them."""
        paths = [f"/sys/class/net/{port}/statistics/{kind}_packets"
                 for kind in ("rx", "tx") for port in (self.outside, self.inside)]
        # Another network namespace's /sys shows in a mount namespace of its own.
        numbers = list(map(int, run(*self.gateway_prefix(), "cat", *paths).stdout.split()))
        return {"in": sum(numbers[:2]), "out": sum(numbers[2:])}

    def gateway_prefix(self) -> list:
        """How to start the appliance where its ports are."""
        return [] if self.real else ["ip", "netns", "exec", self.gateway]

    def remove(self) -> None:
        """Stop what still runs and take everything down."""
        for host in (self.client, self.server):
            host.stop_children()
            if self.real:
                run("ip", "-n", host.namespace, "link", "set", host.interface, "netns", "1",
                    check=False)
        for namespace in (self.client.namespace, self.gateway, self.server.namespace):
            run("ip", "netns", "del", namespace, check=False)


def missing() -> str:
    """Why no testbed can be made here, or an empty string."""
    if os.geteuid() != 0:
        return "network namespaces need root"
    absent = [tool for tool in ("ip", "ethtool") if shutil.which(tool) is None]
    return f"{', '.join(absent)} not found: run tools/setup" if absent else ""
