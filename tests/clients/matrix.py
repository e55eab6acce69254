# SPDX-License-Identifier: MIT
"""usage: matrix.py MODE SOCKET LOG PSK USER PASSWORD [CLIENT...]

Plays clients of profiles.py against the running gateway, one after the other, and prints
"ok CLIENT: STAGE ..." or "not ok ...".  What was negotiated goes to $RESULTS/clients.jsonl.
MODE: "refused": those that need an option, which is off now; "served": all of them.
"""
import ctypes
import json
import os
import pathlib
import re
import sys
import time
import traceback

from client import Client, Stuck
from gateway import Gateway
from isakmp import Refused
from profiles import PROFILES

REPO, RESULTS = pathlib.Path(os.environ["REPO"]), pathlib.Path(os.environ["RESULTS"])
SERVER = "203.0.113.1"
PLACES = {"nat": [("cli1", "192.168.1.2"), ("cli2", "192.168.2.2")], "wan": [("cli3", "203.0.113.3")],
          "router": [("cli3", "203.0.113.4")]}
CLONE_NEWNET = 0x40000000


def enter(namespace):
    libc = ctypes.CDLL(None, use_errno=True)
    with open(f"/run/netns/{namespace}") as f:
        if libc.setns(f.fileno(), CLONE_NEWNET):
            raise OSError(ctypes.get_errno(), namespace)


class Run:
    """One client's life, stage by stage; what a stage returns is said in its line."""

    def __init__(self, profile, gateway, who):
        self.p, self.gateway, self.who, self.failed = profile, gateway, who, False
        self.row = {"name": profile["name"], "title": profile["title"], "needs": profile["needs"], "quirks": {}}

    def stage(self, name, function):
        if self.failed:
            return
        start = time.monotonic()
        try:
            said = function()
        except (AssertionError, Stuck, Refused, OSError, KeyError, ValueError) as e:
            self.failed = True
            reason = f"{type(e).__name__}: {e}".splitlines()[0]
            print(f"not ok {self.p['name']}: {name}: {reason}", flush=True)
            traceback.print_exc(file=open(RESULTS / f"log/{self.p['name']}.trace", "w"))
            return
        print(f"ok {self.p['name']}: {name}{' ' if said else ''}{said or ''} ({time.monotonic() - start:.1f} s)", flush=True)

    def line(self, text):
        print(f"ok {self.p['name']}: {text}", flush=True)

    def play(self, place, psk, user, password, refused):
        namespace, own = place
        enter(namespace)
        self.gateway.mark()
        self.client = Client(self.p, own, SERVER, psk, user, password)
        self.user = user
        try:
            if refused:
                self.stage(f"refused without {self.p['option']}:", self.refused)
            else:
                for name in ("phase1", "phase2", "l2tp", "ppp", "quirks", "data", "disconnect"):
                    self.stage(name.replace("phase", "phase "), getattr(self, name))
                with (RESULTS / "clients.jsonl").open("a") as f:
                    f.write(json.dumps(self.row | {"failed": self.failed}) + "\n")
                if self.failed:
                    self.gateway.clear()
        finally:
            self.client.close()

    def sizes(self, *names):
        """The client's own messages are as long as those of the real one."""
        for name in names:
            want = self.p["expect"].get("sizes", {}).get(name)
            got = self.client.sizes.get(name)
            assert want in (None, got), f"{name} has {got} bytes, the real client's {want}"

    def vector(self):
        name = self.p["expect"].get("vector")
        if name:
            text = (REPO / "tests/vectors/ike" / name).read_text()
            real = bytes.fromhex("".join(line for line in text.splitlines() if not line.startswith("#")))
            assert self.client.ike.message1()[8:] == real[8:], "message 1 is not the published one"

    def phase1(self):
        self.vector()
        suite = self.client.phase1()
        self.sizes("message 1", "message 3", "message 5")
        assert suite == self.p["expect"]["phase1"], f"{suite}, expected {self.p['expect']['phase1']}"
        assert self.client.ike.client_behind_nat == (self.p["place"] == "nat"), "NAT detection"
        self.row["phase1"] = suite
        return suite

    def phase2(self):
        suite = self.client.phase2()
        self.sizes("quick 1", "quick 3")
        assert suite == self.p["expect"]["phase2"], f"{suite}, expected {self.p['expect']['phase2']}"
        pfs = self.p["ike"].get("pfs")
        self.row |= {"phase2": suite + (f", PFS {pfs}" if pfs else ""),
                     "esp": "in UDP" if self.client.ike.float else "IP protocol 50"}
        return f"{self.row['phase2']}, ESP {self.row['esp']}"

    def l2tp(self):
        self.client.tunnel()
        self.row["l2tp"] = f"{self.p['l2tp']['port'] or 'any port'}, \"{self.p['l2tp']['host']}\""
        if self.p["l2tp"].get("hellos_before"):
            self.row["quirks"]["HELLO before SCCRQ"] = "ignored"
        if self.p["expect"].get("strict"):
            assert self.client.l2tp.acks >= 2, "SCCCN and ICCN are not acknowledged at once"
            self.row["quirks"]["ZLB"] = "at once"
        return self.row["l2tp"]

    def ppp(self):
        c, expect = self.client, self.p["expect"]
        early = self.gateway.dropped("rx-no-session")
        address = c.link()
        seen = self.gateway.wait(lambda: self.gateway.subscriber(self.user), "not up in l2tpsec show")
        encap = "udp" if c.ike.float else "raw"
        want = {"phase1": self.row["phase1"], "suite": "-".join(c.ike.esp_suite), "encap": encap, "auth": "mschapv2",
                "address": address, "host_name": self.p["l2tp"]["host"]}
        if "kind" in expect:
            want["client"] = expect["kind"]
        if self.p["needs"].startswith("`legacy"):
            want["legacy"] = True
        wrong = {k: (seen.get(k), v) for k, v in want.items() if seen.get(k) != v}
        assert not wrong, f"l2tpsec show says otherwise than the client: {wrong}"
        assert 1200 < seen["mtu"] <= expect["mtu"], f"mtu {seen['mtu']}, the client takes {expect['mtu']}"
        early = self.gateway.dropped("rx-no-session") - early
        assert not early, f"{early} PPP packets came before their session was there"
        assert c.compression <= set(expect.get("compression", ("ACFC", "PFC"))), "compression toward a client without"
        self.id = seen["id"]
        self.row |= {"ppp": "MS-CHAPv2", "mtu": seen["mtu"], "client": seen.get("client", "")}
        return f"MS-CHAPv2, address {address}, mtu {seen['mtu']}"

    def quirks(self):
        c, expect = self.client, self.p["expect"]
        found = dict(c.ppp.refused)
        for name in expect["quirks"]:
            if name not in found:
                found[name] = "open"
        wrong = {k: v for k, v in found.items() if v not in expect["quirks"].get(k, ())}
        assert not wrong, f"{wrong}, expected {expect['quirks']}"
        for name, answer in found.items():
            self.line(f"{name} {answer}")
        self.row["quirks"] |= found
        if "Identification" in expect["log"]:
            assert any(expect["log"]["Identification"] in line for line in self.gateway.since()), "no Identification in the log"
            self.row["quirks"]["Identification"] = "in the log"
            self.line("Identification in the log")
        if c.compression:
            self.row["quirks"][" and ".join(sorted(c.compression))] = "used"

    def data(self):
        size = min(self.p["ppp"].get("mtu", 1500), self.row["mtu"])
        sizes = [64, 576] * 5 + [size] * 10
        if "dhcp" in self.p["ppp"]:
            self.row["quirks"]["DHCPINFORM"] = "answered" if self.client.ask_dhcp() else "not answered"
            self.line("DHCPINFORM " + self.row["quirks"]["DHCPINFORM"])
        before = self.gateway.subscriber(self.user)
        back = self.client.pings(sizes)
        counts = {"rx_packets": len(sizes), "tx_packets": len(sizes), "rx_bytes": sum(sizes), "tx_bytes": sum(sizes)}

        def counted():
            now = self.gateway.subscriber(self.user)
            return all(now[k] - before[k] == v for k, v in counts.items())

        self.gateway.wait(counted, f"counters, expected {counts} more than {before}", 10)
        return f"{back} pings back, up to {size} bytes, counted exactly"

    def disconnect(self):
        self.client.disconnect()
        self.sizes("delete ESP", "delete IKE")
        self.gateway.wait(self.gateway.empty, "left in l2tpsec show")
        log = [line for line in self.gateway.since() if line.find(f"#{self.id} ") >= 0]
        assert not any("failed at" in line for line in self.gateway.since()), "a failure in the log"
        said = self.p["expect"]["log"].get("Terminate data")
        if said:
            assert any(said in line for line in log), f"no \"{said}\" in the log"
            self.row["quirks"]["Terminate data"] = "decoded"
            self.line("Terminate data decoded into the log: " + said)
        return "nothing left"

    def refused(self):
        """One line that says what was offered and which option would help; the client is told at once."""
        try:
            self.client.phase1()
            self.client.phase2()
        except Refused as e:
            said = [line for line in self.gateway.since() if "failed at" in line]
            assert len(said) == 1 and re.search("failed at ike-phase1: " + self.p["refusal"], said[0]), said
            return str(e)
        raise AssertionError("it was not refused")


def main():
    mode, control, log, psk, user, password, *names = sys.argv[1:]
    gateway = Gateway([REPO / "build/l2tpsec", "--socket", control], pathlib.Path(log))
    failed, turn = 0, 0
    for profile in PROFILES:
        if mode == "refused" and "option" not in profile or names and profile["name"] not in names:
            continue
        places = PLACES[profile["place"]]
        turn += 1
        run = Run({"needs": ""} | profile, gateway, user)
        run.play(places[turn % len(places)], profile.get("psk", psk), user, password, mode == "refused")
        failed += run.failed
    sys.exit(failed != 0)


main()
