# SPDX-License-Identifier: MIT
# What an administrator may do at the worst moment: under traffic.

# flood NAME: without end, until the processes are told to stop.
flood() {
	peer_exec "$1" ping -q -f -s 1000 "$INNER" >/dev/null 2>&1 &
	FLOODS=($!)
	peer_exec "$1" iperf3 -c "$INNER" -p "$(traffic_port "$1")" -t 60 --bidir >/dev/null 2>&1 &
	FLOODS+=($!)
}

# flooded USER: the session carries traffic now.
flooded() {
	local before

	before=$(counts "$1")
	sleep 0.5
	[ "$(difference "$before" "$(counts "$1")" | awk '{ print ($1 > 50 && $3 > 50) }')" = 1 ]
}

flood_start() {
	flood "$1"
	waitfor 15 flooded "$2" || fail "no traffic to remove the module from"
}

# flood_stop: nothing of it is left.
flood_stop() {
	pkill -f "^(ping|iperf3) .*$INNER"
	wait "${FLOODS[@]}" 2>/dev/null
	true
}

module_is_gone() { ! grep -q '^l2tpsec ' /proc/modules; }

module_unload() {
	waitfor 10 rmmod l2tpsec || fail "rmmod: $(rmmod l2tpsec 2>&1)" || return 1
	module_is_gone || fail "the module stays"
}

# removal_rmmod NAME USER: while daemon, device and sessions are all there.
removal_rmmod() {
	flood_start "$1" "$2" || return 1
	module_unload || return 1
	sleep 1	# the client goes on sending into the void
	flood_stop
	waitfor 15 gone gateway_is_alive || gateway_stop || return 1
	complaints_none
}

# removal_crash NAME USER: the daemon dies, its device is deleted, the module goes.
removal_crash() {
	flood_start "$1" "$2" || return 1
	gateway_stop KILL || return 1
	ip -n srv link delete l2s0 2>/dev/null
	module_unload || return 1
	flood_stop
	complaints_none
}

# orphans: TCP connections that no process owns any more; each holds its namespace until its retries are over.
orphans() { ip netns exec srv ss -Htan state fin-wait-1 state last-ack state closing | grep .; }

# removal_namespace NAME USER: everything in srv dies at once, the client does not know.
removal_namespace() {
	flood_start "$1" "$2" || return 1
	ip netns exec srv sysctl -qw net.ipv4.tcp_orphan_retries=1
	{
		ip netns pids srv | xargs -r kill -9
		wait "${TRAFFIC_SERVERS[@]}" "$GATEWAY_PID"
	} 2>/dev/null
	waitfor 60 gone orphans || fail "TCP keeps the namespace, not we: $(orphans)" || return 1
	ip netns delete srv
	# the device keeps the module busy until the namespace is really gone
	waitfor 60 gone ip -n wan link show dev srv || fail "the namespace stays" || return 1
	flood_stop
	module_unload || return 1
	complaints_none
}
