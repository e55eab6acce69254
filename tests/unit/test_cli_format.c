// SPDX-License-Identifier: MIT
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "cli/format.h"

static void expect(void (*format)(FILE *out, const json_t *object), const char *json, const char *want)
{
	json_t *object = json_loads(json, 0, NULL);
	char *text;
	size_t len;
	FILE *out;

	assert_non_null(object);
	out = open_memstream(&text, &len);
	format(out, object);
	fclose(out);
	assert_string_equal(text, want);
	free(text);
	json_decref(object);
}

static void nobody(void **state)
{
	(void)state;
	expect(format_show, "{\"ok\":true,\"subscribers\":[]}", "nobody is connected\n");
	expect(format_show, "{\"ok\":true}", "nobody is connected\n");
}

static void table_is_aligned(void **state)
{
	(void)state;
	expect(format_show,
	       "{\"subscribers\":[\n"
	       "{\"id\":1,\"peer\":\"203.0.113.2:4500\",\"client\":\"strongSwan\",\"stage\":\"up\",\"suite\":\"aes256gcm16\",\n"
	       "\"user\":\"alice\",\"address\":\"10.99.0.10\",\"age\":3725,\"rx_bytes\":1536,\"tx_bytes\":999},\n"
	       "{\"id\":12,\"peer\":\"203.0.113.77:61234\",\"stage\":\"ike-phase1\",\"age\":3}],\n"
	       "\"device\":{\"name\":\"l2s0\",\"sas\":1,\"tunnels\":1,\"sessions\":2,\"rx_bytes\":5242880,\n"
	       "\"tx_bytes\":0,\"rx_dropped\":3,\"tx_dropped\":1,\"drops\":{\"rx-replay\":3,\"tx-no-sa\":1}}}",
	       "ID  USER   ADDRESS     PEER                STAGE       SUITE        RX       TX     AGE    CLIENT\n"
	       "1   alice  10.99.0.10  203.0.113.2:4500    up          aes256gcm16  1.5 KiB  999 B  1h02m  strongSwan\n"
	       "12  -      -           203.0.113.77:61234  ike-phase1  -            0 B      0 B    3s     -\n"
	       "l2s0: 1 SA, 1 tunnel, 2 sessions; rx 5.0 MiB, tx 0 B; dropped 4 (rx-replay 3, tx-no-sa 1)\n");
}

static void weak_algorithms_are_marked(void **state)
{
	(void)state;
	expect(format_show,
	       "{\"subscribers\":[{\"id\":1,\"suite\":\"3des-md5\",\"legacy\":true},\n"
	       "{\"id\":2,\"suite\":\"aes256gcm16\",\"legacy\":false},{\"id\":3,\"legacy\":true}]}",
	       "ID  USER  ADDRESS  PEER  STAGE  SUITE              RX   TX   AGE  CLIENT\n"
	       "1   -     -        -     -      3des-md5 (legacy)  0 B  0 B  0s   -\n"
	       "2   -     -        -     -      aes256gcm16        0 B  0 B  0s   -\n"
	       "3   -     -        -     -      - (legacy)         0 B  0 B  0s   -\n");
}

static void utf8_is_one_column_per_character(void **state)
{
	(void)state;
	expect(format_show,
	       "{\"subscribers\":[{\"id\":1,\"user\":\"j\\u00f6rg\",\"address\":\"10.0.0.1\"}],\n"
	       "\"device\":{\"name\":\"l2s0\"}}",
	       "ID  USER  ADDRESS   PEER  STAGE  SUITE  RX   TX   AGE  CLIENT\n"
	       "1   j\xc3\xb6rg  10.0.0.1  -     -      -      0 B  0 B  0s   -\n"
	       "l2s0: 0 SAs, 0 tunnels, 0 sessions; rx 0 B, tx 0 B; dropped 0\n");
}

static void peers_cannot_drive_the_terminal(void **state)
{
	(void)state;
	expect(format_show, "{\"subscribers\":[{\"id\":1,\"user\":\"a\\u001b[2J\\nb\",\"client\":\"\\u007f\"}]}",
	       "ID  USER     ADDRESS  PEER  STAGE  SUITE  RX   TX   AGE  CLIENT\n"
	       "1   a?[2J?b  -        -     -      -      0 B  0 B  0s   ?\n");
}

static void long_names_are_cut_between_characters(void **state)
{
	char json[1024] = "{\"subscribers\":[{\"id\":1,\"client\":\"", want[1024];
	int i;

	(void)state;
	for (i = 0; i < 100; i++)
		strcat(json, "\xc3\xa4");
	strcat(json, "\"}]}");
	strcpy(want, "ID  USER  ADDRESS  PEER  STAGE  SUITE  RX   TX   AGE  CLIENT\n"
		     "1   -     -        -     -      -      0 B  0 B  0s   ");
	for (i = 0; i < 39; i++)
		strcat(want, "\xc3\xa4");
	strcat(want, "\n");
	expect(format_show, json, want);
}

static void ages(void **state)
{
	static const struct {
		int seconds;
		const char *text;
	} rows[] = { { 59, "59s" }, { 60, "1m00s" }, { 3599, "59m59s" }, { 3600, "1h00m" }, { 90000, "1d01h" } };
	char json[64], want[256];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		snprintf(json, sizeof(json), "{\"subscribers\":[{\"age\":%d}]}", rows[i].seconds);
		snprintf(want, sizeof(want), "ID  USER  ADDRESS  PEER  STAGE  SUITE  RX   TX   %-*s  CLIENT\n"
			 "0   -     -        -     -      -      0 B  0 B  %s%*s  -\n",
			 (int)(strlen(rows[i].text) > 3 ? strlen(rows[i].text) : 3), "AGE", rows[i].text,
			 (int)(strlen(rows[i].text) > 3 ? 0 : 3 - strlen(rows[i].text)), "");
		expect(format_show, json, want);
	}
}

static void events(void **state)
{
	(void)state;
	setenv("TZ", "UTC", 1);
	expect(format_event,
	       "{\"event\":\"stage\",\"time\":3661,\"id\":4,\"peer\":\"192.0.2.1:500\",\"user\":\"bob\",\n"
	       "\"stage\":\"lcp\",\"text\":\"open\\u0007\"}", "01:01:01 #4 192.0.2.1:500 bob lcp: open?\n");
	expect(format_event,
	       "{\"event\":\"gone\",\"time\":0,\"id\":4,\"peer\":\"192.0.2.1:500\",\"reason\":\"StopCCN\"}",
	       "00:00:00 #4 192.0.2.1:500 - gone: StopCCN\n");
}

static void small_answers(void **state)
{
	(void)state;
	expect(format_disconnect, "{\"ok\":true,\"disconnected\":1}", "disconnected 1 subscriber\n");
	expect(format_disconnect, "{\"ok\":true,\"disconnected\":2}", "disconnected 2 subscribers\n");
	expect(format_reload, "{\"ok\":true}", "reloaded\n");
	expect(format_reload, "{\"ok\":true,\"warnings\":[\"w\"]}", "w\nreloaded\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nobody),
		cmocka_unit_test(table_is_aligned),
		cmocka_unit_test(weak_algorithms_are_marked),
		cmocka_unit_test(utf8_is_one_column_per_character),
		cmocka_unit_test(peers_cannot_drive_the_terminal),
		cmocka_unit_test(long_names_are_cut_between_characters),
		cmocka_unit_test(ages),
		cmocka_unit_test(events),
		cmocka_unit_test(small_answers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
