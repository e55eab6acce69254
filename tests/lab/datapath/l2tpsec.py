# SPDX-License-Identifier: MIT
"""The netlink contract of <linux/l2tpsec.h>, spoken without the daemon.

Names and numbers of attributes are read from the header itself, so that this
driver cannot drift from it.  One Owner is one netlink socket in one namespace.
"""
import ctypes
import os
import re
import socket
import struct

NETLINK_GENERIC = 16
SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, NETLINK_EXT_ACK, NETLINK_CAP_ACK = 270, 1, 11, 10
NLM_F_REQUEST, NLM_F_ACK, NLM_F_DUMP, NLM_F_ACK_TLVS = 1, 4, 0x300, 0x200
NLMSG_ERROR, NLMSG_DONE = 2, 3
NLA_F_NESTED = 0x8000
CLONE_NEWNET = 0x40000000


def header_constants(path):
    """Every enumerator and number of the header, without the L2TPSEC_ prefix."""
    text = re.sub(r"/\*.*?\*/", "", open(path).read(), flags=re.S)
    out = {}
    for body in re.findall(r"enum \w+ \{(.*?)\}", text, flags=re.S):
        value = 0
        for item in (i.strip() for i in body.split(",")):
            if not item:
                continue
            name, _, given = item.partition("=")
            value = int(given, 0) if given else value
            out[name.strip().replace("L2TPSEC_", "", 1)] = value
            value += 1
    return out


C = header_constants(os.path.join(os.path.dirname(__file__), "../../../uapi/linux/l2tpsec.h"))
DROP = {v: k for k, v in C.items() if k.startswith("DROP_")}
EVENT = {v: k for k, v in C.items() if k.startswith("EVENT_")}

# How the attributes of each nest are packed, by the end of their names.
U16 = ("_PORT", "TUNNEL_ID", "SESSION_ID", "PEER_ID", "PROTOCOL", "A_TUNNEL_ID")
U64 = ("_BYTES", "_PACKETS", "_DROPPED", "_IDLE", "_CLAMPED")
BINARY = ("_KEY_IN", "_KEY_OUT", "_ADDR", "ADDR4", "ADDR6", "IFID6", "FRAME_DATA")
FLAG = ("_BIT", "SEQUENCING", "ACFC", "PFC", "_OPEN", "_ESN", "_OUTBOUND", "_DETECT",
        "_MSS", "_FLUSH")
NEST = {"A_DEVICE": "A_DEVICE_", "A_SOCKET": "A_SOCKET_", "A_SA": "A_SA_", "A_TUNNEL": "A_TUNNEL_",
        "A_SESSION": "A_SESSION_", "A_FRAME": "A_FRAME_", "A_DEVICE_STATS": "A_STATS_",
        "A_SA_STATS": "A_STATS_", "A_TUNNEL_STATS": "A_STATS_", "A_SESSION_STATS": "A_STATS_"}


def kind(name):
    if name in NEST:
        return "nest"
    if name == "A_DEVICE_DROPS":
        return "drops"
    if name.endswith("ADDR6_LEN"):
        return "B"
    if name in ("A_SESSION_ID", "A_TUNNEL_ID") or name.endswith(U16):
        return "H"
    if name.endswith(BINARY):
        return "binary"
    if name.endswith(FLAG):
        return "flag"
    return "Q" if name.endswith(U64) else "I"


def attr(number, payload):
    size = 4 + len(payload)
    return struct.pack("=HH", size, number) + payload + b"\0" * (-size % 4)


def encode(prefix, values):
    out = b""
    for key, value in values.items():
        name = prefix + key.upper()
        how = kind(name)
        if isinstance(value, dict):
            out += attr(C[name] | NLA_F_NESTED, encode(NEST[name], value))
        elif how == "flag":
            out += attr(C[name], b"") if value else b""
        elif how == "binary" or isinstance(value, bytes):
            out += attr(C[name], value)
        else:
            out += attr(C[name], struct.pack("=" + how, value))
    return out


def attributes(data):
    while len(data) >= 4:
        size, number = struct.unpack_from("=HH", data)
        yield number & 0x3fff, data[4:size]
        data = data[(size + 3) & ~3:]


def decode(prefix, data):
    names = {v: k for k, v in C.items() if k.startswith(prefix) and not k.endswith("MAX") and
             not (prefix == "A_" and k.count("_") > 1)}
    out = {}
    for number, payload in attributes(data):
        name = names[number]
        how, key = kind(name), name[len(prefix):].lower()
        if how == "nest":
            out[key] = decode(NEST[name], payload)
        elif how == "drops":
            out[key] = {DROP[n][5:]: struct.unpack("=Q", p)[0] for n, p in attributes(payload) if n}
        elif how == "flag":
            out[key] = True
        elif how == "binary":
            out[key] = payload
        else:
            out[key] = struct.unpack("=" + how, payload)[0]
    return out


class Refused(Exception):
    def __init__(self, error, message):
        super().__init__(f"{os.strerror(error)}: {message}")
        self.errno, self.message = error, message


class inside:
    """Run a block in a named network namespace."""
    def __init__(self, netns):
        self.netns = netns

    def __enter__(self):
        self.back = os.open("/proc/self/ns/net", os.O_RDONLY)
        self.enter(os.open("/run/netns/" + self.netns, os.O_RDONLY))

    def __exit__(self, *_):
        self.enter(self.back)

    @staticmethod
    def enter(fd):
        libc = ctypes.CDLL(None, use_errno=True)
        if libc.setns(fd, CLONE_NEWNET):
            raise OSError(ctypes.get_errno(), "setns")
        os.close(fd)


class Owner:
    def __init__(self, netns, ifname="l2s0"):
        with inside(netns):
            self.s = self.open()
            self.ifindex = socket.if_nametoindex(ifname)
            self.family, self.group = self.resolve()
            self.frames_and_events = []
            self.events = self.open()
        self.events.setsockopt(SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, self.group)
        self.events.settimeout(20)

    @staticmethod
    def open():
        s = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, NETLINK_GENERIC)
        s.bind((0, 0))
        s.setsockopt(SOL_NETLINK, NETLINK_EXT_ACK, 1)
        s.setsockopt(SOL_NETLINK, NETLINK_CAP_ACK, 1)
        s.settimeout(20)
        return s

    def close(self):
        self.s.close()
        self.events.close()

    def transact(self, family, cmd, payload, flags):
        body = struct.pack("=BBH", cmd, 1, 0) + payload
        self.s.send(struct.pack("=IHHII", 16 + len(body), family, NLM_F_REQUEST | flags, 1, 0) + body)
        answers = []
        while True:
            data = self.s.recv(1 << 20)
            while data:
                size, kind_, nlflags, seq, _ = struct.unpack_from("=IHHII", data)
                message, data = data[16:size], data[(size + 3) & ~3:]
                if kind_ == NLMSG_DONE:
                    return answers
                if kind_ == NLMSG_ERROR:
                    self.check(message, nlflags)
                    return answers
                if not seq:
                    self.frames_and_events.append(message)
                else:
                    answers.append(message)

    @staticmethod
    def check(message, nlflags):
        error = -struct.unpack_from("=i", message)[0]
        if not error:
            return
        text = ""
        if nlflags & NLM_F_ACK_TLVS:
            for number, payload in attributes(message[20:]):
                if number == 1:
                    text = payload.rstrip(b"\0").decode()
        raise Refused(error, text)

    def resolve(self):
        for message in self.transact(16, 3, attr(2, b"l2tpsec\0"), NLM_F_ACK):
            found = dict(attributes(message[4:]))
            group = dict(attributes(next(attributes(found[7]))[1]))
            return struct.unpack("=H", found[1])[0], struct.unpack("=I", group[2])[0]

    def do(self, cmd, ifindex=None, **nests):
        nests = {"ifindex": self.ifindex if ifindex is None else ifindex, **nests}
        answers = self.transact(self.family, C["CMD_" + cmd], encode("A_", nests), NLM_F_ACK)
        return decode("A_", answers[0][4:]) if answers else None

    def dump(self, cmd, **nests):
        return [decode("A_", a[4:]) for a in
                self.transact(self.family, C["CMD_" + cmd], encode("A_", nests), NLM_F_DUMP)]

    def frame(self, timeout=20):
        """The next frame that came up."""
        if self.frames_and_events:
            return decode("A_", self.frames_and_events.pop(0)[4:])["frame"]
        self.s.settimeout(timeout)
        data = self.s.recv(1 << 16)
        return decode("A_", data[20:])["frame"]

    def event(self, timeout=20):
        self.events.settimeout(timeout)
        data = self.events.recv(1 << 16)
        found = decode("A_", data[20:])
        return EVENT[found["event"]][6:], found

    def drops(self):
        return self.do("DEVICE_GET")["device"].get("drops", {})
