# SPDX-License-Identifier: MIT
# Clients in any number, c1 to c$CLIENTS of cgn.sh, with the users u1 to u$CLIENTS.
#
# Each is a whole stock stack in namespaces of its own: strongSwan's charon, xl2tpd,
# pppd, the kernel's xfrm and l2tp_ppp.  They are light enough for that, some 3 MB and
# 2 s of an emulated processor each, when they have one proposal, the plugins that
# it needs, and share one /etc.
CLIENTS=0
CLIENT_SUITE=aes256gcm16

# each FUNCTION...: "FUNCTION... N" for every client.
each() {
	local i

	for ((i = 1; i <= CLIENTS; i++)); do
		"$@" "$i" || return 1
	done
}

# each_in_turn COUNT BEGIN END: "BEGIN N" for every client, COUNT of them at a time; then "END N" for every one.
each_in_turn() {
	local i

	for ((i = 1; i <= CLIENTS; i++)); do
		[ "$i" -le "$1" ] || "$3" $((i - $1)) || return 1
		"$2" "$i"
	done
	each "$3"
}

# clients_at_once: as many pppds as start before a server has waited too long for one of them.
clients_at_once() { echo $(((CLIENTS + ${SLOW:-1} - 1) / ${SLOW:-1})); }

# client_etc: what the clients share; what is theirs is in their /run.
client_etc() {
	cat <<-END >/etc/strongswan.conf
		charon {
		    threads = 6
		    load = random nonce aes sha1 sha2 hmac kdf gcm gmp kernel-netlink socket-default stroke
		    plugins {
		        random {
		            urandom = /dev/random
		        }
		    }
		    filelog {
		        lab {
		            path = /run/charon.log
		            flush_line = yes
		        }
		    }
		}
	END
	{
		echo "config setup"
		strongswan_conn "$CLIENT_SUITE" "$CLIENT_SUITE" 1
	} >/etc/ipsec.conf
	echo ": PSK \"$PSK\"" >/etc/ipsec.secrets
	mkdir -p /etc/xl2tpd
	cat <<-END >/etc/xl2tpd/xl2tpd.conf
		[global]
		port = 1701
		[lac lab]
		lns = $SERVER
		pppoptfile = /run/options
		tunnel rws = 8
	END
	head -c 4096 /dev/urandom >/tmp/numbers
}

# client_start N: its random numbers, other than its keys, are everybody's: so is its tunnel id.
client_start() {
	ip netns exec "c$1" unshare -m --propagation private sh -c '
		mount -t tmpfs tmpfs /run && mount --bind /tmp/numbers /dev/urandom && mkdir /run/xl2tpd
		echo $$ >"$1.pid"
		/usr/lib/ipsec/starter --daemon charon --nofork >/run/starter.log 2>&1 &
		exec xl2tpd -D -p /run/xl2tpd.pid -C /run/control >"$1-xl2tpd.log" 2>&1' sh "$LOG/c$1" &
}

client_root() { echo "/proc/$(cat "$LOG/c$1.pid")/root"; }
client_exec() {
	local pid

	pid=$(cat "$LOG/c$1.pid")
	shift
	nsenter --target "$pid" --mount --net -- "$@"
}

client_ready() { [ -s "$LOG/c$1.pid" ] && [ -p "$(client_root "$1")/run/control" ] && logged "$(client_root "$1")/run/charon.log" 'added configuration'; }
client_is_ready() { waitfor 120 client_ready "$1" || fail "client $1 does not start"; }

# clients_start: four at a time, because ipsec_starter gives charon ten seconds.
clients_start() { each_in_turn 4 client_start client_is_ready; }

client_dial() {
	xl2tpd_options "c$1" "u$1" "$GATEWAY_PASSWORD" >"$(client_root "$1")/run/options"
	echo "c lab" >"$(client_root "$1")/run/control"
}

client_address() { peer_address "c$1"; }
client_has_address() { [ -n "$(client_address "$1")" ]; }
client_is_up() { waitfor 120 client_has_address "$1" || fail "client $1: $(tail -n 1 "$LOG/c$1-pppd.log")"; }

client_users() {
	local i

	for ((i = 1; i <= CLIENTS; i++)); do
		echo "u$i * \"$GATEWAY_PASSWORD\" *"
	done >>"$GATEWAY_DIR/chap-secrets"
	gateway_ctl reload >/dev/null
}
