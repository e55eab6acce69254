# SPDX-License-Identifier: MIT
"""Two l2tpsec devices that face each other over a veth pair.

	ns a  10.9.0.1 ---- 10.9.0.2  ns b      fd09::1, fd09::2
	l2s0 172.16.0.1     l2s0 172.16.0.2     fd16::1, fd16::2
"""
import json
import os
import socket
import subprocess
import time

from l2tpsec import C, Owner, inside

SUITES = {
    "aes128-gcm": (C["CIPHER_AES_GCM_16"], C["AUTH_NONE"], 20, 0),
    "aes256-gcm": (C["CIPHER_AES_GCM_16"], C["AUTH_NONE"], 36, 0),
    "aes256-sha1": (C["CIPHER_AES_CBC"], C["AUTH_HMAC_SHA1"], 32, 20),
    "aes128-sha256": (C["CIPHER_AES_CBC"], C["AUTH_HMAC_SHA2_256"], 16, 32),
    "aes192-sha384": (C["CIPHER_AES_CBC"], C["AUTH_HMAC_SHA2_384"], 24, 48),
    "aes256-sha512": (C["CIPHER_AES_CBC"], C["AUTH_HMAC_SHA2_512"], 32, 64),
}
WEAK_SUITES = {                                         # and the one of old Android
    "3des-md5": (C["CIPHER_3DES_CBC"], C["AUTH_HMAC_MD5"], 24, 16),
    "3des-sha1": (C["CIPHER_3DES_CBC"], C["AUTH_HMAC_SHA1"], 24, 20),
    "3des-sha256": (C["CIPHER_3DES_CBC"], C["AUTH_HMAC_SHA2_256"], 24, 32),
    "aes128-md5": (C["CIPHER_AES_CBC"], C["AUTH_HMAC_MD5"], 16, 16),
    "3des-sha256-96": (C["CIPHER_3DES_CBC"], C["AUTH_HMAC_SHA2_256"], 24, 32),
    "aes128-sha256-96": (C["CIPHER_AES_CBC"], C["AUTH_HMAC_SHA2_256"], 16, 32),
    "aes192-sha256-96": (C["CIPHER_AES_CBC"], C["AUTH_HMAC_SHA2_256"], 24, 32),
    "aes256-sha256-96": (C["CIPHER_AES_CBC"], C["AUTH_HMAC_SHA2_256"], 32, 32),
}
ALL_SUITES = SUITES | WEAK_SUITES
SLOW = int(os.environ.get("SLOW", "1"))               # a debug kernel is so many times as slow
OUTER = {"a": "10.9.0.1", "b": "10.9.0.2"}
OUTER6 = {"a": "fd09::1", "b": "fd09::2"}
INNER = {"a": "172.16.0.1", "b": "172.16.0.2"}
INNER6 = {"a": "fd16::1", "b": "fd16::2"}
PEER = {"a": "b", "b": "a"}
LINEAGE, TUNNEL, SESSION = 7, {"a": 11, "b": 21}, {"a": 12, "b": 22}
SPI = {"a": 0x1000, "b": 0x2000}


def sh(command, netns=None, check=True):
    if netns:
        command = f"ip netns exec {netns} {command}"
    done = subprocess.run(command, shell=True, capture_output=True, text=True)
    if check and done.returncode:
        raise AssertionError(f"{command}: {done.stdout}{done.stderr}")
    return done.stdout + done.stderr


def udp_socket(netns, port=4500):
    """The kernel closes a socket that a device let go of a moment later: wait for the port."""
    with inside(netns):
        s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        for _ in range(100):
            try:
                s.bind(("", port))
                return s
            except OSError:
                time.sleep(0.1)
        raise AssertionError(f"port {port} stays in use")


def iperf(*options):
    server = subprocess.Popen(["ip", "netns", "exec", "b", "iperf3", "-s", "-1"],
                              stdout=subprocess.DEVNULL)
    while not sh("ss -Hltn sport = :5201", "b"):
        time.sleep(0.1)
    out = sh("iperf3 -J -t %d -w 2M -c %s %s" % (3 * SLOW, INNER["b"], " ".join(options)), "a")
    server.wait(60 * SLOW)
    return json.loads(out)["end"]


def keys(suite, generation=0):
    """Keys of both directions, from nothing but the names: both ends agree."""
    _, _, cipher_len, auth_len = ALL_SUITES[suite]
    return {end: (bytes((i * 7 + ord(end) + generation) & 255 for i in range(cipher_len)),
                  bytes((i * 5 + ord(end) + generation) & 255 for i in range(auth_len)))
            for end in "ab"}


def sa(end, suite, generation=0, **more):
    """What this end is told of an SA pair; the keys of what @a sends are named a."""
    cipher, auth, _, _ = ALL_SUITES[suite]
    key, peer = keys(suite, generation), PEER[end]
    values = {"spi_in": SPI[end] + generation, "spi_out": SPI[peer] + generation,
              "lineage": LINEAGE, "cipher": cipher, "auth": auth,
              "cipher_key_in": key[peer][0], "cipher_key_out": key[end][0],
              "local_addr": socket.inet_aton(OUTER[end]), "local_port": 4500,
              "remote_addr": socket.inet_aton(OUTER[peer]), "remote_port": 4500}
    if key[end][1]:
        values |= {"auth_key_in": key[peer][1], "auth_key_out": key[end][1]}
    if suite.endswith("-96"):
        values["icv_len"] = 12
    return values | more


def raw(end, suite, generation=0, outer=OUTER, **more):
    """The same without UDP, and so without ports."""
    family = socket.AF_INET6 if ":" in outer[end] else socket.AF_INET
    values = sa(end, suite, generation, encap=C["ENCAP_RAW"],
                local_addr=socket.inet_pton(family, outer[end]),
                remote_addr=socket.inet_pton(family, outer[PEER[end]]))
    del values["local_port"], values["remote_port"]
    return values | more


def tunnel(end):
    return {"lineage": LINEAGE, "id": TUNNEL[end], "peer_id": TUNNEL[PEER[end]], "peer_port": 1701}


def session_name(end):
    return {"lineage": LINEAGE, "tunnel_id": TUNNEL[end], "id": SESSION[end]}


def params(end, **more):
    peer = PEER[end]
    return session_name(end) | {
        "mtu": 1400, "addr4": socket.inet_aton(INNER[peer]),
        "addr6": socket.inet_pton(socket.AF_INET6, INNER6[peer]), "addr6_len": 128} | more


class Pair:
    """The namespaces and devices; connect() fills them with objects."""

    def __init__(self):
        for end in "ab":
            sh(f"ip netns add {end}")
        sh("ip -n a link add v0 mtu 1600 type veth peer name v0 mtu 1600 netns b")
        self.owner, self.socket = {}, {}
        for end in "ab":
            sh("sysctl -qw net.ipv6.conf.all.accept_dad=0 net.ipv6.conf.default.accept_dad=0", end)
            sh(f"ip -n {end} addr add {OUTER[end]}/24 dev v0")
            sh(f"ip -n {end} addr add {OUTER6[end]}/64 dev v0 nodad")
            sh(f"ip -n {end} link set lo up")
            sh(f"ip -n {end} link set v0 up")
            self.interface(end)

    def interface(self, end):
        sh(f"ip -n {end} link add l2s0 type l2tpsec")
        sh(f"ip -n {end} addr add {INNER[end]} peer {INNER[PEER[end]]} dev l2s0")
        sh(f"ip -n {end} addr add {INNER6[end]}/64 dev l2s0 nodad")
        sh(f"ip -n {end} link set l2s0 up")
        self.claim(end)

    def claim(self, end, **device):
        self.owner[end] = Owner(end)
        self.owner[end].do("DEVICE_CLAIM", **({"device": device} if device else {}))
        self.socket[end] = udp_socket(end)
        self.owner[end].do("SOCKET_ADD", socket={"fd": self.socket[end].fileno()})

    def connect(self, suite, sa_more={}, session_more={}, params_more={}, describe=sa):
        for end in "ab":
            o = self.owner[end]
            o.do("SA_NEW", sa=describe(end, suite, **sa_more))
            o.do("TUNNEL_NEW", tunnel=tunnel(end))
            o.do("SESSION_NEW", session=session_name(end) |
                 {"peer_id": SESSION[PEER[end]]} | session_more)
            o.do("SESSION_SET", session=params(end, **params_more))

    def connect6(self, suite):
        """The same in UDP over IPv6, with a socket of its own."""
        address = {end: socket.inet_pton(socket.AF_INET6, OUTER6[end]) for end in "ab"}
        for end in "ab":
            with inside(end):
                s = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
                s.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
                s.bind(("::", 4500))
            self.owner[end].do("SOCKET_ADD", socket={"fd": s.fileno()})
        self.connect(suite, describe=lambda end, suite: sa(
            end, suite, local_addr=address[end], remote_addr=address[PEER[end]]))

    def disconnect(self):
        for end in "ab":
            o = self.owner[end]
            for t in o.dump("TUNNEL_GET"):
                o.do("TUNNEL_DEL", tunnel={k: t["tunnel"][k] for k in ("lineage", "id")})
            for s in o.dump("SA_GET"):
                o.do("SA_DEL", sa={"spi_in": s["sa"]["spi_in"]})
            counts = o.do("DEVICE_GET")["device"]
            assert not (counts["sas"] or counts["tunnels"] or counts["sessions"]), counts

    def sa(self, end, generation=0):
        return self.owner[end].do("SA_GET", sa={"spi_in": SPI[end] + generation})["sa"]

    def session(self, end):
        return self.owner[end].do("SESSION_GET", session=session_name(end))["session"]

    def ping(self, end="a", size=56, count=3, target=None, more="", check=True):
        target = target or INNER[PEER[end]]
        return sh(f"ping -q -i 0.05 -W {2 * SLOW} -c {count} -s {size} {more} {target}", end, check)


class Sniffer:
    """Packets of one protocol as they pass a namespace's veth, and a way to send them again."""

    def __init__(self, netns, protocol=17, ethertype=0x0800):
        with inside(netns):
            self.s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ethertype))
            self.s.bind(("v0", ethertype))
        self.s.settimeout(20)
        self.protocol, self.offset = protocol, 20 if ethertype == 0x86dd else 23

    def next(self, incoming=True):
        while True:
            frame, address = self.s.recvfrom(65536)
            if (address[2] == socket.PACKET_OUTGOING) != incoming and frame[self.offset] == self.protocol:
                return frame

    def send(self, frame):
        self.s.send(frame)


class Test:
    """Runs functions, prints one line for each, counts."""

    def __init__(self, clean_up):
        self.failed = self.passed = 0
        self.clean_up = clean_up

    def run(self, name, function, *arguments):
        start = time.monotonic()
        try:
            function(*arguments)
        except Exception as reason:  # pylint: disable=broad-except
            self.failed += 1
            print(f"not ok {name}: {type(reason).__name__} {reason}", flush=True)
            if os.environ.get("TRACEBACK"):
                raise
            self.clean_up()
        else:
            self.passed += 1
            print(f"ok {name} ({time.monotonic() - start:.1f} s)", flush=True)

    def end(self):
        print(f"{self.passed} passed, {self.failed} failed")
        raise SystemExit(1 if self.failed else 0)


def same(found, expected):
    assert found == expected, f"{found!r}, expected {expected!r}"
