// SPDX-License-Identifier: MIT
/* libFuzzer target: one L2TP message, its AVPs, hidden ones too. */
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "l2tp/avp.h"
#include "l2tp/message.h"

static void walk(struct rbuf r)
{
	struct l2tp_avp avp;

	while (l2tp_avp_next(&r, &avp)) {
		if (avp.value + avp.len > r.end)
			abort();
	}
}

/* What we accept and could say ourselves reads the same after we have said it. */
static void say_again(const struct l2tp_message *m)
{
	struct l2tp_message again;
	uint8_t out[2048];
	struct rbuf body;
	struct wbuf w;

	wbuf_init(&w, out, sizeof(out));
	l2tp_message_build(&w, m);
	if (w.failed)
		return;
	rbuf_init(&body, out, w.len);
	l2tp_message_parse(body, &again);
	if (again.type != m->type || again.assigned_tunnel != m->assigned_tunnel ||
	    again.assigned_session != m->assigned_session || again.result.code != m->result.code)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char phrase[L2TP_PHRASE_LEN];
	struct l2tp_message m;
	struct l2tp_header h;
	struct rbuf body;

	if (!l2tp_header_parse(data, size, &h, &body))
		return 0;
	walk(body);
	l2tp_message_parse(body, &m);
	if (!memchr(m.host_name, 0, sizeof(m.host_name)) || !memchr(m.vendor_name, 0, sizeof(m.vendor_name)) ||
	    !memchr(m.result.text, 0, sizeof(m.result.text)) || !memchr(m.complaint, 0, sizeof(m.complaint)))
		abort();
	l2tp_result_phrase(m.type, &m.result, phrase);
	l2tp_message_name(m.type);
	if (!m.error && !m.ignore && !l2tp_message_check(&m))
		say_again(&m);
	return 0;
}
