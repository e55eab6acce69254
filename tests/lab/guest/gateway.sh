# SPDX-License-Identifier: MIT
# Our server in the namespace srv.
GATEWAY_DIR=/tmp/gateway
GATEWAY_LOG=$LOG/l2tpsecd.log
GATEWAY_PASSWORD='wonder land'

# gateway_conf [OPTION LINES OF [ike]...]; GATEWAY_OPTIONS: more lines of [gateway]
gateway_conf() {
	mkdir -p "$GATEWAY_DIR"
	chmod 700 "$GATEWAY_DIR"
	cat <<-END >"$GATEWAY_DIR/l2tpsec.conf"
		[gateway]
		control-socket = $GATEWAY_DIR/control
		log-level = ${GATEWAY_LOG_LEVEL:-info}
		${GATEWAY_OPTIONS:-}
		[ike]
		$(printf '%s\n' "$@")
		[psk lab]
		secret = "$PSK"
		[ppp]
		local-address = $INNER
		dns = $INNER
		users = chap-secrets
		${GATEWAY_PPP:-}
		[pool lab]
		range = 10.99.0.10-10.99.0.50
		${GATEWAY_SECTIONS:-}
	END
	cat <<-END >"$GATEWAY_DIR/chap-secrets"
		alice * "$GATEWAY_PASSWORD" *
		bob   * "$GATEWAY_PASSWORD" 10.99.0.77
		carol * "$GATEWAY_PASSWORD" *
	END
	chmod 600 "$GATEWAY_DIR"/*
}

# gateway_load: the module, found by the kernel or by us.
gateway_load() {
	modprobe l2tpsec || fail "modprobe l2tpsec: $(dmesg | tail -1)"
}

# gateway_start [OPTION LINES OF [ike]...]
gateway_start() {
	local ready

	gateway_conf "$@"
	touch "$GATEWAY_LOG"
	ready=$(grep -c 'ready$' "$GATEWAY_LOG")
	# shellcheck disable=SC2086
	ip netns exec srv ${GATEWAY_WRAPPER:-} "$REPO/build/l2tpsecd" --config "$GATEWAY_DIR/l2tpsec.conf" 2>>"$GATEWAY_LOG" &
	GATEWAY_PID=$!
	waitfor 20 logged "$GATEWAY_LOG" 'ready$' $((ready + 1)) || fail "l2tpsecd: $(tail -1 "$GATEWAY_LOG")"
}

gateway_is_alive() { kill -0 "$GATEWAY_PID"; }

# gateway_stop [SIGNAL]
gateway_stop() {
	kill "-${1:-TERM}" "$GATEWAY_PID" || fail "l2tpsecd is gone already" || return 1
	waitfor 30 gone gateway_is_alive 2>/dev/null || fail "l2tpsecd does not end"
}

# gateway_ctl COMMAND...: the l2tpsec command.
gateway_ctl() {
	ip netns exec srv "$REPO/build/l2tpsec" --socket "$GATEWAY_DIR/control" "$@"
}

# gateway_is_monitored: somebody is connected to the control socket.
gateway_is_monitored() { ip netns exec srv ss -xH src "$GATEWAY_DIR/control" | grep -q ESTAB; }

# gateway_field USER FIELD: of the subscriber that is up under that name; or "| FILTER" of jq.
gateway_field() {
	gateway_ctl show --json |
		jq -r --arg user "$1" ".subscribers[] | select(.user == \$user and .stage == \"up\") | (.$2) // empty"
}

gateway_is_up() { [ -n "$(gateway_field "$1" address)" ]; }

# gateway_is_empty: nothing left, neither in the daemon nor in the module.
gateway_is_empty() {
	gateway_ctl show --json >"$LOG/show.json" &&
	jq -e '(.subscribers | length) == 0 and .device.sas == 0 and .device.tunnels == 0 and .device.sessions == 0' \
		"$LOG/show.json" >/dev/null
}

# A Main Mode that came to nothing is remembered for 30 seconds, for the sake of duplicates.
gateway_emptied() {
	waitfor 45 gateway_is_empty || fail "left in l2tpsec show: $(jq -c . "$LOG/show.json")"
}

# gateway_mark: where the log is now; gateway_since prints what came after.
gateway_mark() { GATEWAY_MARK=$(wc -l <"$GATEWAY_LOG"); }
gateway_since() { tail -n "+$((GATEWAY_MARK + 1))" "$GATEWAY_LOG"; }
gateway_said() { gateway_since | grep -qE -- "$1"; }

# gateway_said_once PATTERN: one clear line, not none and not many.
gateway_said_once() {
	local n

	n=$(gateway_since | grep -cE -- "$1")
	[ "$n" = 1 ] || fail "$n log lines match \"$1\""
}
