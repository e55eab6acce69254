# SPDX-License-Identifier: MIT
# xl2tpd and pppd as clients, configured as NetworkManager-l2tp does.

# What differs between those who use them.
XL2TPD_PPP="mtu 1400 mru 1400 lcp-echo-failure 0 lcp-echo-interval 0"

# xl2tpd_options NAME USER PASSWORD
xl2tpd_options() {
	cat <<-END
		ipparam lab
		nodetach
		debug
		logfile $LOG/$1-pppd.log
		usepeerdns
		noipdefault
		nodefaultroute
		noauth
		refuse-eap
		noccp
		$XL2TPD_PPP
		name "$2"
		password "$3"
	END
}

# xl2tpd_alike: all that start from now on have the same random numbers, so the same tunnel id too.
xl2tpd_alike() {
	[ -e /tmp/numbers ] || head -c 4096 /dev/urandom >/tmp/numbers
	printf '%s\n' '#!/bin/sh' 'mount --bind /tmp/numbers /dev/urandom' 'exec "$@"' >/tmp/alike
	chmod +x /tmp/alike
	XL2TPD_WRAPPER="unshare -m --propagation private /tmp/alike"
}

# xl2tpd_tunnel NAME: the tunnel id that it chose last.
xl2tpd_tunnel() { sed -n 's/.*Connection established to .* Local: \([0-9]*\),.*/\1/p' "$LOG/$1-xl2tpd.log" | tail -n 1; }

# xl2tpd_start NAME
xl2tpd_start() {
	local dir=$PEERS/$1

	[ "$(cat "$dir/stack")" != stock ] || return 0
	mkdir -p "$dir/root/etc/xl2tpd"
	cat <<-END >"$dir/root/etc/xl2tpd/xl2tpd.conf"
		[global]
		access control = yes
		port = 1701
		[lac lab]
		lns = ${XL2TPD_LNS:-$SERVER}
		pppoptfile = /etc/ppp/options.lab
		tunnel rws = 8
		tx bps = 100000000
		rx bps = 100000000
		${XL2TPD_LAC:-}
	END
	xl2tpd_options "$1" nobody nothing >"$dir/root/etc/ppp/options.lab"
	peer_exec "$1" ${XL2TPD_WRAPPER:-} xl2tpd -D -c /etc/xl2tpd/xl2tpd.conf -p /run/xl2tpd.pid -C /run/xl2tpd/l2tp-control \
		>>"$LOG/$1-xl2tpd.log" 2>&1 &
	waitfor 10 peer_exec "$1" test -p /run/xl2tpd/l2tp-control || fail "xl2tpd of $1 does not start"
}

# xl2tpd_restart NAME: it would wait half a minute for a server that forgot the tunnel.
xl2tpd_restart() {
	kill "$(cat "$PEERS/$1/root/run/xl2tpd.pid")"
	rm -f "$PEERS/$1/root/run/xl2tpd/l2tp-control"
	waitfor 20 xl2tpd_is_down "$1" || fail "$1: pppd outlives xl2tpd" || return 1
	xl2tpd_start "$1"
}

# xl2tpd_silent NAME COMMAND...: it says no Hello meanwhile, as it does every minute; the kernel carries the data.
xl2tpd_silent() {
	local pid status=0

	pid=$(cat "$PEERS/$1/root/run/xl2tpd.pid")
	shift
	kill -STOP "$pid"
	"$@" || status=1
	kill -CONT "$pid"
	return $status
}

xl2tpd_command() {
	peer_exec "$1" timeout "$(seconds 5)" sh -c 'echo "$1" >/run/xl2tpd/l2tp-control' sh "$2"
}

# xl2tpd_ask NAME USER PASSWORD: starts a session, does not wait for it.
xl2tpd_ask() {
	: >"$LOG/$1-pppd.log"
	xl2tpd_options "$1" "$2" "$3" >"$PEERS/$1/root/etc/ppp/options.lab"
	xl2tpd_command "$1" "c lab"
}

# xl2tpd_dial NAME USER PASSWORD: until the inner address is there.
xl2tpd_dial() {
	xl2tpd_ask "$@"
	waitfor 30 xl2tpd_is_up "$1" || fail "$1: no PPP session: $(tail -1 "$LOG/$1-pppd.log")"
}

xl2tpd_is_up() { [ -n "$(peer_address "$1")" ]; }

xl2tpd_is_down() { ! ip -n "$1" link show dev ppp0; }

xl2tpd_hangup() {
	xl2tpd_command "$1" "d lab"
	waitfor 20 xl2tpd_is_down "$1" || fail "$1: the PPP session stays"
}
