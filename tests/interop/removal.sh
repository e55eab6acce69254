# SPDX-License-Identifier: MIT
# What an administrator may do at the worst moment: under traffic.

# flood_pings, flood_all NAME: without end, until the processes are told to stop.
flood_pings() {
	peer_exec "$1" ping -q -f -s 1000 "$INNER" >/dev/null 2>&1 &
	FLOODS+=($!)
}

flood_all() {
	flood_pings "$1"
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
	FLOODS=()
	"flood_${3:-all}" "$1"
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

# removal_namespace NAME USER: everything in srv dies at once, the client does not know.
# Without TCP: the orphaned connections of a killed server retry, and keep any namespace meanwhile.
removal_namespace() {
	flood_start "$1" "$2" pings || return 1
	{
		ip netns pids srv | xargs -r kill -9
		wait "${TRAFFIC_SERVERS[@]}" "$GATEWAY_PID"
	} 2>/dev/null
	ip netns delete srv
	# the device keeps the module busy until the namespace is really gone
	waitfor 60 gone ip -n wan link show dev srv || fail "the namespace stays" || return 1
	flood_stop
	module_unload || return 1
	complaints_none
}
