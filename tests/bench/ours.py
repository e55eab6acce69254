# SPDX-License-Identifier: MIT
"""l2tpsec with so many clients, set up over netlink."""
import socket

from frames import AUTH_KEY, KEY, SERVER, address, client, inner, spi_in, spi_out, tunnel_id
from l2tpsec import C, Owner
from nic import inside, ip_batch


class Ours:
    def __init__(self, netns, suite, sessions):
        ip_batch(netns, ["link add l2s0 type l2tpsec", "addr add 172.31.0.1/32 dev l2s0",
                         "link set l2s0 up", "route add 172.16.0.0/16 dev l2s0"])
        self.owner = Owner(netns)
        self.owner.do("DEVICE_CLAIM")
        with inside(netns):
            self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            self.socket.bind(("", 4500))
        self.owner.do("SOCKET_ADD", socket={"fd": self.socket.fileno()})
        for i in range(sessions):
            self.connect(suite, i)

    def connect(self, suite, i):
        cipher = {"cipher": C["CIPHER_AES_GCM_16"]} if suite == "gcm" else {
            "cipher": C["CIPHER_AES_CBC"], "auth": C["AUTH_HMAC_SHA1"],
            "auth_key_in": AUTH_KEY, "auth_key_out": AUTH_KEY}
        name = {"lineage": i + 1, "tunnel_id": tunnel_id(i), "id": 1}
        self.owner.do("SA_NEW", sa={
            "spi_in": spi_in(i), "spi_out": spi_out(i), "lineage": i + 1,
            "cipher_key_in": KEY[suite], "cipher_key_out": KEY[suite],
            "local_addr": address(SERVER), "local_port": 4500,
            "remote_addr": address(client(i)), "remote_port": 4500, **cipher})
        self.owner.do("TUNNEL_NEW", tunnel={"lineage": i + 1, "id": tunnel_id(i),
                                            "peer_id": tunnel_id(i), "peer_port": 1701})
        self.owner.do("SESSION_NEW", session=name | {"peer_id": 1})
        self.owner.do("SESSION_SET", session=name | {"mtu": 1400, "addr4": address(inner(i))})
