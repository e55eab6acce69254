# SPDX-License-Identifier: MIT
# strongSwan as a client, configured as NetworkManager-l2tp does.
STRONGSWAN_IKE=aes256-sha256-modp2048,aes256-sha256-modp1536,aes256-sha256-modp1024,aes256-sha1-modp2048,aes256-sha1-modp1536,aes256-sha1-modp1024,aes256-sha1-ecp384,aes128-sha1-modp1024,aes128-sha1-ecp256,3des-sha1-modp2048,3des-sha1-modp1024

# suite -> more options of its connection, without spaces in them
declare -A STRONGSWAN_MORE=()

# strongswan_conn NAME ESP NUMBER: connections that differ in phase 2 only would become one.
strongswan_conn() {
	cat <<-END
		conn $1
		    auto=add
		    type=transport
		    keyexchange=ikev1
		    authby=psk
		    left=%defaultroute
		    leftprotoport=udp/l2tp
		    right=$SERVER
		    rightid=${STRONGSWAN_RIGHTID:-%any}
		    rightprotoport=udp/l2tp
		    keyingtries=%forever
		    ikelifetime=$((180 + $3))m
		    ike=$STRONGSWAN_IKE!
		    esp=$2!
	END
	# shellcheck disable=SC2086
	printf '    %s\n' ${STRONGSWAN_MORE[$1]:-}
}

# strongswan_log NAME FILE: the daemon's log file.
strongswan_log() {
	cat <<-END >"$PEERS/$1/root/etc/strongswan.conf"
		charon {
		    load_modular = yes
		    plugins {
		        include strongswan.d/charon/*.conf
		    }
		    filelog {
		        lab {
		            path = $LOG/$2
		            flush_line = yes
		        }
		    }
		}
	END
}

strongswan_start() {
	local name=$1 suite n=0

	strongswan_log "$name" "$name-charon.log"
	{
		echo "config setup"
		for suite in $SUITES; do
			n=$((n + 1))
			strongswan_conn "$suite" "${STRONGSWAN_ESP[$suite]}" $n
		done
	} >"$PEERS/$name/root/etc/ipsec.conf"
	echo ": PSK \"$PSK\"" >"$PEERS/$name/root/etc/ipsec.secrets"
	peer_exec "$name" ipsec start >"$LOG/$name-starter.log" 2>&1
	waitfor 30 strongswan_ready "$name" || fail "strongSwan of $name does not start"
}

strongswan_ready() { peer_exec "$1" ipsec status "${SUITES##* }" && peer_exec "$1" ipsec statusall | grep -q "^ *${SUITES##* }:"; }

strongswan_psk() {
	echo ": PSK \"$2\"" >"$PEERS/$1/root/etc/ipsec.secrets"
	peer_exec "$1" ipsec rereadsecrets >/dev/null
}

# strongswan_up NAME SUITE [SECONDS]
strongswan_up() {
	echo "$2" >"$PEERS/$1/suite"
	peer_exec "$1" timeout "$(seconds "${3:-30}")" ipsec up "$2" >"$LOG/$1-up.log" 2>&1 ||
		fail "$1: ipsec up $2: $(tail -1 "$LOG/$1-up.log")"
}

strongswan_down() {
	peer_exec "$1" timeout "$(seconds 20)" ipsec down "$(cat "$PEERS/$1/suite")" >"$LOG/$1-down.log" 2>&1 ||
		fail "$1: ipsec down: $(tail -1 "$LOG/$1-down.log")"
}

# strongswan_stroke NAME COMMAND WHAT: {} names SAs of phase 2, [] of phase 1; {*} all of them.
strongswan_stroke() { peer_exec "$1" /usr/lib/ipsec/stroke "$2" "$3" >>"$LOG/$1-stroke.log" 2>&1; }

# strongswan_phase1 NAME: the numbers of its ISAKMP SAs that are up.
strongswan_phase1() { peer_exec "$1" ipsec statusall | sed -n 's/^ *[^ ]*\[\([0-9]*\)\]: ESTABLISHED.*/\1/p' | sort -n; }

# strongswan_is_single NAME: it has one ISAKMP SA; the old one goes 10 s after a reauthentication.
strongswan_is_single() { [ "$(strongswan_phase1 "$1" | wc -l)" = 1 ]; }

# strongswan_rekey2 NAME, strongswan_rekey1 NAME: phase 2; the newest phase 1, which is a reauthentication.
strongswan_rekey2() { strongswan_stroke "$1" rekey "$(cat "$PEERS/$1/suite"){*}"; }
strongswan_rekey1() { strongswan_stroke "$1" rekey "$(cat "$PEERS/$1/suite")[$(strongswan_phase1 "$1" | tail -n 1)]"; }
