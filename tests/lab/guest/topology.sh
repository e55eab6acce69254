# SPDX-License-Identifier: MIT
# Network namespaces and the wires between them.
#
#	cli1 192.168.1.2 ----- 192.168.1.1 +-----+
#	                                   | nat | 203.0.113.2 --+
#	cli2 192.168.2.2 ----- 192.168.2.1 +-----+               |
#	                                                      [ wan ] --- 203.0.113.1 srv
#	cli3 203.0.113.3 ----------------------------------------+
#
# nat masquerades both clients behind its one address; wan is a bridge in a
# namespace of its own, the place to capture or to lose packets.
SERVER=203.0.113.1

topology_new() {
	local ns

	for ns in wan srv nat cli1 cli2 cli3; do
		echo "netns add $ns"
	done | ip -batch - || return 1
	ip -batch - <<-END &&
		link add eth0 netns srv type veth peer name srv netns wan
		link add eth0 netns nat type veth peer name nat netns wan
		link add eth0 netns cli3 type veth peer name cli3 netns wan
		link add eth0 netns cli1 type veth peer name lan1 netns nat
		link add eth0 netns cli2 type veth peer name lan2 netns nat
	END
	ip -n wan -batch - <<-END &&
		link add name br0 type bridge forward_delay 0
		link set br0 up
		link set srv master br0 up
		link set nat master br0 up
		link set cli3 master br0 up
	END
	topology_host srv eth0 203.0.113.1/24 &&
	topology_host nat eth0 203.0.113.2/24 lan1 192.168.1.1/24 lan2 192.168.2.1/24 &&
	topology_host cli1 eth0 192.168.1.2/24 default 192.168.1.1 &&
	topology_host cli2 eth0 192.168.2.2/24 default 192.168.2.1 &&
	topology_host cli3 eth0 203.0.113.3/24 default "$SERVER" || return 1
	ip netns exec nat sysctl -qw net.ipv4.ip_forward=1
	ip netns exec nat nft -f - <<-END
		table ip nat {
		    chain postrouting {
		        type nat hook postrouting priority srcnat
		        oifname eth0 masquerade
		    }
		}
	END
	ip netns exec cli1 ping -q -c 1 -W 5 "$SERVER" >/dev/null &&
	ip netns exec cli2 ping -q -c 1 -W 5 "$SERVER" >/dev/null
}

# topology_host NS [IFACE ADDRESS]... [default GATEWAY]
topology_host() {
	local ns=$1

	shift
	{
		echo "link set lo up"
		while [ $# -gt 1 ]; do
			if [ "$1" = default ]; then
				echo "route add default via $2"
			else
				printf 'address add %s dev %s\nlink set %s up\n' "$2" "$1" "$1"
			fi
			shift 2
		done
	} | ip -n "$ns" -batch -
}
