# SPDX-License-Identifier: MIT
# Tests of one client's session.  CLIENT is its namespace, WHO what people call it.

# login NAME CONNECTION USER [SUITE]: and l2tpsec show says what the client knows.
login() {
	local is should

	gateway_mark
	peer_connect "$1" "$2" "$3" "$GATEWAY_PASSWORD" || return 1
	waitfor 10 gateway_is_up "$3" || fail "$3 is not up in l2tpsec show" || return 1
	is=$(gateway_field "$3" '| "\(.auth) \(.suite) \(.address)"')
	should="mschapv2 ${4:-$2} $(peer_address "$1")"
	[ "$is" = "$should" ] || fail "l2tpsec show says $is, the client $should" || return 1
	! gateway_said 'failed at' || fail "$(gateway_since | grep -m 1 'failed at')"
}

# counts USER: packets and bytes of the session, both ways.
counts() {
	gateway_field "$1" '| "\(.rx_packets) \(.rx_bytes) \(.tx_packets) \(.tx_bytes)"'
}

# difference BEFORE AFTER: field by field.
difference() {
	paste -d ' ' <(echo "$1") <(echo "$2") |
		awk '{ n = NF / 2; for (i = 1; i <= n; i++) printf "%s%d", (i > 1 ? " " : ""), $(i + n) - $i }'
}

# pings NAME USER [MTU]: full-size, unfragmented, and counted to the byte: the inner packet is 28 bytes longer
# than its payload.
pings() {
	local n=20 mtu=${3:-1400} before expected got

	before=$(counts "$2")
	traffic_ping "$1" $n $((mtu - 28)) || return 1
	expected="$n $((n * mtu)) $n $((n * mtu))"
	got=$(difference "$before" "$(counts "$2")")
	[ "$got" = "$expected" ] || fail "rx and tx packets and bytes $got, sent $expected"
}

# client_counts NAME: packets and bytes of the client's own ppp0, as counts has them, and the packets
# that its kernel refused as too old: its replay window holds 32, and the emulated processors of one
# machine overtake each other by more.
client_counts() {
	local root=/tmp/peers/$1/root field

	for field in tx_packets tx_bytes rx_packets rx_bytes; do
		cat "$root/sys/class/net/ppp0/statistics/$field"
	done
	peer_exec "$1" awk '$1 == "XfrmInStateSeqError" { print $2 }' /proc/net/xfrm_stat
}

# agreed NAME USER CLIENT-BEFORE SESSION-BEFORE: whatever one end sent, the other received; sets AGREED to both counts.
agreed() {
	AGREED="client $(difference "$3" "$(client_counts "$1" | paste -sd ' ')"), session $(difference "$4" "$(counts "$2")")"
	echo "$AGREED" | tr -d , | awk '
		{ up = $2 > 0 && $2 == $8 && $3 == $9 }
		{ down = $10 > 0 && $4 + $6 == $10 && ($6 ? $5 < $11 : $5 == $11) }
		END { exit !(up && down) }'
}

# streams NAME USER tcp|udp: both ways at once; both ends count the same packets and bytes, and ours drops none.
streams() {
	local client session drops

	client=$(client_counts "$1" | paste -sd ' ') session=$(counts "$2")
	"traffic_$3" "$1" || return 1
	waitfor 5 agreed "$1" "$2" "$client" "$session" ||
		fail "packets and bytes up and down, refused by the client: $AGREED" || return 1
	drops=$(gateway_field "$2" '| "\(.rx_dropped) in, \(.tx_dropped) out"')
	[ "$drops" = "0 in, 0 out" ] || fail "the session dropped packets: $drops"
}

client_hangs_up() {
	peer_disconnect "$1" && gateway_emptied
}

# client_is_forgotten NAME: it hangs up; an ISAKMP SA that it has besides, or is about to have, lives for
# a minute without a session.
client_is_forgotten() {
	peer_disconnect "$1" || return 1
	waitfor 100 gateway_is_empty || fail "left in l2tpsec show: $(jq -c . "$LOG/show.json")"
}

subscriber_is_gone() {
	! gateway_ctl show --json | jq -e --argjson id "$1" '.subscribers | any(.id == $id)' >/dev/null
}

# server_hangs_up NAME USER: the client must notice by itself.  (Libreswan then brings
# IPsec up again, as a new subscriber: that is its own idea of keyingtries=%forever.)
server_hangs_up() {
	local id

	id=$(gateway_field "$2" id)
	gateway_ctl disconnect "$id" >/dev/null || fail "l2tpsec disconnect $id" || return 1
	waitfor 20 xl2tpd_is_down "$1" || fail "$1 keeps its PPP session" || return 1
	waitfor 10 subscriber_is_gone "$id" || fail "subscriber $id stays" || return 1
	peer_disconnect "$1"
	gateway_emptied
}

# one_session WHO NAME USER SUITE [client|server]: the last says who hangs up.
one_session() {
	local what="$1, $4"

	check "$what: login with MS-CHAPv2" login "$2" "$4" "$3" || { peer_disconnect "$2"; return; }
	check "$what: ping 1372 bytes with DF, counted exactly" pings "$2" "$3"
	check "$what: TCP both ways" streams "$2" "$3" tcp
	check "$what: UDP both ways" streams "$2" "$3" udp
	case ${5:-client} in
	client) check "$what: client hangs up, nothing left" client_hangs_up "$2" ;;
	server) check "$what: server hangs up, nothing left" server_hangs_up "$2" "$3" ;;
	esac
}

# wrong_password NAME SUITE: the client is told, the log says it once.
wrong_password() {
	local refused

	gateway_mark
	peer_stack "$1" up "$2" || return 1
	xl2tpd_ask "$1" alice "not $GATEWAY_PASSWORD"
	waitfor 30 logged "$LOG/$1-pppd.log" 'CHAP authentication failed|E=691'
	refused=$?
	peer_disconnect "$1"
	[ $refused = 0 ] || fail "the client was not refused: $(tail -n 1 "$LOG/$1-pppd.log")" || return 1
	gateway_said_once 'failed at' && gateway_said_once 'failed at auth: wrong password.*alice.*691' && gateway_emptied
}

# wrong_psk NAME SUITE: the client sends message 5 again and again; the log says it once.
wrong_psk() {
	local refused

	gateway_mark
	peer_psk "$1" "not the key of this lab" || return 1
	peer_stack "$1" up "$2" 12
	refused=$?
	waitfor 60 gateway_said 'failed at'
	peer_stack "$1" down
	peer_psk "$1"
	[ $refused != 0 ] || fail "the client believes that it is in" || return 1
	gateway_said_once 'failed at' && gateway_said_once 'failed at ike-phase1: .*789'
}
