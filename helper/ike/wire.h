/* SPDX-License-Identifier: MIT */
/* Formats, numbers and limits of IKEv1.  No code. */
#ifndef L2TPSEC_IKE_WIRE_H
#define L2TPSEC_IKE_WIRE_H

#define ISAKMP_COOKIE_LEN		8
#define ISAKMP_HEADER_LEN		28
#define ISAKMP_VERSION			0x10	/* RFC 2408 3.1: major 1, minor 0 */
#define ISAKMP_FLAG_ENCRYPTED		0x01
#define ISAKMP_FLAG_COMMIT		0x02
#define ISAKMP_FLAG_AUTH_ONLY		0x04
#define ISAKMP_FLAGS			0x07

/** enum isakmp_exchange - RFC 2408 3.1, RFC 2409 appendix A */
enum isakmp_exchange {
	ISAKMP_EXCHANGE_MAIN = 2,
	ISAKMP_EXCHANGE_AGGRESSIVE = 4,
	ISAKMP_EXCHANGE_INFO = 5,
	ISAKMP_EXCHANGE_QUICK = 32,
};

/** enum isakmp_payload - RFC 2408 3.1, RFC 3947 3.2 and 5.2 */
enum isakmp_payload {
	ISAKMP_NONE = 0,
	ISAKMP_SA = 1,
	ISAKMP_PROPOSAL = 2,
	ISAKMP_TRANSFORM = 3,
	ISAKMP_KE = 4,
	ISAKMP_ID = 5,
	ISAKMP_CERT = 6,
	ISAKMP_CR = 7,
	ISAKMP_HASH = 8,
	ISAKMP_SIG = 9,
	ISAKMP_NONCE = 10,
	ISAKMP_NOTIFY = 11,
	ISAKMP_DELETE = 12,
	ISAKMP_VID = 13,
	ISAKMP_NATD = 20,
	ISAKMP_NATOA = 21,
	ISAKMP_FRAGMENT = 132,	/* [MS-IKEE] 2.2.6 */
};

/** enum isakmp_protocol - RFC 2407 4.4.1 */
enum isakmp_protocol {
	ISAKMP_PROTO_ISAKMP = 1,
	ISAKMP_PROTO_AH = 2,
	ISAKMP_PROTO_ESP = 3,
};

#define IPSEC_DOI			1	/* RFC 2407 4.1 */
#define IPSEC_SIT_IDENTITY_ONLY		1	/* RFC 2407 4.2.1 */

/** enum isakmp_notify - RFC 2408 3.14.1, RFC 2407 4.6.3, RFC 3706 5.2 */
enum isakmp_notify {
	NOTIFY_NO_PROPOSAL_CHOSEN = 14,
	NOTIFY_INVALID_KEY_INFORMATION = 17,
	NOTIFY_INVALID_ID_INFORMATION = 18,
	NOTIFY_AUTHENTICATION_FAILED = 24,
	NOTIFY_UNSUPPORTED_EXCHANGE_TYPE = 29,
	NOTIFY_ERROR_MAX = 16383,
	NOTIFY_RESPONDER_LIFETIME = 24576,
	NOTIFY_REPLAY_STATUS = 24577,
	NOTIFY_INITIAL_CONTACT = 24578,
	NOTIFY_R_U_THERE = 36136,
	NOTIFY_R_U_THERE_ACK = 36137,
};

#define TRANSFORM_KEY_IKE		1	/* RFC 2407 4.4.2 */

/** enum ike_attribute - phase 1 attributes, RFC 2409 appendix A */
enum ike_attribute {
	IKE_ATTR_CIPHER = 1,
	IKE_ATTR_HASH = 2,
	IKE_ATTR_AUTH = 3,
	IKE_ATTR_GROUP = 4,
	IKE_ATTR_LIFE_TYPE = 11,
	IKE_ATTR_LIFE_DURATION = 12,
	IKE_ATTR_KEY_BITS = 14,
};

#define IKE_CIPHER_3DES_CBC		5
#define IKE_CIPHER_AES_CBC		7	/* RFC 3602 5.3 */
#define IKE_AUTH_PSK			1
#define IKE_AUTH_RSA_SIG		3

#define CERT_PKCS7			1	/* RFC 2408 3.9 */
#define CERT_X509_SIGNATURE		4

/** enum esp_attribute - phase 2 attributes, RFC 2407 4.5, RFC 4304 */
enum esp_attribute {
	ESP_ATTR_LIFE_TYPE = 1,
	ESP_ATTR_LIFE_DURATION = 2,
	ESP_ATTR_GROUP = 3,
	ESP_ATTR_ENCAPSULATION = 4,
	ESP_ATTR_AUTH = 5,
	ESP_ATTR_KEY_BITS = 6,
	ESP_ATTR_ESN = 11,
};

#define LIFE_SECONDS			1
#define LIFE_KILOBYTES			2

#define ESP_3DES			3	/* RFC 2407 4.4.4 */
#define ESP_AES_CBC			12	/* RFC 3602 5.1 */
#define ESP_AES_GCM_16			20	/* RFC 4106 8.1 */

#define ESP_AUTH_HMAC_MD5		1	/* RFC 2407 4.5 */
#define ESP_AUTH_HMAC_SHA1		2
#define ESP_AUTH_HMAC_SHA2_256		5	/* RFC 4868 */
#define ESP_AUTH_HMAC_SHA2_384		6
#define ESP_AUTH_HMAC_SHA2_512		7

#define ENCAPSULATION_TRANSPORT		2	/* RFC 2407 4.5 */
#define ENCAPSULATION_UDP_TRANSPORT	4	/* RFC 3947 5.1 */

/** enum ipsec_id - RFC 2407 4.6.2.1 */
enum ipsec_id {
	IPSEC_ID_IPV4_ADDR = 1,
	IPSEC_ID_FQDN = 2,
	IPSEC_ID_USER_FQDN = 3,
	IPSEC_ID_IPV4_SUBNET = 4,
	IPSEC_ID_IPV6_ADDR = 5,
	IPSEC_ID_DER_ASN1_DN = 9,
	IPSEC_ID_KEY_ID = 11,
};

#define L2TP_PORT			1701

#define IKE_MESSAGE_MAX			8192	/* bytes of a message, ours or the peer's */
#define IKE_PAYLOADS_MAX		48
#define IKE_OFFERS_MAX			128	/* transforms in one SA payload */
#define IKE_NONCE_MIN			8	/* RFC 2409 5 */
#define IKE_NONCE_MAX			256
#define IKE_NONCE_LEN			32	/* ours */
#define IKE_HASH_MAX			64
#define IKE_KEY_MAX			32
#define IKE_BLOCK			16	/* AES; the largest */
#define IKE_BLOCK_3DES			8
#define IKE_SPI_MIN			256	/* RFC 4303 2.1 */

#endif
