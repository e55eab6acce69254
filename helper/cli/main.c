// SPDX-License-Identifier: MIT
/* l2tpsec: look at and steer a running l2tpsecd. */
#include <getopt.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "cli/client.h"
#include "cli/format.h"

#define DEFAULT_SOCKET	"/run/l2tpsec/control"

enum exit_code {
	EXIT_OK = 0,
	EXIT_REFUSED = 1,
	EXIT_USAGE = 2,
	EXIT_UNREACHABLE = 3,
};

/**
 * struct invocation - what was asked for
 * @socket: path of the control socket
 * @json: print the daemon's JSON as it is
 * @operand: what follows the subcommand, NULL without
 */
struct invocation {
	const char *socket;
	bool json;
	const char *operand;
};

/**
 * struct command - a subcommand
 * @name: its name
 * @operand: what must follow it, NULL = nothing
 * @help: one line
 * @run: does it
 * @format: prints the answer for people
 */
struct command {
	const char *name;
	const char *operand;
	const char *help;
	enum exit_code (*run)(const struct command *c, const struct invocation *i);
	void (*format)(FILE *out, const json_t *answer);
};

static void print_json(const json_t *object)
{
	json_dumpf(object, stdout, JSON_COMPACT);
	putchar('\n');
	fflush(stdout);
}

static enum exit_code print_answer(const struct command *c, const struct invocation *i, const json_t *answer)
{
	const char *error = json_string_value(json_object_get(answer, "error"));
	const json_t *finding;
	size_t n;

	if (i->json)
		print_json(answer);
	else if (!error)
		c->format(stdout, answer);
	if (!error)
		return EXIT_OK;
	if (i->json)
		return EXIT_REFUSED;
	json_array_foreach(json_object_get(answer, "findings"), n, finding)
		fprintf(stderr, "%s\n", json_string_value(finding));
	fprintf(stderr, "l2tpsec: %s\n", error);
	return EXIT_REFUSED;
}

/* The word of the operand: a number is a subscriber's id, everything else a user. */
static json_t *make_request(const struct command *c, const struct invocation *i)
{
	json_t *request = json_pack("{s:s}", "command", c->name);
	json_int_t id;
	char *end;

	if (!i->operand)
		return request;
	id = strtoll(i->operand, &end, 10);
	if (*i->operand && !*end)
		json_object_set_new(request, "id", json_integer(id));
	else
		json_object_set_new(request, "user", json_string(i->operand));
	return request;
}

/* One request, one answer. */
static enum exit_code run_request(const struct command *c, const struct invocation *i)
{
	FILE *daemon = client_connect(i->socket);
	enum exit_code code = EXIT_UNREACHABLE;
	json_t *answer;

	if (!daemon)
		return EXIT_UNREACHABLE;
	answer = client_request(daemon, make_request(c, i));
	if (answer)
		code = print_answer(c, i, answer);
	json_decref(answer);
	fclose(daemon);
	return code;
}

static enum exit_code run_monitor(const struct command *c, const struct invocation *i)
{
	FILE *daemon = client_connect(i->socket);
	json_t *object;

	if (!daemon)
		return EXIT_UNREACHABLE;
	object = client_request(daemon, json_pack("{s:s}", "command", c->name));
	if (!object) {
		fclose(daemon);
		return EXIT_UNREACHABLE;
	}
	json_decref(object);
	while ((object = client_read(daemon))) {
		if (i->json)
			print_json(object);
		else
			c->format(stdout, object);
		json_decref(object);
	}
	fclose(daemon);
	fprintf(stderr, "l2tpsec: the daemon has gone\n");
	return EXIT_UNREACHABLE;
}

static enum exit_code run_version(const struct command *c, const struct invocation *i)
{
	(void)c;
	if (i->json)
		printf("{\"version\":\"%s\"}\n", L2TPSEC_VERSION);
	else
		puts("l2tpsec " L2TPSEC_VERSION);
	return EXIT_OK;
}

static const struct command commands[] = {
	{ "show", NULL, "who is connected, and the device's counters", run_request, format_show },
	{ "monitor", NULL, "events as they happen, until interrupted", run_monitor, format_event },
	{ "disconnect", "ID|USER", "end a subscriber, or all of a user's", run_request, format_disconnect },
	{ "reload", NULL, "read the configuration again; nobody is disconnected", run_request, format_reload },
	{ "version", NULL, "version of this program", run_version, NULL },
};

#define COMMANDS	(sizeof(commands) / sizeof(commands[0]))

static void print_help(FILE *out)
{
	char usage[64];
	size_t i;

	fputs("usage: l2tpsec [--socket PATH] COMMAND [--json]\n\n", out);
	for (i = 0; i < COMMANDS; i++) {
		snprintf(usage, sizeof(usage), "%s %s", commands[i].name,
			 commands[i].operand ? commands[i].operand : "");
		fprintf(out, "  %-20s %s\n", usage, commands[i].help);
	}
	fputs("\n  --json               print JSON, one object per line\n"
	      "  --socket PATH        control socket of the daemon (" DEFAULT_SOCKET ")\n"
	      "\nExit status: 0 done, 1 the daemon refused, 2 wrong usage, 3 no daemon\n", out);
}

static enum exit_code complain(const char *what, const char *which)
{
	fprintf(stderr, "l2tpsec: %s%s; see l2tpsec --help\n", what, which);
	return EXIT_USAGE;
}

static const struct command *command_find(const char *name)
{
	size_t i;

	for (i = 0; i < COMMANDS; i++) {
		if (!strcmp(commands[i].name, name))
			return &commands[i];
	}
	return NULL;
}

static enum exit_code run(struct invocation *i, char **words, int count)
{
	const struct command *c;

	if (!count)
		return complain("which command?", "");
	c = command_find(words[0]);
	if (!c)
		return complain("unknown command ", words[0]);
	if (count - 1 != !!c->operand)
		return complain(c->operand ? "give one " : "too many words after ",
				c->operand ? c->operand : c->name);
	i->operand = c->operand ? words[1] : NULL;
	return c->run(c, i);
}

int main(int argc, char **argv)
{
	static const struct option options[] = {
		{ "json", no_argument, NULL, 'j' },
		{ "socket", required_argument, NULL, 's' },
		{ "help", no_argument, NULL, 'h' },
		{ "version", no_argument, NULL, 'v' },
		{ NULL, 0, NULL, 0 },
	};
	struct invocation i = { .socket = DEFAULT_SOCKET };
	int c;

	while ((c = getopt_long(argc, argv, "js:hv", options, NULL)) != -1) {
		switch (c) {
		case 'j':
			i.json = true;
			break;
		case 's':
			i.socket = optarg;
			break;
		case 'h':
			print_help(stdout);
			return EXIT_OK;
		case 'v':
			return run_version(NULL, &i);
		default:
			return EXIT_USAGE;
		}
	}
	return run(&i, argv + optind, argc - optind);
}
