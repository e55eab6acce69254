// SPDX-License-Identifier: MIT
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cli/format.h"

#define CELL_LEN	80
#define GAP		2

typedef void (*make_cell)(const json_t *subscriber, const char *key, char out[CELL_LEN]);

/* A column of the table. */
struct column {
	const char *heading;
	const char *key;
	make_cell make;
};

static const char *text_of(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text ? text : "";
}

static uint64_t number_of(const json_t *object, const char *key)
{
	json_int_t n = json_integer_value(json_object_get(object, key));

	return n > 0 ? n : 0;
}

/* Peers choose some of these words: nothing of it drives a terminal. */
static void make_text(const json_t *subscriber, const char *key, char out[CELL_LEN])
{
	const char *text = text_of(subscriber, key);
	size_t len = strnlen(text, CELL_LEN - 1), i;

	while (len && text[len] && ((unsigned char)text[len] & 0xc0) == 0x80)
		len--;
	for (i = 0; i < len; i++)
		out[i] = (unsigned char)text[i] < ' ' || text[i] == 0x7f ? '?' : text[i];
	out[len] = '\0';
	if (!len)
		strcpy(out, "-");
}

static void make_number(const json_t *subscriber, const char *key, char out[CELL_LEN])
{
	snprintf(out, CELL_LEN, "%llu", (unsigned long long)number_of(subscriber, key));
}

static void make_bytes(const json_t *subscriber, const char *key, char out[CELL_LEN])
{
	static const char *const units[] = { "B", "KiB", "MiB", "GiB", "TiB", "PiB" };
	uint64_t whole = number_of(subscriber, key), rest = 0;
	unsigned int i = 0;

	while (whole >= 1024 && i < sizeof(units) / sizeof(units[0]) - 1) {
		rest = whole % 1024;
		whole /= 1024;
		i++;
	}
	if (i)
		snprintf(out, CELL_LEN, "%llu.%llu %s", (unsigned long long)whole, (unsigned long long)rest * 10 / 1024,
			 units[i]);
	else
		snprintf(out, CELL_LEN, "%llu B", (unsigned long long)whole);
}

static void make_age(const json_t *subscriber, const char *key, char out[CELL_LEN])
{
	unsigned long long s = number_of(subscriber, key);

	if (s < 60)
		snprintf(out, CELL_LEN, "%llus", s);
	else if (s < 3600)
		snprintf(out, CELL_LEN, "%llum%02llus", s / 60, s % 60);
	else if (s < 86400)
		snprintf(out, CELL_LEN, "%lluh%02llum", s / 3600, s / 60 % 60);
	else
		snprintf(out, CELL_LEN, "%llud%02lluh", s / 86400, s / 3600 % 24);
}

/* Weak algorithms, in phase 1 or phase 2, do not go unnoticed. */
static void make_suite(const json_t *subscriber, const char *key, char out[CELL_LEN])
{
	char suite[CELL_LEN];

	make_text(subscriber, key, suite);
	snprintf(out, CELL_LEN, "%.*s%s", CELL_LEN - 16, suite,
		 json_is_true(json_object_get(subscriber, "legacy")) ? " (legacy)" : "");
}

static const struct column columns[] = {
	{ "ID", "id", make_number },
	{ "USER", "user", make_text },
	{ "ADDRESS", "address", make_text },
	{ "PEER", "peer", make_text },
	{ "STAGE", "stage", make_text },
	{ "SUITE", "suite", make_suite },
	{ "RX", "rx_bytes", make_bytes },
	{ "TX", "tx_bytes", make_bytes },
	{ "AGE", "age", make_age },
	{ "CLIENT", "client", make_text },
};

#define COLUMNS	(sizeof(columns) / sizeof(columns[0]))

/* Characters, not bytes: user names may be UTF-8. */
static int width_of(const char *text)
{
	int n = 0;

	for (; *text; text++)
		n += ((unsigned char)*text & 0xc0) != 0x80;
	return n;
}

static void widen(int widths[COLUMNS], const json_t *subscriber)
{
	char cell[CELL_LEN];
	size_t i;
	int n;

	for (i = 0; i < COLUMNS; i++) {
		columns[i].make(subscriber, columns[i].key, cell);
		n = width_of(cell);
		widths[i] = n > widths[i] ? n : widths[i];
	}
}

static void print_cell(FILE *out, const char *text, int width, bool last)
{
	fputs(text, out);
	if (last)
		fputc('\n', out);
	else
		fprintf(out, "%*s", width - width_of(text) + GAP, "");
}

static void print_table(FILE *out, const json_t *subscribers)
{
	int widths[COLUMNS];
	char cell[CELL_LEN];
	const json_t *s;
	size_t i, n;

	for (i = 0; i < COLUMNS; i++)
		widths[i] = strlen(columns[i].heading);
	json_array_foreach(subscribers, n, s)
		widen(widths, s);
	for (i = 0; i < COLUMNS; i++)
		print_cell(out, columns[i].heading, widths[i], i == COLUMNS - 1);
	json_array_foreach(subscribers, n, s) {
		for (i = 0; i < COLUMNS; i++) {
			columns[i].make(s, columns[i].key, cell);
			print_cell(out, cell, widths[i], i == COLUMNS - 1);
		}
	}
}

static void print_count(FILE *out, const json_t *device, const char *key, const char *noun, const char *before)
{
	uint64_t n = number_of(device, key);

	fprintf(out, "%s%llu %s%s", before, (unsigned long long)n, noun, n == 1 ? "" : "s");
}

static void print_drops(FILE *out, const json_t *device)
{
	json_t *drops = json_object_get(device, "drops");
	const char *reason, *before = "";
	json_t *count;

	fprintf(out, "; dropped %llu", (unsigned long long)(number_of(device, "rx_dropped") +
							  number_of(device, "tx_dropped")));
	if (!json_object_size(drops))
		return;
	fputs(" (", out);
	json_object_foreach(drops, reason, count) {
		fprintf(out, "%s%s %lld", before, reason, (long long)json_integer_value(count));
		before = ", ";
	}
	fputc(')', out);
}

static void print_device(FILE *out, const json_t *device)
{
	char name[CELL_LEN], rx[CELL_LEN], tx[CELL_LEN];

	if (!device)
		return;
	make_text(device, "name", name);
	make_bytes(device, "rx_bytes", rx);
	make_bytes(device, "tx_bytes", tx);
	fprintf(out, "%s: ", name);
	print_count(out, device, "sas", "SA", "");
	print_count(out, device, "tunnels", "tunnel", ", ");
	print_count(out, device, "sessions", "session", ", ");
	fprintf(out, "; rx %s, tx %s", rx, tx);
	print_drops(out, device);
	fputc('\n', out);
}

/**
 * format_show - print who is connected
 * @out: where to
 * @answer: the daemon's to "show"
 */
void format_show(FILE *out, const json_t *answer)
{
	const json_t *subscribers = json_object_get(answer, "subscribers");

	if (json_array_size(subscribers))
		print_table(out, subscribers);
	else
		fputs("nobody is connected\n", out);
	print_device(out, json_object_get(answer, "device"));
}

/**
 * format_event - print one event
 * @out: where to
 * @event: the daemon's, after "monitor"
 */
void format_event(FILE *out, const json_t *event)
{
	bool gone = !strcmp(text_of(event, "event"), "gone");
	char peer[CELL_LEN], user[CELL_LEN], stage[CELL_LEN], stamp[16];
	time_t when = number_of(event, "time");
	const char *text = text_of(event, gone ? "reason" : "text");
	struct tm tm;

	strftime(stamp, sizeof(stamp), "%H:%M:%S", localtime_r(&when, &tm));
	make_text(event, "peer", peer);
	make_text(event, "user", user);
	make_text(event, gone ? "event" : "stage", stage);
	fprintf(out, "%s #%llu %s %s %s%s", stamp, (unsigned long long)number_of(event, "id"), peer, user, stage,
		*text ? ": " : "");
	for (; *text; text++)
		fputc((unsigned char)*text < ' ' || *text == 0x7f ? '?' : *text, out);
	fputc('\n', out);
	fflush(out);
}

/**
 * format_disconnect - print what was disconnected
 * @out: where to
 * @answer: the daemon's to "disconnect"
 */
void format_disconnect(FILE *out, const json_t *answer)
{
	uint64_t n = number_of(answer, "disconnected");

	fprintf(out, "disconnected %llu subscriber%s\n", (unsigned long long)n, n == 1 ? "" : "s");
}

/**
 * format_reload - print that the configuration is in use
 * @out: where to
 * @answer: the daemon's to "reload"
 */
void format_reload(FILE *out, const json_t *answer)
{
	const json_t *warning;
	size_t i;

	json_array_foreach(json_object_get(answer, "warnings"), i, warning)
		fprintf(out, "%s\n", json_string_value(warning));
	fputs("reloaded\n", out);
}
