/* SPDX-License-Identifier: MIT */
/* PPP control protocols: numbers, lengths and limits.  No code. */
#ifndef L2TPSEC_PPP_WIRE_H
#define L2TPSEC_PPP_WIRE_H

/* PPP protocol numbers (RFC 1661 section 2) */
#define PPP_PROTO_IPV4		0x0021
#define PPP_PROTO_IPV6		0x0057
#define PPP_PROTO_IPCP		0x8021	/* RFC 1332 */
#define PPP_PROTO_CCP		0x80fd	/* RFC 1962; refused */
#define PPP_PROTO_LCP		0xc021	/* RFC 1661 */
#define PPP_PROTO_PAP		0xc023	/* RFC 1334 */
#define PPP_PROTO_CHAP		0xc223	/* RFC 1994 */
#define PPP_PROTO_EAP		0xc227	/* RFC 3748; named in log lines only */

/* Codes of LCP and of the NCPs (RFC 1661 section 5) */
#define PPP_CODE_CONF_REQ	1
#define PPP_CODE_CONF_ACK	2
#define PPP_CODE_CONF_NAK	3
#define PPP_CODE_CONF_REJ	4
#define PPP_CODE_TERM_REQ	5
#define PPP_CODE_TERM_ACK	6
#define PPP_CODE_CODE_REJ	7

/* Codes of LCP only (RFC 1661 sections 5.7 to 5.9, RFC 1570 section 2) */
#define LCP_CODE_PROTO_REJ	8
#define LCP_CODE_ECHO_REQ	9
#define LCP_CODE_ECHO_REPLY	10
#define LCP_CODE_DISCARD	11
#define LCP_CODE_IDENT		12
#define LCP_CODE_TIME_REMAINING	13

/* LCP options (RFC 1661 section 6, RFC 1662 section 7.1) */
#define LCP_OPT_MRU		1
#define LCP_OPT_ASYNCMAP	2
#define LCP_OPT_AUTH		3
#define LCP_OPT_MAGIC		5
#define LCP_OPT_PFC		7
#define LCP_OPT_ACFC		8

/* IPCP options (RFC 1332 section 3, RFC 1877 section 1) */
#define IPCP_OPT_ADDRESS	3
#define IPCP_OPT_DNS1		129
#define IPCP_OPT_WINS1		130
#define IPCP_OPT_DNS2		131
#define IPCP_OPT_WINS2		132

/* CHAP (RFC 1994 section 4), its algorithms (RFC 1994 section 3, RFC 2759 section 3) */
#define CHAP_CODE_CHALLENGE	1
#define CHAP_CODE_RESPONSE	2
#define CHAP_CODE_SUCCESS	3
#define CHAP_CODE_FAILURE	4
#define CHAP_ALG_MD5		5
#define CHAP_ALG_MSCHAPV1	0x80	/* named in log lines only */
#define CHAP_ALG_MSCHAPV2	0x81
#define CHAP_CHALLENGE_LEN	16
#define CHAP_MD5_RESPONSE_LEN	16
#define CHAP_MSCHAPV2_RESPONSE_LEN 49	/* RFC 2759 section 4: 16 peer challenge, 8 zero, 24 response, 1 flags */

/* PAP (RFC 1334 section 2.2) */
#define PAP_CODE_AUTH_REQ	1
#define PAP_CODE_AUTH_ACK	2
#define PAP_CODE_AUTH_NAK	3

/* Lengths */
#define PPP_HEADER_LEN		4	/* code, identifier, length */
#define PPP_OPTION_HEADER_LEN	2	/* type, length */
#define PPP_DEFAULT_MRU		1500	/* RFC 1661 section 6.1 */
#define PPP_MIN_MRU		128	/* less is answered with this */
#define PPP_PACKET_MAX		1500	/* a longer control packet is dropped */

/* Restart timer and counters (RFC 1661 section 4.6); 30 s for a client that starts late */
#define FSM_CONFIGURE_MS	2000
#define FSM_TERMINATE_MS	1000
#define FSM_MAX_CONFIGURE	15
#define FSM_MAX_TERMINATE	2
#define FSM_MAX_FAILURE		5
#define FSM_MAX_REFUSALS	10	/* Configure-Naks and -Rejects taken in a row */

#define FSM_MAX_REPEATS		2	/* repeated requests that are acknowledged again without a restart */

#define LCP_MAX_LOOPS		5	/* our own magic number seen in requests */

/* Authentication: a challenge is repeated, a PAP login is waited for, 30 s in all */
#define AUTH_RETRY_MS		3000
#define AUTH_MAX_TRIES		10

#endif
