/* SPDX-License-Identifier: MIT */
/* Option negotiation from tables: one row says everything about one option (RFC 1661 section 5). */
#ifndef L2TPSEC_PPP_OPTION_H
#define L2TPSEC_PPP_OPTION_H

#include "ppp/packet.h"

/** enum option_verdict - what becomes of an option, or of a whole request */
enum option_verdict {
	OPTION_ACK,
	OPTION_NAK,
	OPTION_REJECT,
	OPTION_MALFORMED,	/* drop the packet */
	OPTION_STUCK,		/* the peer insists on what cannot be */
	OPTION_STOP,		/* the row ended the negotiation itself: no answer */
};

/**
 * struct option_row - one option of one protocol
 * @type: option number
 * @name: for log lines
 * @min: shortest value
 * @max: longest value
 * @insist: never rejected: a peer that does not take our Nak is given up
 * @check: judge the peer's wish; for a Nak write the value we want to @nak; NULL: always rejected
 * @missing: the peer did not ask: ask it to by a Nak with the value in @nak, or let it be
 * @build: write the value of our own wish; false: we have none; NULL: never any
 * @nak: the peer wants another value; false: the row ended the negotiation
 * @reject: the peer does not know the option; false: the row ended the negotiation
 *
 * @owner is that of the table's user.
 */
struct option_row {
	uint8_t type;
	const char *name;
	uint8_t min;
	uint8_t max;
	bool insist;
	enum option_verdict (*check)(void *owner, const struct option *o, struct wbuf *nak);
	enum option_verdict (*missing)(void *owner, struct wbuf *nak);
	bool (*build)(void *owner, struct wbuf *value);
	bool (*nak)(void *owner, const struct option *o);
	bool (*reject)(void *owner);
};

/**
 * struct option_table - the options of one protocol
 * @rows: in the order in which our own request lists them
 * @len: how many
 */
struct option_table {
	const struct option_row *rows;
	size_t len;
};

enum option_verdict option_check(const struct option_table *t, void *owner, const struct packet *request,
				 bool no_more_naks, struct wbuf *reply);
void option_build(const struct option_table *t, void *owner, struct wbuf *request);
enum option_verdict option_take(const struct option_table *t, void *owner, const struct packet *refusal);

#endif
