#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""usage: tests/lab/run [--watched debug] tests/lab/datapath/fuzz_netlink.py [SECONDS [SEED]]

Good requests of every command with mutated attributes: types, lengths, nesting,
values, some left out or twice; from the owner and from others.  Each is answered,
with an error or without; what came into being can be removed; traffic flows on.
"""
import copy
import os
import random
import socket
import struct
import subprocess
import sys
import time

from l2tpsec import (C, NLA_F_NESTED, NLM_F_ACK, NLM_F_DUMP, NLM_F_REQUEST, NLMSG_DONE, NLMSG_ERROR, Owner,
                     attr, encode)
from pair import (LINEAGE, SESSION, SPI, SUITES, TUNNEL, Pair, Test, params, raw, sa, same, session_name,
                  tunnel, udp_socket)

SECONDS = float(sys.argv[1]) if len(sys.argv) > 1 else 40
SEED = int(sys.argv[2]) if len(sys.argv) > 2 else int.from_bytes(os.urandom(4), "big")
ROUND = 60
GENL_ID_CTRL, CTRL_CMD_GETPOLICY, CTRL_ATTR_FAMILY_ID = 16, 10, 1
R = random.Random(SEED)


def parsed(data):
    """A list of [type, value]; the value of a nest is such a list."""
    out = []
    while data:
        size, number = struct.unpack_from("=HH", data)
        value = data[4:size]
        out.append([number, parsed(value) if number & NLA_F_NESTED else value])
        data = data[(size + 3) & ~3:]
    return out


def packed(attributes):
    out = b""
    for number, value in attributes:
        value = value if isinstance(value, bytes) else packed(value)
        size = 4 + len(value)
        if R.random() < lies:
            size = R.choice((0, 1, 3, 4, size - 1, size + 1, size + 4, 65535))
        out += struct.pack("=HH", max(size, 0) & 65535, number) + value + bytes(-len(value) % 4)
    return out


def good_requests():
    """Every command as a good owner sends it, with variants."""
    name = session_name("a")
    named = {"lineage": LINEAGE, "id": TUNNEL["a"]}
    requests = [("DEVICE_GET", {}), ("DEVICE_CLAIM", {"device": {"orphan_timeout": 5}}),
                ("SOCKET_ADD", {"socket": {"fd": other_socket.fileno()}}),
                ("TUNNEL_NEW", {"tunnel": tunnel("a")}), ("TUNNEL_NEW", {"tunnel": tunnel("a") | {"id": 5}}),
                ("TUNNEL_GET", {"tunnel": named}), ("TUNNEL_DEL", {"tunnel": named}),
                ("SESSION_NEW", {"session": name | {"peer_id": SESSION["b"], "length_bit": True}}),
                ("SESSION_NEW", {"session": name | {"id": 9, "peer_id": 9, "sequencing": True}}),
                ("SESSION_SET", {"session": params("a", tx_acfc=True, tx_pfc=True, clamp_mss=True)}),
                ("SESSION_SET", {"session": params("a", ifid6=b"12345678", mtu=68)}),
                ("SESSION_GET", {"session": name}), ("SESSION_DEL", {"session": name}),
                ("FRAME", {"frame": {"kind": C["FRAME_L2TP"], "lineage": LINEAGE, "peer_port": 1701,
                                     "data": struct.pack("!HHHHHH", 0xc802, 12, TUNNEL["b"], 0, 0, 1)}}),
                ("FRAME", {"frame": {"kind": C["FRAME_PPP"], "lineage": LINEAGE, "tunnel_id": TUNNEL["a"],
                                     "session_id": SESSION["a"], "protocol": 0xc021, "data": bytes(40)}})]
    for command in ("SA_GET", "SA_ACTIVATE", "SA_DEL"):
        requests.append((command, {"sa": {"spi_in": SPI["a"]}}))
    for generation, suite in enumerate((*SUITES, "aes128-sha256-96", "3des-sha1")):
        requests.append(("SA_NEW", {"sa": sa("a", suite, generation, esn=generation % 2, keepalive=generation % 3)}))
    requests.append(("SA_NEW", {"sa": raw("a", "aes256-gcm", 50, soft_packets=1, hard_bytes=1000)}))
    requests.append(("SA_NEW", {"sa": sa("a", "aes128-sha256", 51, icv_detect=True, replay_window=4096)}))
    return [(C["CMD_" + command], parsed(encode("A_", {"ifindex": o.ifindex, **nests})))
            for command, nests in requests]


def value(old):
    """Another value, of the same length rather than not."""
    size = len(old) if R.random() < 0.7 else R.choice((0, 1, 2, 4, 8, 16, 17, R.randint(0, 100), R.randint(0, 20000)))
    how = R.randint(0, 4)
    if how == 0:
        return R.randbytes(size)
    if how == 1:
        return R.choice((0, 1, 0x7f, 0x80, 0xff)).to_bytes(1, "big") * size
    if how == 2 and old:
        return R.choice(values)                          # another attribute's
    number = int.from_bytes(old, "little") + R.choice((-1, 1, 0x100, R.randint(0, 99)))
    return (number % (1 << 8 * max(size, 1))).to_bytes(max(size, 1), "little")


def nests(attributes):
    """The list itself and every list in it."""
    return [attributes] + [deeper for _, inner in attributes if isinstance(inner, list) for deeper in nests(inner)]


def mutate(attributes):
    where = R.choice(nests(attributes))
    if not where:
        where.append([R.randint(0, 40), R.randbytes(4)])
        return
    at, how = R.randrange(len(where)), R.randint(0, 9)
    if how == 0:
        del where[at]
    elif how == 1:
        where.insert(at, copy.deepcopy(R.choice(where)))
    elif how == 2:
        where[at][0] = R.choice((0, R.randint(0, 40), where[at][0] ^ NLA_F_NESTED, where[at][0] ^ 0x4000,
                                 R.randint(0, 65535)))
    elif how == 3:
        where.append(copy.deepcopy(R.choice(R.choice(nests(R.choice(requests)[1])) or [[1, b""]])))
    elif how == 4:
        where[at][1] = [[R.randint(0, 30), where[at][1]]]
    elif isinstance(where[at][1], bytes):
        where[at][1] = value(where[at][1])


def ask(owner, command, payload, flags):
    """Return: the error, 0 for none.  Every request is answered."""
    body = struct.pack("=BBH", command, 1, 0) + payload
    owner.s.send(struct.pack("=IHHII", 16 + len(body), owner.family, NLM_F_REQUEST | flags, ask.sequence, 0) + body)
    while True:
        data = owner.s.recv(1 << 20)
        while data:
            size, kind, _, sequence, _ = struct.unpack_from("=IHHII", data)
            if sequence == ask.sequence and kind in (NLMSG_ERROR, NLMSG_DONE):
                ask.sequence += 1
                return -struct.unpack_from("=i", data, 16)[0]
            data = data[(size + 3) & ~3:]


ask.sequence = 100


def request():
    global lies
    command, attributes = R.choice(requests)
    attributes = copy.deepcopy(attributes)
    if R.random() < 0.7:                                 # the others keep something there to be got and deleted
        for _ in range(R.choice((1, 1, 1, 2, 3, 6))):
            mutate(attributes)
    lies = R.choice((0, 0, 0, 0.1))
    payload = packed(attributes)
    lies = 0
    if R.random() < 0.03:
        payload = payload[:R.randint(0, len(payload))]
    if R.random() < 0.02:
        command = R.randint(0, 255)
    flags = NLM_F_ACK if R.random() < 0.9 else NLM_F_DUMP
    return ask(o if R.random() < 0.9 else stranger, command, payload, flags)


def policy():
    """What is allowed can be read by anybody, as "genl ctrl policy" does."""
    asked = struct.pack("=BBH", CTRL_CMD_GETPOLICY, 1, 0) + attr(CTRL_ATTR_FAMILY_ID, struct.pack("=H", o.family))
    o.s.send(struct.pack("=IHHII", 16 + len(asked), GENL_ID_CTRL, NLM_F_REQUEST | NLM_F_DUMP, 1, 0) + asked)
    parts = 0
    while True:
        data = o.s.recv(1 << 20)
        while data:
            size, kind = struct.unpack_from("=IH", data)
            if kind == NLMSG_DONE:
                assert parts > len(requests), parts
                return
            same(kind, GENL_ID_CTRL)
            parts, data = parts + 1, data[(size + 3) & ~3:]


def fuzz():
    start, n = time.monotonic(), 0
    while time.monotonic() - start < SECONDS:
        try:
            for _ in range(ROUND):
                error = request()
                answers[error] = answers.get(error, 0) + 1
                n += 1
            p.disconnect()                               # whatever there is can be deleted
        except (AssertionError, OSError) as reason:
            raise AssertionError(f"seed {SEED}, request {n}: {reason}") from reason
        p.connect(R.choice(list(SUITES)))
        p.ping(count=1)
        p.disconnect()
    print(f"# seed {SEED}: {n} requests in {time.monotonic() - start:.0f} s; answers "
          + str({os.strerror(e) if e else "done": answers[e] for e in sorted(answers, key=answers.get, reverse=True)}))
    assert answers[0] > n / 20, "hardly anything was taken"
    assert n - answers[0] > n / 20, "hardly anything was refused"


subprocess.run(["modprobe", "l2tpsec"], check=True)
p = Pair()
o, stranger = p.owner["a"], Owner("a")
other_socket = udp_socket("a", 4501)
requests, lies, answers = good_requests(), 0, {}
values = [v for _, attributes in requests for nest in nests(attributes) for _, v in nest if isinstance(v, bytes)]
for owner in (o, stranger):
    owner.s.setsockopt(socket.SOL_SOCKET, 33, 8 << 20)   # SO_RCVBUFFORCE
print(f"# seed {SEED}", flush=True)
t = Test(p.disconnect)
t.run("the policy can be read", policy)
t.run("requests with mutated attributes are answered, and nothing is left of them", fuzz)
t.end()
