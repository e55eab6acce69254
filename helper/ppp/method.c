// SPDX-License-Identifier: MIT
#include <stdio.h>
#include <string.h>

#include "ppp/method.h"
#include "ppp/wire.h"

/* strongest first */
static const struct method methods[] = {
	{ AUTH_METHOD_MSCHAPV2, CONF_AUTH_MSCHAPV2, "mschapv2", PPP_PROTO_CHAP, CHAP_ALG_MSCHAPV2 },
	{ AUTH_METHOD_CHAP_MD5, CONF_AUTH_CHAP_MD5, "chap-md5", PPP_PROTO_CHAP, CHAP_ALG_MD5 },
	{ AUTH_METHOD_PAP, CONF_AUTH_PAP, "pap", PPP_PROTO_PAP, 0 },
};

#define METHODS	(sizeof(methods) / sizeof(methods[0]))

/**
 * method_best - the strongest of a set
 * @conf: CONF_AUTH_* bits
 * Return: its row; NULL of an empty set.
 */
const struct method *method_best(unsigned int conf)
{
	for (size_t i = 0; i < METHODS; i++) {
		if (methods[i].conf & conf)
			return &methods[i];
	}
	return NULL;
}

/**
 * method_get - the row of a method
 * @method: which
 * Return: its row.
 */
const struct method *method_get(enum auth_method method)
{
	size_t i = 0;

	while (methods[i].method != method)
		i++;
	return &methods[i];
}

/**
 * method_find - the row of an LCP option's value (RFC 1661 section 6.2)
 * @o: Authentication-Protocol option
 * Return: its row; NULL when it is none of ours.
 */
const struct method *method_find(const struct option *o)
{
	for (size_t i = 0; i < METHODS; i++) {
		uint8_t storage[4];
		struct wbuf w;

		wbuf_init(&w, storage, sizeof(storage));
		method_put(&methods[i], &w);
		if (o->len == w.len && !memcmp(o->value, w.data, w.len))
			return &methods[i];
	}
	return NULL;
}

/**
 * method_put - write an LCP option's value
 * @m: method
 * @value: where to
 */
void method_put(const struct method *m, struct wbuf *value)
{
	wbuf_u16(value, m->protocol);
	if (m->algorithm)
		wbuf_u8(value, m->algorithm);
}

/**
 * method_option_print - what a client wants, for log lines
 * @o: Authentication-Protocol option
 * @out: storage
 * Return: @out.
 */
const char *method_option_print(const struct option *o, char out[METHOD_TEXT_LEN])
{
	const struct method *m = method_find(o);
	uint16_t protocol;
	uint8_t algorithm;
	struct rbuf r;

	rbuf_init(&r, o->value, o->len);
	protocol = rbuf_u16(&r);
	algorithm = rbuf_u8(&r);
	if (m)
		snprintf(out, METHOD_TEXT_LEN, "%s", m->name);
	else if (protocol == PPP_PROTO_EAP)
		snprintf(out, METHOD_TEXT_LEN, "eap");
	else if (protocol == PPP_PROTO_CHAP && algorithm == CHAP_ALG_MSCHAPV1)
		snprintf(out, METHOD_TEXT_LEN, "mschapv1");
	else
		snprintf(out, METHOD_TEXT_LEN, "protocol 0x%04x algorithm %u", protocol, algorithm);
	return out;
}

/**
 * method_list_print - a set, for log lines
 * @conf: CONF_AUTH_* bits
 * @out: storage
 * Return: @out, names separated by commas.
 */
const char *method_list_print(unsigned int conf, char out[METHOD_TEXT_LEN])
{
	size_t n = 0;

	out[0] = '\0';
	for (size_t i = 0; i < METHODS; i++) {
		if (methods[i].conf & conf)
			n += snprintf(out + n, METHOD_TEXT_LEN - n, "%s%s", n ? ", " : "", methods[i].name);
	}
	return out;
}
