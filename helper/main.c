// SPDX-License-Identifier: MIT
#include <event2/event.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "conf/conf.h"
#include "core/clock.h"
#include "core/log.h"
#include "core/memory.h"
#include "core/privilege.h"
#include "gateway/gateway.h"

#define CONF_DEFAULT "/etc/l2tpsec/l2tpsec.conf"

static const char usage[] =
	"usage: l2tpsecd [--config FILE] [--check-config] [--debug]\n"
	"\n"
	"The L2TP/IPsec gateway daemon. It stays in the foreground and logs to standard error.\n"
	"\n"
	"  --config FILE    configuration (default " CONF_DEFAULT ")\n"
	"  --check-config   read the configuration, say what is wrong with it, and end\n"
	"  --debug          log every message\n"
	"  --help           this text\n"
	"\n"
	"SIGHUP reads the configuration again without touching live sessions;\n"
	"SIGTERM and SIGINT disconnect every client in order and end.\n";

static void complain(void *arg, const char *text)
{
	unsigned int *n = arg;

	(*n)++;
	fprintf(stderr, "%s\n", text);
}

static void on_stop(evutil_socket_t sig, short what, void *arg)
{
	(void)sig;
	(void)what;
	gateway_shutdown(arg);
}

static void on_reload(evutil_socket_t sig, short what, void *arg)
{
	(void)sig;
	(void)what;
	gateway_reload(arg);
}

static void serve(struct event_base *base, struct gateway *gw)
{
	static const int stops[] = { SIGTERM, SIGINT };
	struct event *events[3];
	size_t i;

	for (i = 0; i < 2; i++)
		events[i] = evsignal_new(base, stops[i], on_stop, gw);
	events[2] = evsignal_new(base, SIGHUP, on_reload, gw);
	for (i = 0; i < 3; i++)
		event_add(events[i], NULL);
	event_base_dispatch(base);
	for (i = 0; i < 3; i++)
		event_free(events[i]);
}

static int run(struct conf *conf, const char *path)
{
	struct event_base *base = event_base_new();
	struct gateway *gw;
	int ret = EXIT_FAILURE;

	signal(SIGPIPE, SIG_IGN);
	clock_init(base);
	if (privilege_drop()) {		/* before threads start */
		conf_free(conf);
		event_base_free(base);
		return ret;
	}
	gw = gateway_new(base, conf, path);
	if (gw) {
		log_line(LOG_LEVEL_INFO, "ready");
		serve(base, gw);
		ret = gateway_failed(gw) ? EXIT_FAILURE : EXIT_SUCCESS;
	}
	if (gw)
		gateway_free(gw);
	event_base_free(base);
	return ret;
}

int main(int argc, char **argv)
{
	static const struct option options[] = {
		{ "config", required_argument, NULL, 'c' },
		{ "check-config", no_argument, NULL, 'C' },
		{ "debug", no_argument, NULL, 'd' },
		{ "help", no_argument, NULL, 'h' },
		{ NULL, 0, NULL, 0 },
	};
	const char *path = CONF_DEFAULT;
	bool check = false, debug = false;
	unsigned int findings = 0;
	struct conf *conf;
	int c;

	while ((c = getopt_long(argc, argv, "c:h", options, NULL)) != -1) {
		switch (c) {
		case 'c':
			path = optarg;
			break;
		case 'C':
			check = true;
			break;
		case 'd':
			debug = true;
			break;
		case 'h':
			fputs(usage, stdout);
			return EXIT_SUCCESS;
		default:
			fputs(usage, stderr);
			return EXIT_FAILURE;
		}
	}
	log_init(LOG_LEVEL_INFO, !getenv("JOURNAL_STREAM"));
	if (!check)
		memory_guard();		/* before secrets are read */
	conf = conf_read(path, complain, &findings);
	if (!conf)
		return EXIT_FAILURE;
	if (check) {
		printf("%s: good: %zu users, %zu pre-shared keys, %s certificate, %zu pools\n", path,
		       conf->ppp.users_len, conf->ike.psks_len, conf->ike.certificate.own ? "a" : "no",
		       conf->pools_len);
		conf_free(conf);
		return EXIT_SUCCESS;
	}
	if (debug)
		conf->gateway.log_level = LOG_LEVEL_DEBUG;
	log_init(conf->gateway.log_level, !getenv("JOURNAL_STREAM"));
	return run(conf, path);
}
