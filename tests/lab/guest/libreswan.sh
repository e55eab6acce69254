# SPDX-License-Identifier: MIT
# Libreswan as a client, configured as NetworkManager-l2tp does.
LIBRESWAN_IKE=aes256-sha2_256-modp2048,aes256-sha2_256-modp1536,aes256-sha1-modp2048,aes256-sha1-modp1536,aes256-sha1-ecp_384,aes128-sha1-ecp_256,3des-sha1-modp2048

# suite -> more options of its connection, without spaces in them
declare -A LIBRESWAN_MORE=()

libreswan_conn() {
	cat <<-END
		conn $1
		    auto=ignore
		    type=transport
		    ikev2=no
		    authby=secret
		    pfs=no
		    left=%defaultroute
		    leftprotoport=udp/l2tp
		    right=$SERVER
		    rightid=%any
		    rightprotoport=udp/l2tp
		    keyingtries=%forever
		    ike=$LIBRESWAN_IKE
		    phase2alg=$2
	END
	# shellcheck disable=SC2086
	printf '    %s\n' ${LIBRESWAN_MORE[$1]:-}
}

libreswan_start() {
	local name=$1 suite

	{
		printf 'config setup\n\tikev1-policy=accept\n\tlogfile=%s\n\tlogtime=yes\n' "$LOG/$name-pluto.log"
		for suite in $SUITES; do
			libreswan_conn "$suite" "${LIBRESWAN_ESP[$suite]}"
		done
	} >"$PEERS/$name/root/etc/ipsec.conf"
	echo ": PSK \"$PSK\"" >"$PEERS/$name/root/etc/ipsec.secrets"
	{
		peer_exec "$name" ipsec initnss
		peer_exec "$name" ipsec pluto --config /etc/ipsec.conf
	} >"$LOG/$name-starter.log" 2>&1
	waitfor 40 libreswan_ready "$name" || fail "Libreswan of $name does not start"
}

libreswan_ready() { peer_exec "$1" ipsec whack --status && grep -q 'loading secrets' "$LOG/$1-pluto.log"; }

libreswan_psk() {
	echo ": PSK \"$2\"" >"$PEERS/$1/root/etc/ipsec.secrets"
	peer_exec "$1" ipsec whack --rereadsecrets >/dev/null
}

# libreswan_up NAME SUITE [SECONDS]
libreswan_up() {
	echo "$2" >"$PEERS/$1/suite"
	peer_exec "$1" ipsec auto --replace "$2" >"$LOG/$1-add.log" 2>&1
	peer_exec "$1" timeout "$(seconds "${3:-30}")" ipsec whack --initiate --name "$2" >"$LOG/$1-up.log" 2>&1 &&
	grep -q 'IPsec SA established' "$LOG/$1-up.log" ||
		fail "$1: ipsec auto --up $2: $(tail -1 "$LOG/$1-up.log")"
}

# libreswan_down NAME: the connection is deleted, not only terminated: its eroute would stay.
libreswan_down() {
	peer_exec "$1" timeout "$(seconds 20)" ipsec whack --delete --name "$(cat "$PEERS/$1/suite")" >"$LOG/$1-down.log" 2>&1 ||
		fail "$1: ipsec auto --delete: $(tail -1 "$LOG/$1-down.log")"
}

# libreswan_whack NAME OPTION...: about the connection that is up.
libreswan_whack() {
	local name=$1

	shift
	peer_exec "$name" timeout "$(seconds 30)" ipsec whack --name "$(cat "$PEERS/$name/suite")" "$@" >>"$LOG/$name-whack.log" 2>&1
}

# libreswan_rekey2 NAME: one more Quick Mode; --rekey-ipsec is not for IKEv1.
libreswan_rekey2() { libreswan_whack "$1" --initiate; }

# libreswan_delete NAME STATE: all of this kind, e.g. STATE_MAIN or STATE_QUICK; the server is told.
libreswan_delete() {
	local state

	for state in $(peer_exec "$1" ipsec whack --showstates | sed -n "s/.*#\([0-9]*\): .*$2.*/\1/p"); do
		peer_exec "$1" ipsec whack --deletestate "$state"
	done >>"$LOG/$1-whack.log" 2>&1
}
