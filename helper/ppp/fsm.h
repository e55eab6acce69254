/* SPDX-License-Identifier: MIT */
/* The option negotiation automaton of RFC 1661 section 4, shared by all control protocols. */
#ifndef L2TPSEC_PPP_FSM_H
#define L2TPSEC_PPP_FSM_H

#include "core/clock.h"
#include "ppp/option.h"

/** enum fsm_state - RFC 1661 section 4.2, with its numbers */
enum fsm_state {
	FSM_INITIAL,
	FSM_STARTING,
	FSM_CLOSED,
	FSM_STOPPED,
	FSM_CLOSING,
	FSM_STOPPING,
	FSM_REQ_SENT,
	FSM_ACK_RCVD,
	FSM_ACK_SENT,
	FSM_OPENED,
	FSM_STATE_COUNT,
};

/** enum fsm_event - RFC 1661 section 4.3 */
enum fsm_event {
	FSM_UP,
	FSM_DOWN,
	FSM_OPEN,
	FSM_CLOSE,
	FSM_TO_PLUS,
	FSM_TO_MINUS,
	FSM_RCR_PLUS,
	FSM_RCR_MINUS,
	FSM_RCA,
	FSM_RCN,
	FSM_RTR,
	FSM_RTA,
	FSM_RUC,
	FSM_RXJ_PLUS,
	FSM_RXJ_MINUS,
	FSM_RXR,
	FSM_EVENT_COUNT,
};

/** enum fsm_action - RFC 1661 section 4.4, as bits in the order in which they are done */
enum fsm_action {
	FSM_TLD = 0x0001,
	FSM_IRC = 0x0002,
	FSM_ZRC = 0x0004,
	FSM_SCR = 0x0008,
	FSM_STR = 0x0010,
	FSM_SCA = 0x0020,
	FSM_SCN = 0x0040,
	FSM_STA = 0x0080,
	FSM_SCJ = 0x0100,
	FSM_SER = 0x0200,
	FSM_TLU = 0x0400,
	FSM_TLS = 0x0800,
	FSM_TLF = 0x1000,
};

/**
 * struct fsm_cell - what one event does in one state
 * @legal: false for the dashes of the RFC's table
 * @next: state afterwards
 * @actions: FSM_* bits
 */
struct fsm_cell {
	bool legal;
	enum fsm_state next;
	unsigned int actions;
};

/**
 * struct fsm_ops - what a protocol adds to the automaton; @owner is that of the fsm
 * @name: of the protocol, for log lines
 * @options: its options
 * @send: send a packet, borrowed
 * @forget: a new Configure-Request comes: forget what earlier ones asked for; NULL: nothing to forget
 * @up: This-Layer-Up
 * @down: This-Layer-Down; NULL: nothing to do
 * @finished: This-Layer-Finished
 * @moved: the state changed
 * @expired: the restart timer fired: call fsm_expired()
 * @echo: answer an Echo-Request; NULL where there is none
 * @extra: a packet with a code that is not the automaton's; false: unknown; NULL: all unknown
 * @terminated: the peer sent a Terminate-Request, which was answered
 * @stuck: the negotiation cannot succeed; @why is one phrase
 */
struct fsm_ops {
	const char *name;
	struct option_table options;
	void (*send)(void *owner, const uint8_t *packet, size_t len);
	void (*forget)(void *owner);
	void (*up)(void *owner);
	void (*down)(void *owner);
	void (*finished)(void *owner);
	void (*moved)(void *owner, enum fsm_state from, enum fsm_state to);
	void (*expired)(void *owner);
	void (*echo)(void *owner, const struct packet *p);
	bool (*extra)(void *owner, const struct packet *p);
	void (*terminated)(void *owner, const uint8_t *data, size_t len);
	void (*stuck)(void *owner, const char *why);
};

/**
 * struct fsm - one automaton
 * @ops: the protocol
 * @owner: for @ops
 * @state: where it is
 * @timer: restart timer; runs in states 4 to 8
 * @restarts: restart counter
 * @id: identifier of our latest request
 * @notice_id: identifier of the latest packet that asks for no answer of the automaton's
 * @answered: that request was answered: repeated answers are dropped
 * @request: options of our latest Configure-Request: an Ack repeats them exactly
 * @request_len: their length
 * @acked: options of the Configure-Request that we acknowledged last, to tell its repetition
 * @acked_len: their length; more than fits: none is kept
 * @acked_id: its identifier
 * @repeats: times it was acknowledged again
 * @naks: Configure-Naks sent since the last Ack (Max-Failure)
 * @refusals: Configure-Naks and -Rejects taken since the last Ack
 */
struct fsm {
	const struct fsm_ops *ops;
	void *owner;
	enum fsm_state state;
	struct timer timer;
	unsigned int restarts;
	uint8_t id;
	uint8_t notice_id;
	bool answered;
	uint8_t request[128];
	size_t request_len;
	uint8_t acked[128];
	size_t acked_len;
	uint8_t acked_id;
	unsigned int repeats;
	unsigned int naks;
	unsigned int refusals;
};

void fsm_init(struct fsm *f, const struct fsm_ops *ops, void *owner);
const struct fsm_cell *fsm_cell(enum fsm_event event, enum fsm_state state);
void fsm_event(struct fsm *f, enum fsm_event event);
void fsm_input(struct fsm *f, const struct packet *p);
void fsm_receive_echo(struct fsm *f, const struct packet *p);
void fsm_expired(struct fsm *f);
void fsm_stop(struct fsm *f);
const char *fsm_state_name(enum fsm_state state);

#endif
