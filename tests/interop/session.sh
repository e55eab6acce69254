# SPDX-License-Identifier: MIT
# Tests of one client's session.  CLIENT is its namespace, WHO what people call it.

# login NAME SUITE USER: and l2tpsec show says what the client knows.
login() {
	local is should

	gateway_mark
	peer_connect "$1" "$2" "$3" "$GATEWAY_PASSWORD" || return 1
	waitfor 10 gateway_is_up "$3" || fail "$3 is not up in l2tpsec show" || return 1
	is=$(gateway_field "$3" '| "\(.auth) \(.suite) \(.address)"')
	should="mschapv2 $2 $(peer_address "$1")"
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

# pings: full-size, unfragmented, and counted to the byte: an inner packet is 28 bytes longer than its payload.
pings() {
	local n=20 before expected got

	before=$(counts "$2")
	traffic_ping "$1" $n 1372 || return 1
	expected="$n $((n * 1400)) $n $((n * 1400))"
	got=$(difference "$before" "$(counts "$2")")
	[ "$got" = "$expected" ] || fail "rx and tx packets and bytes $got, sent $expected"
}

# carried NAME tx|rx: bytes that the client's own ppp0 counted.
carried() { cat "/tmp/peers/$1/root/sys/class/net/ppp0/statistics/$2_bytes"; }

# agree SENT COUNTED: what arrived is what was sent, but for a few lost packets.
agree() { awk -v sent="$1" -v arrived="$2" 'BEGIN { exit !(sent > 0 && arrived <= sent && arrived >= 0.9 * sent) }'; }

# streams NAME USER tcp|udp: both ways at once; both ends count the bytes, and ours drops none.
streams() {
	local tx rx before got

	before=$(counts "$2") tx=$(carried "$1" tx) rx=$(carried "$1" rx)
	"traffic_$3" "$1" || return 1
	read -r -a got <<<"$(difference "$before" "$(counts "$2")")"
	[ ${#got[@]} = 4 ] || fail "$2 is no longer up" || return 1
	tx=$(($(carried "$1" tx) - tx)) rx=$(($(carried "$1" rx) - rx))
	agree "$tx" "${got[1]}" || fail "the client sent $tx bytes, the session received ${got[1]}" || return 1
	agree "${got[3]}" "$rx" || fail "the session sent ${got[3]} bytes, the client received $rx" || return 1
	got=("$(gateway_field "$2" rx_dropped)" "$(gateway_field "$2" tx_dropped)")
	[ "${got[*]}" = "0 0" ] || fail "the session dropped packets: ${got[0]} in, ${got[1]} out"
}

client_hangs_up() {
	peer_disconnect "$1" && gateway_emptied
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
	peer_stack "$1" down
	peer_psk "$1"
	[ $refused != 0 ] || fail "the client believes that it is in" || return 1
	gateway_said_once 'failed at' && gateway_said_once 'failed at ike-phase1: .*789'
}
