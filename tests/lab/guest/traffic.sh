# SPDX-License-Identifier: MIT
# Traffic through a session.
INNER=10.99.0.1			# the server's inner address
TRAFFIC_SECONDS=${TRAFFIC_SECONDS:-2}

# traffic_ping NAME COUNT PAYLOAD: every one must come back, unfragmented.
traffic_ping() {
	local out=$LOG/$1-ping.log

	peer_exec "$1" ping -n -M do -c "$2" -s "$3" -i 0.05 -W 5 "$INNER" >"$out" 2>&1 ||
		fail "$1: ping -s $3: $(grep -E 'transmitted|rror|too' "$out" | tail -1)" || return 1
	grep -q "$2 packets transmitted, $2 received" "$out" || fail "$1: $(grep transmitted "$out")"
}

# traffic_server NS: iperf3 on the inner address; several ports for several clients.
traffic_server() {
	local port

	for port in 5201 5202 5203; do
		ip netns exec "$1" iperf3 -s -p "$port" >"$LOG/iperf3-$port.log" 2>&1 &
	done
}

traffic_iperf() {
	local name=$1 out=$LOG/$1-iperf3.json

	shift
	peer_exec "$name" timeout $((TRAFFIC_SECONDS + 25)) \
		iperf3 --json --connect-timeout 5000 -c "$INNER" -t "$TRAFFIC_SECONDS" "$@" >"$out" 2>&1 ||
		fail "$name: iperf3 $*: $(jq -r '.error // "no answer"' "$out" 2>/dev/null)"
}

# traffic_port NAME: a port of its own for each client.
traffic_port() { echo $((5200 + ${1#cli})); }

# traffic_tcp NAME [up|down]: prints nothing, fails unless bytes arrived.
traffic_tcp() {
	local reverse=

	[ "${2:-up}" = up ] || reverse=-R
	# shellcheck disable=SC2086
	traffic_iperf "$1" -p "$(traffic_port "$1")" $reverse || return 1
	jq -e '.end.sum_received.bytes > 100000' "$LOG/$1-iperf3.json" >/dev/null ||
		fail "$1: TCP ${2:-up}: $(jq -c '.end.sum_received.bytes' "$LOG/$1-iperf3.json") bytes"
}

# traffic_udp NAME [up|down]: slow enough for an emulated machine; at most 5 % may be lost.
traffic_udp() {
	local reverse=

	[ "${2:-up}" = up ] || reverse=-R
	# shellcheck disable=SC2086
	traffic_iperf "$1" -p "$(traffic_port "$1")" -u -b 2M -l 1200 $reverse || return 1
	jq -e '.end.sum | .packets > 100 and .lost_percent < 5' "$LOG/$1-iperf3.json" >/dev/null ||
		fail "$1: UDP ${2:-up}: $(jq -c '.end.sum | [.packets, .lost_packets]' "$LOG/$1-iperf3.json") packets, lost"
}

# traffic_rate NAME: bits per second of the last iperf3 run, for people.
traffic_rate() {
	jq -r '(.end.sum_received // .end.sum).bits_per_second / 1e6 * 10 | round / 10 | "\(.) Mbit/s"' "$LOG/$1-iperf3.json"
}
