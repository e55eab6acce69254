# SPDX-License-Identifier: MIT
# A carrier's NAT: any number of customers with one private address, 192.168.1.2,
# behind one outer address.  Each customer's line is a routing table and an
# (original) conntrack zone of its own; conntrack gives each flow an outer port.
#
#	c1 192.168.1.2 --- lan1 \
#	c2 192.168.1.2 --- lan2  +- nat 203.0.113.2 --- wan
#	...                     /

# cgn_map N: of the lines to their numbers
cgn_map() { seq "$1" | sed 's/.*/"line&" : &,/'; }

# cgn_new N: the namespaces c1 to cN; topology_new has made nat.
cgn_new() {
	local i

	sysctl -qw net.ipv4.neigh.default.gc_thresh3=8192
	for ((i = 1; i <= $1; i++)); do
		echo "netns add c$i"
	done | ip -batch - || return 1
	for ((i = 1; i <= $1; i++)); do
		cat <<-LINE
			link add line$i type veth peer name eth0 netns c$i
			address add 192.168.1.1/32 dev line$i
			link set line$i up
			route add 192.168.1.2/32 dev line$i table $((1000 + i))
			rule add fwmark $i lookup $((1000 + i))
		LINE
	done | ip -n nat -batch - || return 1
	ip netns exec nat nft -f - <<-END || return 1
		table ip cgn {
		    chain zone {
		        type filter hook prerouting priority raw
		        ct original zone set iifname map { $(cgn_map "$1") }
		    }
		    chain line {
		        type filter hook prerouting priority mangle
		        iifname "line*" ct mark set iifname map { $(cgn_map "$1") }
		        iifname eth0 meta mark set ct mark
		    }
		}
	END
	for ((i = 1; i <= $1; i++)); do
		topology_host "c$i" eth0 192.168.1.2/24 default 192.168.1.1 || return 1
	done
}
