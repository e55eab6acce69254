// SPDX-License-Identifier: MIT
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include <linux/l2tpsec.h>

#include "conf/conf.h"
#include "conf/option.h"
#include "conf/proposal.h"

#define MINIMAL \
	"[ppp]\nlocal-address = 10.99.0.1\n" \
	"[psk all]\nsecret = geheim\n" \
	"[pool main]\nrange = 10.99.0.10-10.99.0.20\n"

#define NOT_FOR_US \
	"chap-secrets:7: warning: user isp-account is for the server \"isp\" and cannot log in here; write * instead"

static char dir[32];
static char path[64];
static char found[8192];

static void collect(void *arg, const char *text)
{
	(void)arg;
	assert_ptr_equal(strstr(text, dir), text);
	strncat(found, text + strlen(dir) + 1, sizeof(found) - strlen(found) - 2);
	strcat(found, "\n");
}

static void write_file(const char *name, const char *text, mode_t mode)
{
	char full[128];
	FILE *f;

	snprintf(full, sizeof(full), "%s/%s", dir, name);
	f = fopen(full, "w");
	assert_non_null(f);
	fputs(text, f);
	fclose(f);
	assert_int_equal(chmod(full, mode), 0);
}

static struct conf *read_text(const char *text)
{
	*found = '\0';
	write_file("conf", text, 0600);
	return conf_read(path, collect, NULL);
}

static void refuse(const char *text, const char *finding)
{
	assert_null(read_text(text));
	if (!strstr(found, finding))
		fail_msg("expected \"%s\" in:\n%s", finding, found);
}

static int setup(void **state)
{
	(void)state;
	strcpy(dir, "/tmp/l2tpsec-conf-XXXXXX");
	if (!mkdtemp(dir))
		return -1;
	snprintf(path, sizeof(path), "%s/conf", dir);
	write_file("chap-secrets", "", 0600);
	return 0;
}

static int teardown(void **state)
{
	char command[64];

	(void)state;
	snprintf(command, sizeof(command), "rm -r %s", dir);
	return system(command);
}

static void minimal_gets_defaults(void **state)
{
	struct conf *c = read_text(MINIMAL);
	struct addr a;
	char text[64];

	(void)state;
	assert_non_null(c);
	assert_string_equal(found, "");
	assert_string_equal(c->gateway.device, "l2s0");
	assert_int_equal(c->gateway.listen_len, 1);
	assert_true(addr_parse(&a, "0.0.0.0") && addr_equal(&a, &c->gateway.listen[0]));
	assert_string_equal(c->gateway.control_socket, "/run/l2tpsec/control");
	assert_int_equal(c->gateway.log_level, LOG_LEVEL_INFO);
	assert_false(c->ike.aggressive_mode);
	assert_null(c->ike.psks[0].id);
	assert_int_equal(c->ike.half_open_max, 1000);
	assert_int_equal(c->ike.half_open_per_source, 50);
	assert_int_equal(c->ike.dpd_interval, 30);
	assert_int_equal(c->ike.dpd_failures, 5);
	assert_false(c->ike.force_udp_encapsulation);
	assert_false(c->ike.has_public_address);
	assert_int_equal(c->ike.replay_window, 1024);
	assert_int_equal(c->ike.esp_len, 8);
	assert_string_equal(conf_esp_proposal_print(&c->ike.esp[0], text), "aes256gcm16");
	assert_int_equal(c->l2tp.hello_interval, 60);
	assert_int_equal(c->l2tp.retransmit_max, 8);
	assert_int_equal(c->l2tp.sessions_max, 64);
	assert_true(*c->l2tp.host_name);
	assert_int_equal(c->ppp.auth, CONF_AUTH_MSCHAPV2);
	assert_int_equal(c->ppp.mtu, 1400);
	assert_true(c->ppp.clamp_mss);
	assert_int_equal(c->ppp.echo_interval, 30);
	assert_int_equal(c->ppp.echo_failures, 4);
	assert_int_equal(c->ppp.local_address, 0x0a630001);
	assert_int_equal(c->pools_len, 1);
	assert_int_equal(c->pools[0].first, 0x0a63000a);
	assert_int_equal(c->pools[0].last, 0x0a630014);
	assert_int_equal(c->ike.psks_len, 1);
	assert_string_equal(c->ike.psks[0].name, "all");
	assert_int_equal(c->ike.psks[0].peers_len, 2);
	assert_int_equal(c->ike.psks[0].secret_len, 6);
	assert_memory_equal(c->ike.psks[0].secret, "geheim", 6);
	conf_free(c);
}

/* clients.md, phase 1 of every native client: AES-256 or 128, SHA1 or SHA2-256, groups 20, 19, 14, 15 */
static void default_ike_accepts_native_clients(void **state)
{
	static const char *const offers[] = {
		"aes256-sha1-ecp384",		/* Windows 10 */
		"aes128-sha1-ecp256",		/* Windows 10 */
		"aes256-sha1-modp2048",		/* Windows 10 */
		"aes256-sha256-modp2048",	/* Apple, Android, NetworkManager-l2tp */
		"aes128-sha256-modp3072",	/* ChromeOS */
	};
	struct conf *c = read_text(MINIMAL);
	size_t i, k, hits;
	char text[64];

	(void)state;
	assert_non_null(c);
	assert_true(c->ike.proposals_len <= CONF_MAX_PROPOSALS);
	for (i = 0; i < sizeof(offers) / sizeof(offers[0]); i++) {
		hits = 0;
		for (k = 0; k < c->ike.proposals_len; k++)
			hits += !strcmp(offers[i], conf_ike_proposal_print(&c->ike.proposals[k], text));
		assert_int_equal(hits, 1);
	}
	conf_free(c);
}

static const struct conf_profile *profile_of(const struct conf *c, const char *peer, enum conf_client client)
{
	struct addr a;

	assert_true(addr_parse(&a, peer));
	return conf_profile_find(&c->ike, &a, client);
}

static void the_first_profile_that_fits_counts(void **state)
{
	struct conf *c = read_text(MINIMAL
				   "[profile branch]\npeers = 203.0.113.0/24,\n 2001:db8::/32\nlegacy = yes\n"
				   "[profile phones]\nclient = android\nsha256-96 = yes\nlegacy = yes\n"
				   "[profile the rest]\nsha256-96 = no\n");
	char hint[CONF_PROFILE_HINT_MAX];
	const struct conf_profile *p;
	struct addr a;

	(void)state;
	assert_non_null(c);
	p = profile_of(c, "203.0.113.9", CONF_CLIENT_ANDROID);
	assert_string_equal(p->name, "branch");
	assert_true(p->legacy);
	assert_int_equal(p->sha256_96, CONF_SHA256_96_AUTO);
	assert_ptr_equal(profile_of(c, "2001:db8::1", CONF_CLIENT_ANY), p);
	p = profile_of(c, "198.51.100.1", CONF_CLIENT_ANDROID);
	assert_string_equal(p->name, "phones");
	assert_int_equal(p->sha256_96, CONF_SHA256_96_YES);
	p = profile_of(c, "198.51.100.1", CONF_CLIENT_WINDOWS);
	assert_string_equal(p->name, "the rest");
	assert_false(p->legacy);
	assert_int_equal(p->sha256_96, CONF_SHA256_96_NO);
	assert_ptr_equal(profile_of(c, "2001:db9::1", CONF_CLIENT_ANY), p);
	assert_true(addr_parse(&a, "198.51.100.1"));
	assert_string_equal(conf_profile_hint(&c->ike, &a, CONF_CLIENT_ANY, hint),
			    "legacy = yes in [profile the rest]");
	conf_free(c);
}

static void without_profiles_nothing_is_weak(void **state)
{
	struct conf *c = read_text(MINIMAL);
	char hint[CONF_PROFILE_HINT_MAX];
	const struct conf_profile *p;
	struct addr a;

	(void)state;
	p = profile_of(c, "198.51.100.1", CONF_CLIENT_ANDROID);
	assert_false(p->legacy);
	assert_int_equal(p->sha256_96, CONF_SHA256_96_AUTO);
	assert_true(addr_parse(&a, "198.51.100.1"));
	assert_string_equal(conf_profile_hint(&c->ike, &a, CONF_CLIENT_ANY, hint),
			    "legacy = yes in a [profile NAME] with peers = 198.51.100.1");
	conf_free(c);
}

static void profiles_are_checked(void **state)
{
	(void)state;
	refuse(MINIMAL "[profile x]\nlegacy = maybe\n", "legacy is \"maybe\"; give yes or no");
	refuse(MINIMAL "[profile x]\nclient = vista\n",
	       "client is \"vista\"; give any, windows, apple, android or linux");
	refuse(MINIMAL "[profile x]\nsha256-96 = 96\n", "sha256-96 is \"96\"; give auto, yes or no");
	refuse(MINIMAL "[profile x]\npeers = nobody\n", "peers has \"nobody\"");
	refuse(MINIMAL "[ike]\nproposals = 3des-sha1-modp1024\n",
	       "weaker ones belong to legacy = yes in a [profile NAME]");
	refuse(MINIMAL "[profile]\nlegacy = yes\n", "[profile] has no name");
	refuse(MINIMAL "[profile x]\nsecret = y\n", "unknown option secret in [profile x]; there are peers, client, ");
}

static void proposals_round_trip(void **state)
{
	static const char *const ike[] = {
		"aes128-sha1-modp2048", "aes192-sha256-modp3072", "aes256-sha384-modp4096",
		"aes256-sha512-ecp256", "aes256-sha1-ecp384", "aes256-sha1-ecp521",
	};
	static const char *const esp[] = {
		"aes128gcm16", "aes192gcm16", "aes256gcm16", "aes128-sha1", "aes192-sha256", "aes256-sha384",
		"aes256-sha512",
	};
	struct conf_ike_proposal i;
	struct conf_esp_proposal e;
	char text[64];
	size_t n;

	(void)state;
	for (n = 0; n < sizeof(ike) / sizeof(ike[0]); n++) {
		assert_true(proposal_ike_parse(&i, ike[n]));
		assert_string_equal(conf_ike_proposal_print(&i, text), ike[n]);
	}
	for (n = 0; n < sizeof(esp) / sizeof(esp[0]); n++) {
		assert_true(proposal_esp_parse(&e, esp[n]));
		assert_string_equal(conf_esp_proposal_print(&e, text), esp[n]);
	}
}

/* Numbers of RFC 2409 appendix A and the group registry */
static void proposals_mean_the_registered_numbers(void **state)
{
	struct conf_ike_proposal i;
	struct conf_esp_proposal e;

	(void)state;
	assert_true(proposal_ike_parse(&i, "aes256-sha1-ecp384"));
	assert_int_equal(i.key_bits, 256);
	assert_int_equal(i.hash, 2);
	assert_int_equal(i.group, 20);
	assert_true(proposal_ike_parse(&i, "aes128-sha256-modp2048"));
	assert_int_equal(i.hash, 4);
	assert_int_equal(i.group, 14);
	assert_true(proposal_esp_parse(&e, "aes128gcm16"));
	assert_int_equal(e.cipher, L2TPSEC_CIPHER_AES_GCM_16);
	assert_int_equal(e.auth, L2TPSEC_AUTH_NONE);
	assert_int_equal(e.key_bits, 128);
	assert_true(proposal_esp_parse(&e, "aes256-sha1"));
	assert_int_equal(e.cipher, L2TPSEC_CIPHER_AES_CBC);
	assert_int_equal(e.auth, L2TPSEC_AUTH_HMAC_SHA1);
}

static void proposals_refused(void **state)
{
	static const char *const bad[] = {
		"", "-", "aes256", "aes256-sha1", "aes256-sha1-modp1024", "aes256-md5-modp2048", "3des-sha1-modp2048",
		"aes256-sha1-modp2048-", "AES256-SHA1-MODP2048", "aes256gcm16-sha1-modp2048",
		"aes256-sha1-modp2048aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
	};
	struct conf_ike_proposal i;
	struct conf_esp_proposal e;
	size_t n;

	(void)state;
	for (n = 0; n < sizeof(bad) / sizeof(bad[0]); n++)
		assert_false(proposal_ike_parse(&i, bad[n]));
	assert_false(proposal_esp_parse(&e, "aes256"));
	assert_false(proposal_esp_parse(&e, "aes256gcm16-sha1"));
	assert_false(proposal_esp_parse(&e, "aes256-sha1-modp2048"));
	assert_false(proposal_esp_parse(&e, "3des-sha1"));
}

static void everything_is_read(void **state)
{
	struct conf *c;

	(void)state;
	write_file("key", "aus der Datei\n", 0600);
	write_file("people", "alice * pw 10.99.0.77\n", 0600);
	c = read_text("[gateway]\ndevice = vpn0\nlisten = 192.0.2.1, 2001:db8::1\npublic-address = 198.51.100.9\n"
		      "control-socket = /tmp/x\norphan-timeout = 60\nearly-receive = never\nlog-level = debug\n"
		      "[ike]\nproposals = aes256-sha1-modp2048,\n\taes128-sha1-ecp256\n  aes256-sha256-ecp384\n"
		      "half-open-max = 7\nhalf-open-per-source = 3\ndpd-interval = 0\ndpd-failures = 2\n"
		      "force-udp-encapsulation = yes\naggressive-mode = yes\n"
		      "[esp]\nproposals = aes128-sha1\nreplay-window = 64\n"
		      "[l2tp]\nhost-name = gw\nhello-interval = 10\nretransmit-max = 5\nsessions-max = 1\n"
		      "[ppp]\nauth = pap, chap-md5\nlocal-address = 10.99.0.1\ndns = 9.9.9.9 1.1.1.1\nwins = 10.0.0.2\n"
		      "mtu = 1300\nclamp-mss = no\nlcp-echo-interval = 5\nlcp-echo-failures = 2\nusers = people\n"
		      "[psk a]\npeers = 203.0.113.0/24, 2001:db8::/32\nsecret-file = key\n"
		      "[psk b]\nsecret = \" mit Rand \"\nid = \"a group\"\n"
		      "[pool p]\nrange = 10.99.0.10 - 10.99.0.10\n");
	assert_string_equal(found, "");
	assert_non_null(c);
	assert_string_equal(c->gateway.device, "vpn0");
	assert_int_equal(c->gateway.listen_len, 2);
	assert_int_equal(c->gateway.listen[1].family, AF_INET6);
	assert_true(c->ike.has_public_address);
	assert_int_equal(addr_to_ipv4(&c->ike.public_address), 0xc6336409);
	assert_string_equal(c->gateway.control_socket, "/tmp/x");
	assert_int_equal(c->gateway.orphan_timeout, 60);
	assert_int_equal(c->gateway.early_receive, CONF_EARLY_NEVER);
	assert_int_equal(c->gateway.log_level, LOG_LEVEL_DEBUG);
	assert_int_equal(c->ike.proposals_len, 3);
	assert_int_equal(c->ike.proposals[2].group, 20);
	assert_int_equal(c->ike.half_open_max, 7);
	assert_int_equal(c->ike.half_open_per_source, 3);
	assert_int_equal(c->ike.dpd_interval, 0);
	assert_int_equal(c->ike.dpd_failures, 2);
	assert_true(c->ike.force_udp_encapsulation);
	assert_true(c->ike.aggressive_mode);
	assert_null(c->ike.psks[0].id);
	assert_string_equal(c->ike.psks[1].id, "a group");
	assert_int_equal(c->ike.esp_len, 1);
	assert_int_equal(c->ike.replay_window, 64);
	assert_string_equal(c->l2tp.host_name, "gw");
	assert_int_equal(c->l2tp.hello_interval, 10);
	assert_int_equal(c->l2tp.retransmit_max, 5);
	assert_int_equal(c->l2tp.sessions_max, 1);
	assert_int_equal(c->ppp.auth, CONF_AUTH_PAP | CONF_AUTH_CHAP_MD5);
	assert_int_equal(c->ppp.dns_len, 2);
	assert_int_equal(c->ppp.dns[1], 0x01010101);
	assert_int_equal(c->ppp.wins_len, 1);
	assert_int_equal(c->ppp.mtu, 1300);
	assert_false(c->ppp.clamp_mss);
	assert_int_equal(c->ppp.echo_interval, 5);
	assert_int_equal(c->ppp.echo_failures, 2);
	assert_int_equal(c->ppp.users_len, 1);
	assert_int_equal(c->ike.psks_len, 2);
	assert_int_equal(c->ike.psks[0].peers_len, 2);
	assert_int_equal(c->ike.psks[0].peers[1].len, 32);
	assert_int_equal(c->ike.psks[0].secret_len, 13);
	assert_memory_equal(c->ike.psks[0].secret, "aus der Datei", 13);
	assert_int_equal(c->ike.psks[1].secret_len, 10);
	assert_memory_equal(c->ike.psks[1].secret, " mit Rand ", 10);
	conf_free(c);
}

static void wrong_values_are_named(void **state)
{
	(void)state;
	refuse(MINIMAL "[gateway]\ndevice = much-too-long-name\n",
	       "conf:8: device is \"much-too-long-name\"; give an interface");
	refuse(MINIMAL "[gateway]\nlisten = 1.2.3\n", "conf:8: listen has \"1.2.3\"; give local addresses");
	refuse(MINIMAL "[gateway]\nlog-level = loud\n", "conf:8: log-level is \"loud\"; give error, warning");
	refuse(MINIMAL "[gateway]\ncontrol-socket = here\n", "conf:8: control-socket is \"here\"; give an absolute");
	refuse(MINIMAL "[gateway]\npublic-address = vpn.example\n", "conf:8: public-address is");
	refuse(MINIMAL "[ike]\ndpd-interval = -1\n", "conf:8: dpd-interval is \"-1\"; give seconds");
	refuse(MINIMAL "[ike]\ndpd-failures = 0\n", "conf:8: dpd-failures is \"0\"");
	refuse(MINIMAL "[ike]\nhalf-open-max = 99999999999999999999\n", "conf:8: half-open-max is");
	refuse(MINIMAL "[ike]\nforce-udp-encapsulation = maybe\n",
	       "conf:8: force-udp-encapsulation is \"maybe\"; give yes");
	refuse(MINIMAL "[ike]\nproposals = aes256-sha1-modp1024\n",
	       "conf:8: proposals has \"aes256-sha1-modp1024\"; give aes128");
	refuse(MINIMAL "[ike]\nproposals =\n", "conf:8: proposals is \"\"");
	refuse(MINIMAL "[ike]\naggressive-mode = sometimes\n", "conf:8: aggressive-mode is \"sometimes\"; give yes");
	refuse(MINIMAL "[psk b]\nsecret = x\nid =\n", "conf:9: id is \"\"; give the identity");
	refuse(MINIMAL "[esp]\nreplay-window = 31\n", "conf:8: replay-window is \"31\"; give packets from 32 to 4096");
	refuse(MINIMAL "[esp]\nreplay-window = 64k\n", "conf:8: replay-window is \"64k\"");
	refuse(MINIMAL "[psk b]\npeers = 10.0.0.0/33\nsecret = x\n", "conf:8: peers has \"10.0.0.0/33\"");
	refuse(MINIMAL "[pool b]\nrange = 10.0.0.9-10.0.0.1\n",
	       "conf:8: range is \"10.0.0.9-10.0.0.1\"; give FIRST-LAST");
	refuse("[ppp]\nlocal-address = 10.99.0.1\nauth = eap\n", "conf:3: auth has \"eap\"; give mschapv2");
	refuse("[ppp]\nlocal-address = ::1\n", "conf:2: local-address is \"::1\"");
	refuse("[ppp]\nlocal-address = 10.99.0.1\nmtu = 9000\n",
	       "conf:3: mtu is \"9000\"; give bytes from 576 to 1500");
	refuse("[ppp]\nlocal-address = 10.99.0.1\ndns = 1.1.1.1 2.2.2.2 3.3.3.3\n",
	       "conf:3: dns has more than 2 elements");
}

static void structure_is_checked(void **state)
{
	(void)state;
	refuse(MINIMAL "[gatway]\nx = y\n", "conf:7: unknown section [gatway]; there are gateway");
	refuse(MINIMAL "[empty]\n", "conf:7: unknown section [empty]");
	refuse(MINIMAL "[gateway]\nlissen = x\n",
	       "conf:8: unknown option lissen in [gateway]; there are device, listen");
	refuse("x = y\n" MINIMAL, "conf:1: x stands before the first section");
	refuse(MINIMAL "[psk]\nsecret = x\n", "conf:7: [psk] has no name; write [psk NAME]");
	refuse(MINIMAL "[ike two]\n", "conf:7: [ike two] has a name; write [ike]");
	refuse(MINIMAL "[psk all]\nsecret = x\n", "conf:7: [psk all] stands here again");
	refuse(MINIMAL "[gateway]\ndevice = a\ndevice = b\n", "conf:9: device is given twice in [gateway]");
	refuse(MINIMAL "[gateway]\ndevice = a\n b\n", "conf:9: device is no list");
	refuse(MINIMAL "[gateway\n", "conf:7: the section has no end");
	refuse(MINIMAL "[gateway]\nnonsense\n", "conf:8: neither a section nor an option");
	refuse(MINIMAL "[gateway]\ndevice ; = x\n", "conf:8: cannot be understood");
}

static void all_findings_in_one_pass(void **state)
{
	(void)state;
	assert_null(read_text("[gateway]\nlog-level = loud\n[ike]\nnonsense\n[esp]\nfoo = bar\n[pool p]\n[psk q]\n"
			      "[ppp]\nusers = nowhere\n"));
	assert_non_null(strstr(found, "conf:2: log-level"));
	assert_non_null(strstr(found, "conf:4: neither"));
	assert_non_null(strstr(found, "conf:6: unknown option foo"));
	assert_non_null(strstr(found, "conf:7: [pool p] has no usable range"));
	assert_non_null(strstr(found, "conf:8: [psk q] has no usable key"));
	assert_non_null(strstr(found, "conf:0: no local-address"));
	assert_non_null(strstr(found, "nowhere: No such file"));
}

static void long_lines_are_refused(void **state)
{
	char text[1024] = MINIMAL "[gateway]\ndevice = ";
	size_t len = strlen(text);

	(void)state;
	memset(text + len, 'a', 500);
	strcpy(text + len + 500, "\nlog-level = loud\n");
	refuse(text, "conf:8: longer than ");
	assert_non_null(strstr(found, "conf:9: log-level"));
}

static void missing_file(void **state)
{
	(void)state;
	*found = '\0';
	unlink(path);
	assert_null(conf_read(path, collect, NULL));
	assert_string_equal(found,
			    "conf:0: cannot read it: No such file or directory; create it or name another one\n");
	assert_null(conf_read(path, NULL, NULL));
}

static void secrets(void **state)
{
	static const char pool[] = "[ppp]\nlocal-address = 10.99.0.1\n[pool p]\nrange = 10.0.0.1-10.0.0.9\n[psk a]\n";
	char text[256];

	(void)state;
	write_file("key", "k\n", 0600);
	write_file("hollow", "\n", 0600);
	snprintf(text, sizeof(text), "%ssecret = x\nsecret-file = key\n", pool);
	refuse(text, "conf:7: secret-file is given twice: secret or secret-file, not both");
	snprintf(text, sizeof(text), "%ssecret-file = nowhere\n", pool);
	refuse(text, "nowhere: No such file or directory; give the name of a file");
	snprintf(text, sizeof(text), "%ssecret-file = hollow\n", pool);
	refuse(text, "hollow: the file is empty");
	snprintf(text, sizeof(text), "%ssecret = Topf ;Deckel\n", pool);
	refuse(text, "conf:6: secret has a blank and a semicolon");
	assert_null(strstr(found, "Topf"));
	snprintf(text, sizeof(text), "%ssecret =\n", pool);
	refuse(text, "conf:6: secret is empty");
}

static void readable_secrets_are_warned_about(void **state)
{
	struct conf *c;

	(void)state;
	write_file("key", "k\n", 0644);
	write_file("conf",
		   "[ppp]\nlocal-address = 10.99.0.1\n[pool p]\nrange = 10.0.0.1-10.0.0.9\n[psk a]\nsecret-file = key\n",
		   0644);
	*found = '\0';
	c = conf_read(path, collect, NULL);
	assert_non_null(c);
	assert_string_equal(found,
			    "key:0: warning: holds secrets and everybody can read it (mode 0644); chmod 600 it\n");
	conf_free(c);
	write_file("conf", MINIMAL, 0644);
	*found = '\0';
	c = conf_read(path, collect, NULL);
	assert_non_null(c);
	assert_string_equal(found,
			    "conf:0: warning: holds secrets and everybody can read it (mode 0644); chmod 600 it\n");
	conf_free(c);
}

static void pools_do_not_overlap(void **state)
{
	struct conf *c;

	(void)state;
	refuse(MINIMAL "[pool b]\nrange = 10.99.0.20-10.99.0.30\n", "conf:7: [pool b] overlaps [pool main] (line 5)");
	refuse(MINIMAL "[pool b]\nrange = 10.0.0.0-12.0.0.0\n", "conf:7: [pool b] is larger than a /8");
	c = read_text(MINIMAL "[pool b]\nrange = 10.99.0.21-10.99.0.30\n");
	assert_non_null(c);
	conf_free(c);
}

static void users_as_pppd_has_them(void **state)
{
	const struct conf_user *u;
	struct conf *c;

	(void)state;
	write_file("chap-secrets",
		   "# client\tserver\tsecret\taddresses\n"
		   "\n"
		   "zoe * 'mit Blank' *\n"
		   "  \"anna maria\"\tl2tpd \"a\\\"b\\\\c#d\" 10.99.0.200 # comment\n"
		   "DOMAIN\\\\carl * pw\\ 1\n"
		   "bob vpn \"\xc3\xa4\"\n"
		   "isp-account isp pw *\n", 0600);
	c = read_text(MINIMAL "[l2tp]\nhost-name = VPN\n");
	assert_non_null(c);
	assert_string_equal(found, NOT_FOR_US "\n");
	assert_int_equal(c->ppp.users_len, 4);
	u = conf_user_find(c, "zoe");
	assert_non_null(u);
	assert_string_equal(u->secret, "mit Blank");
	assert_false(u->has_address);
	u = conf_user_find(c, "anna maria");
	assert_non_null(u);
	assert_string_equal(u->secret, "a\"b\\c#d");
	assert_true(u->has_address);
	assert_int_equal(u->address, 0x0a6300c8);
	u = conf_user_find(c, "DOMAIN\\carl");
	assert_non_null(u);
	assert_string_equal(u->secret, "pw 1");
	assert_non_null(conf_user_find(c, "bob"));
	assert_null(conf_user_find(c, "isp-account"));
	assert_null(conf_user_find(c, "Zoe"));
	assert_null(conf_user_find(c, ""));
	conf_free(c);
	write_file("chap-secrets", "", 0600);
}

static void bad_users_are_named(void **state)
{
	(void)state;
	write_file("chap-secrets",
		   "a *\n"
		   "b * \"open\n"
		   "c * pw 10.99.0.300\n"
		   "d * pw 10.99.0.50\n"
		   "e * pw 10.99.0.50\n"
		   "f * pw\n"
		   "f * other\n"
		   "g * pw 10.99.0.1\n"
		   "* * pw\n"
		   "h * \"\"\n"
		   "i * @/etc/x\n"
		   "k * pw 10.9.9.9 10.9.9.8\n", 0600);
	refuse(MINIMAL, "chap-secrets:1: not three or four words");
	assert_non_null(strstr(found, "chap-secrets:2: a quote is not closed"));
	assert_non_null(strstr(found, "chap-secrets:3: user c: the fourth column is \"10.99.0.300\""));
	assert_non_null(strstr(found, "chap-secrets:5: user e has the address of d (line 4)"));
	assert_non_null(strstr(found, "chap-secrets:7: user f stands on line 6 already"));
	assert_non_null(strstr(found, "chap-secrets:8: user g has our own local-address"));
	assert_non_null(strstr(found, "chap-secrets:9: the first column must name one user"));
	assert_non_null(strstr(found, "chap-secrets:10: the password is empty"));
	assert_non_null(strstr(found, "chap-secrets:11: passwords in files"));
	assert_non_null(strstr(found, "chap-secrets:12: not three or four words"));
	write_file("chap-secrets", "", 0600);
}

static void users_need_an_address_from_somewhere(void **state)
{
	static const char no_pool[] = "[ppp]\nlocal-address = 10.99.0.1\n[psk all]\nsecret = x\n";
	struct conf *c;

	(void)state;
	write_file("chap-secrets", "a * pw 10.0.0.5\n", 0600);
	c = read_text(no_pool);
	assert_non_null(c);
	conf_free(c);
	write_file("chap-secrets", "a * pw 10.0.0.5\nb * pw\n", 0600);
	refuse(no_pool, "user b has no address and there is no pool");
	write_file("chap-secrets", "", 0600);
}

/* The example is right without a word, and shows every option there is. */
/* A line that begins like this, maybe commented out. */
static char *example_line(char *text, const char *fmt, const char *word)
{
	char line[128] = "\n#", *at;

	snprintf(line + 2, sizeof(line) - 2, fmt, word);
	at = strstr(text, line);
	if (at)
		return at;
	line[1] = '\n';
	return strstr(text, line + 1);
}

static void example_is_complete(void **state)
{
	static char text[16384];
	struct conf *c;
	size_t i, len;
	char *at;
	FILE *f;

	(void)state;
	f = fopen(TOP_DIR "/doc/l2tpsec.conf.example", "r");
	assert_non_null(f);
	len = fread(text, 1, sizeof(text) - 1, f);
	fclose(f);
	text[len] = '\0';
	write_file("everybody.psk", "key\n", 0600);
	c = read_text(text);
	assert_string_equal(found, "");
	assert_non_null(c);
	conf_free(c);
	for (i = 0; i < options_len; i++) {
		at = example_line(text, "[%s", options[i].section);
		assert_non_null(at);
		if (!example_line(at, "%s = ", options[i].key))
			fail_msg("[%s] %s is not in the example", options[i].section, options[i].key);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(minimal_gets_defaults),
		cmocka_unit_test(default_ike_accepts_native_clients),
		cmocka_unit_test(the_first_profile_that_fits_counts),
		cmocka_unit_test(without_profiles_nothing_is_weak),
		cmocka_unit_test(profiles_are_checked),
		cmocka_unit_test(proposals_round_trip),
		cmocka_unit_test(proposals_mean_the_registered_numbers),
		cmocka_unit_test(proposals_refused),
		cmocka_unit_test(everything_is_read),
		cmocka_unit_test(wrong_values_are_named),
		cmocka_unit_test(structure_is_checked),
		cmocka_unit_test(all_findings_in_one_pass),
		cmocka_unit_test(long_lines_are_refused),
		cmocka_unit_test(missing_file),
		cmocka_unit_test(secrets),
		cmocka_unit_test(readable_secrets_are_warned_about),
		cmocka_unit_test(pools_do_not_overlap),
		cmocka_unit_test(users_as_pppd_has_them),
		cmocka_unit_test(bad_users_are_named),
		cmocka_unit_test(users_need_an_address_from_somewhere),
		cmocka_unit_test(example_is_complete),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
