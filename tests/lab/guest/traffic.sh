# SPDX-License-Identifier: MIT
# Traffic through a session.
INNER=10.99.0.1			# the server's inner address
TRAFFIC_SECONDS=${TRAFFIC_SECONDS:-$(seconds 2)}

# traffic_ping NAME COUNT PAYLOAD: every one must come back, unfragmented.  The client's kernel counts
# them: ping itself waits for the last one no longer than for two of the others.
traffic_ping() {
	local out=$LOG/$1-ping.log before

	before=$(traffic_replies "$1")
	peer_exec "$1" ping -n -M do -c "$2" -s "$3" -i 0.05 -W 5 "$INNER" >"$out" 2>&1 ||
		fail "$1: ping -s $3: $(grep -E 'transmitted|rror|too' "$out" | tail -1)" || return 1
	grep -q "^$2 packets transmitted" "$out" && waitfor 5 traffic_replied "$1" $((before + $2)) ||
		fail "$1: $(grep transmitted "$out"), $(($(traffic_replies "$1") - before)) counted"
}

# traffic_replies NS: echo replies that its kernel has counted.
traffic_replies() { ip netns exec "$1" nstat -asz IcmpInEchoReps | awk '$1 == "IcmpInEchoReps" { print $2 }'; }

traffic_replied() { [ "$(traffic_replies "$1")" -ge "$2" ]; }

# traffic_back ADDRESS COUNT OPTION...: pings from the server; prints how many came back, likewise.
traffic_back() {
	local address=$1 count=$2 before

	shift 2
	before=$(traffic_replies srv)
	ip netns exec srv ping -n -q -c "$count" -W 5 "$@" "$address" >"$LOG/srv-ping.log" 2>&1
	waitfor 5 traffic_replied srv $((before + count))
	echo $(($(traffic_replies srv) - before))
}

# traffic_server NS: iperf3 there, one port for each client; started anew if it runs.
TRAFFIC_SERVERS=()
traffic_server() {
	local port

	if [ ${#TRAFFIC_SERVERS[@]} != 0 ]; then
		kill -9 "${TRAFFIC_SERVERS[@]}"
		wait "${TRAFFIC_SERVERS[@]}"
	fi 2>/dev/null
	TRAFFIC_SERVERS=()
	sysctl -qw net.core.rmem_max=4194304 net.core.wmem_max=4194304
	for port in 5201 5202 5203 5204; do
		ip netns exec "$1" iperf3 -s -p "$port" >"$LOG/iperf3-$port.log" 2>&1 &
		TRAFFIC_SERVERS+=($!)
	done
}

traffic_iperf() {
	local name=$1 out=$LOG/$1-iperf3.json

	shift
	peer_exec "$name" timeout "$(seconds $((TRAFFIC_SECONDS + 25)))" \
		iperf3 --json --connect-timeout 5000 -c "$INNER" -t "$TRAFFIC_SECONDS" "$@" >"$out" 2>&1 ||
		fail "$name: iperf3 $*: $(jq -r '.error // "no answer"' "$out" 2>/dev/null)"
}

# traffic_port NAME: a port of its own for each client.
traffic_port() { echo $((5200 + ${1#cli})); }

# traffic_tcp NAME: both ways at once.  In small pieces, because iperf3 writes ten of them, each
# until the socket has it all, before it reads: of 128 kB they can last as long as the test.
traffic_tcp() {
	local out=$LOG/$1-iperf3.json

	traffic_iperf "$1" -p "$(traffic_port "$1")" -l 4K --bidir || return 1
	jq -e --argjson least $((100000 / ${SLOW:-1})) \
		'[.end.sum_received, .end.sum_received_bidir_reverse] | all(.bytes > $least)' "$out" >/dev/null ||
		fail "$1: TCP bytes up and down: $(jq -c '[.end.sum_received.bytes, .end.sum_received_bidir_reverse.bytes]' "$out")"
}

# traffic_udp NAME: both ways at once, slow enough for an emulated machine; at most 5 % may be
# lost.  The buffers keep what comes while iperf3 itself does not get the processor.
traffic_udp() {
	local out=$LOG/$1-iperf3.json

	traffic_iperf "$1" -p "$(traffic_port "$1")" -u -b 2M -l 1200 -w 2M --bidir || return 1
	jq -e '[.end.sum, .end.sum_bidir_reverse] | all(.packets > 100 and .lost_percent < 5)' "$out" >/dev/null ||
		fail "$1: UDP packets and losses up and down: $(jq -c '[.end.sum, .end.sum_bidir_reverse | .packets, .lost_packets]' "$out")"
}

# traffic_rate NAME: bits per second of the last iperf3 run, for people.
traffic_rate() {
	jq -r '[(.end.sum_received // .end.sum), (.end.sum_received_bidir_reverse // .end.sum_bidir_reverse) |
		.bits_per_second / 1e5 | round / 10] | "\(.[0]) Mbit/s up, \(.[1]) down"' "$LOG/$1-iperf3.json"
}

# traffic_echo NS: sends counted packets back, on one port for all clients.
traffic_echo() {
	ip netns exec "$1" "$LAB/guest/counted.py" echo 7007 >"$LOG/echo.log" 2>&1 &
	waitfor 30 logged "$LOG/echo.log" listening
}

# traffic_count NAME RATE: starts a stream of counted packets to the echo, in the background; it flows afterwards.
traffic_count() {
	local pid

	pid=$(cat "$PEERS/$1/pid")
	rm -f "$LOG/$1-counted" "$LOG/$1-counted.err"
	# Not by peer_exec: of a function in the background only the shell would have the number.
	nsenter --target "$pid" --mount --net -- "$LAB/guest/counted.py" send "$INNER" 7007 "$2" \
		>"$LOG/$1-counted" 2>"$LOG/$1-counted.err" &
	echo $! >"$LOG/$1-counted.pid"
	waitfor 30 grep -q flowing "$LOG/$1-counted.err" || fail "$1: no packet came back"
}

# traffic_counted NAME: ends it; "SENT BACK TWICE [MISSING...]" is in $LOG/NAME-counted then.
traffic_counted() {
	kill "$(cat "$LOG/$1-counted.pid")"
	waitfor 30 test -s "$LOG/$1-counted" || fail "$1: no count of the packets: $(tail -1 "$LOG/$1-counted.err")"
}

# traffic_echoed NAME COUNT: so many counted packets; every one came back, and once.
traffic_echoed() {
	peer_exec "$1" timeout "$(seconds 60)" "$LAB/guest/counted.py" send "$INNER" 7007 20 "$2" \
		>"$LOG/$1-counted" 2>"$LOG/$1-counted.err" ||
		fail "$1: no count of the packets" || return 1
	traffic_complete "$1" "$2"
}

# traffic_lossless NAME: ends the stream; every packet came back, and once.
traffic_lossless() { traffic_counted "$1" && traffic_complete "$1" 100; }	# LEAST of counted.py

# traffic_complete NAME ATLEAST: what the count says.
traffic_complete() {
	local sent back twice missing

	read -r sent back twice missing <"$LOG/$1-counted"
	[ "$sent" -ge "$2" ] || fail "$1: only $sent packets were sent" || return 1
	[ "$back" = "$sent" ] && [ "$twice" = 0 ] ||
		fail "$1: of $sent packets $back came back, $twice of them twice; missing: $missing"
}
