// SPDX-License-Identifier: MIT
/* Main Mode with certificates: the engine against an initiator that signs by hand. */
#include <event2/event.h>
#include <event2/thread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/worker.h"
#include "fake_clock.h"
#include "ike/cert.h"
#include "ike_bench.h"
#include "ike_ca.h"

#define MINIMAL \
	"[ppp]\nlocal-address = 10.99.0.1\n[pool main]\nrange = 10.99.0.10-10.99.0.20\n[certificate]\n"
#define REFUSED(name)	"certificate of CN=" name ",O=Test refused: "
#define STRANGE(name)	"issued by CN=" name ",O=Test, which leads to none of our CAs"
#define NOT_IN_IT	"the identity sent with it (type "
#define NO_PKCS12	"holds no usable key with its certificate ("
#define PEM	"certificate = gateway.pem\nkey = gateway.key\n"

static struct ca root, middle, other, gateway, client;
static char dir[32], found[4096];
static struct conf *conf;

static const char *in_dir(const char *name)
{
	static char path[128];

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	return path;
}

static void write_text(const char *name, const char *text)
{
	FILE *f = fopen(in_dir(name), "w");

	assert_non_null(f);
	fputs(text, f);
	fclose(f);
}

static void collect(void *arg, const char *text)
{
	(void)arg;
	assert_ptr_equal(strstr(text, dir), text);
	snprintf(found + strlen(found), sizeof(found) - strlen(found), "%s\n", text + strlen(dir) + 1);
}

/* @section: the lines below [certificate] */
static void configure(const char *section)
{
	char text[1024];

	snprintf(text, sizeof(text), MINIMAL "%s", section);
	write_text("conf", text);
	*found = '\0';
	conf_free(conf);
	conf = conf_read(in_dir("conf"), collect, NULL);
}

static void refuse(const char *section, const char *finding)
{
	configure(section);
	assert_null(conf);
	if (!strstr(found, finding))
		fail_msg("\"%s\" is not in:\n%s", finding, found);
}

static void warn(const char *section, const char *finding)
{
	configure(section);
	assert_non_null(conf);
	if (!strstr(found, finding))
		fail_msg("\"%s\" is not in:\n%s", finding, found);
}

static void write_crl(const char *name, const struct ca *issuer, const X509 *revoked, int until)
{
	X509_CRL *crl = ca_revoke(issuer, revoked, until);

	ca_write_crl(in_dir(name), crl);
	X509_CRL_free(crl);
}

static int make_all(void **state)
{
	const struct ca_request for_gateway = {
		.name = "vpn.example.net", .issuer = &middle, .san = "DNS:vpn.example.net", .eku = "serverAuth",
	};
	const struct ca_request for_client = {
		.name = "alice", .issuer = &root, .eku = "clientAuth", .ku = "digitalSignature",
		.san = "DNS:alice.example.net,email:alice@example.net,IP:198.51.100.7",
	};

	(void)state;
	strcpy(dir, "/tmp/l2tpsec-XXXXXX");
	if (!mkdtemp(dir))
		return -1;
	root = ca_issue(&(struct ca_request){ .name = "Root", .authority = true });
	middle = ca_issue(&(struct ca_request){ .name = "Middle", .issuer = &root, .authority = true });
	other = ca_issue(&(struct ca_request){ .name = "Stranger", .authority = true });
	gateway = ca_issue(&for_gateway);
	client = ca_issue(&for_client);
	ca_write_cert(in_dir("root.pem"), root.cert, NULL);
	ca_write_cert(in_dir("middle.pem"), middle.cert, NULL);
	ca_write_cert(in_dir("other.pem"), other.cert, NULL);
	ca_write_cert(in_dir("gateway.pem"), gateway.cert, middle.cert);
	ca_write_key(in_dir("gateway.key"), gateway.key, NULL);
	ca_write_key(in_dir("locked.key"), gateway.key, "sesame");
	ca_write_key(in_dir("client.key"), client.key, NULL);
	ca_write_pkcs12(in_dir("gateway.p12"), &gateway, middle.cert, "sesame");
	write_text("password", "sesame\n");
	write_text("wrong-password", "mellon\n");
	write_text("garbage", "this is nothing\n");
	write_text("chap-secrets", "alice * x *\n");
	write_crl("good.crl", &root, other.cert, 30);
	write_crl("revoked.crl", &root, client.cert, 30);
	write_crl("stale.crl", &root, other.cert, -1);
	write_crl("stale-revoked.crl", &root, client.cert, -1);
	return chmod(in_dir("chap-secrets"), 0600);
}

static int free_all(void **state)
{
	char command[64];

	(void)state;
	ca_free(&root);
	ca_free(&middle);
	ca_free(&other);
	ca_free(&gateway);
	ca_free(&client);
	snprintf(command, sizeof(command), "rm -r %s", dir);
	return system(command);
}

static void use(struct ike_bench *b, const char *section)
{
	configure(section);
	if (!conf)
		fail_msg("%s", found);
	b->conf.certificate = conf->ike.certificate;
}

static int set_up(void **state)
{
	*state = ike_bench_new(NULL);
	use(*state, PEM "ca = root.pem\n");
	return 0;
}

static int tear_down(void **state)
{
	ike_bench_free(*state);
	conf_free(conf);
	conf = NULL;
	return fake_clock_pending() ? -1 : 0;
}

static void initiator_with(struct initiator *i, const struct ca *c)
{
	initiator_init(i, "198.51.100.7", 500);
	initiator_set_cert(i, c->cert, c->key);
}

/* Refused, told so, and one line says why. */
static void expect_refusal(struct ike_bench *b, struct initiator *i, const char *line)
{
	char whole[512];

	assert_false(ike_bench_phase1(b, i));
	snprintf(whole, sizeof(whole), "failed at ike-phase1: %s", line);
	if (ike_bench_log_count(b, whole) != 1 || ike_bench_log_count(b, "failed at") != 1)
		fail_msg("\"%s\" is not the one failure in:\n%s", whole, b->log);
	assert_int_equal(b->peers[0].ups, 0);
	initiator_free(i);
}

static void expect_refused_certificate(struct ike_bench *b, struct ca_request r, const char *line)
{
	struct initiator i;
	struct ca c;

	r.key = client.key;
	c = ca_issue(&r);
	initiator_with(&i, &c);
	expect_refusal(b, &i, line);
	ca_free(&c);
}

static void client_with_certificate_gets_an_sa(void **state)
{
	struct initiator_quick q = { .message_id = 1, .gcm = true };
	struct ike_bench *b = *state;
	struct initiator i;

	initiator_with(&i, &client);
	i.behind_nat = true;
	assert_true(ike_bench_phase1(b, &i));
	assert_string_equal(b->peers[0].identity, "CN=alice,O=Test");
	assert_string_equal(b->peers[0].handle->suite, "aes256-sha256-ecp256-rsa-signature");
	/* we ask for a certificate of our CA, and show ours with what leads to its CA */
	assert_int_equal(i.requests, 1);
	assert_int_equal(i.request[0], 4);
	assert_int_equal(i.gateway_certs, 2);
	assert_int_equal(X509_cmp(i.gateway_cert, gateway.cert), 0);
	assert_int_equal(i.peer_id[0], 9);
	assert_non_null(ike_bench_phase2(b, &i, &q));
	assert_int_equal(ike_bench_log_count(b, "failed at"), 0);
	initiator_free(&i);
}

static void sha1_and_modp_work_too(void **state)
{
	struct initiator_quick q = { .message_id = 1 };
	struct ike_bench *b = *state;
	struct initiator i;

	initiator_with(&i, &client);
	i.sha1 = true;
	i.modp = true;
	assert_true(ike_bench_phase1(b, &i));
	assert_non_null(ike_bench_phase2(b, &i, &q));
	initiator_free(&i);
}

static void every_kind_of_identity_in_the_certificate_is_good(void **state)
{
	static const struct {
		uint8_t type;
		const char *text;
	} ids[] = { { 2, "alice.example.net" }, { 3, "alice@example.net" }, { 1, "\xc6\x33\x64\x07" } };
	struct ike_bench *b = *state;
	struct initiator i;
	size_t n;

	for (n = 0; n < 3; n++) {
		initiator_with(&i, &client);
		initiator_set_id(&i, ids[n].type, ids[n].text, strlen(ids[n].text));
		assert_true(ike_bench_phase1(b, &i));
		initiator_free(&i);
	}
}

static void identity_that_is_not_in_the_certificate_is_refused(void **state)
{
	static const struct {
		uint8_t type;
		const char *text;
	} ids[] = {
		{ 2, "bob.example.net" }, { 2, "alice" }, { 3, "bob@example.net" }, { 1, "\xc6\x33\x64\x08" },
		{ 11, "group" }, { 9, "\x30\x01" }, { 2, "" },
	};
	struct ike_bench *b = *state;
	struct initiator i;
	size_t n;

	b->conf.half_open_per_source = 20;
	for (n = 0; n < sizeof(ids) / sizeof(ids[0]); n++) {
		*b->log = '\0';
		initiator_with(&i, &client);
		initiator_set_id(&i, ids[n].type, ids[n].text, strlen(ids[n].text));
		expect_refusal(b, &i, REFUSED("alice") NOT_IN_IT);
	}
	*b->log = '\0';
	initiator_with(&i, &client);
	initiator_set_subject(&i, gateway.cert);
	expect_refusal(b, &i, REFUSED("alice") NOT_IN_IT "9) does not stand in it (Windows shows error 789)");
}

static void chain_of_the_client_is_used(void **state)
{
	struct ca c = ca_issue(&(struct ca_request){ .name = "carol", .issuer = &middle, .key = client.key });
	struct ike_bench *b = *state;
	struct initiator i;

	initiator_with(&i, &c);
	i.intermediate = middle.cert;
	assert_true(ike_bench_phase1(b, &i));
	initiator_free(&i);
	initiator_with(&i, &c);
	i.intermediate = middle.cert;
	i.wrap = true;
	assert_true(ike_bench_phase1(b, &i));
	initiator_free(&i);
	*b->log = '\0';
	b->peers[0].ups = 0;
	initiator_with(&i, &c);
	expect_refusal(b, &i, REFUSED("carol") STRANGE("Middle"));
	ca_free(&c);
}

static void several_authorities_are_believed_and_asked_for(void **state)
{
	struct ca c = ca_issue(&(struct ca_request){ .name = "dave", .issuer = &other, .key = client.key });
	struct ike_bench *b = *state;
	struct initiator i;

	use(b, PEM "ca = root.pem, other.pem\n");
	initiator_with(&i, &c);
	assert_true(ike_bench_phase1(b, &i));
	assert_int_equal(i.requests, 2);
	initiator_free(&i);
	ca_free(&c);
}

static void issuing_authority_alone_is_enough(void **state)
{
	struct ca c = ca_issue(&(struct ca_request){ .name = "carol", .issuer = &middle, .key = client.key });
	struct ike_bench *b = *state;
	struct initiator i;

	use(b, PEM "ca = middle.pem\n");
	initiator_with(&i, &c);
	assert_true(ike_bench_phase1(b, &i));
	initiator_free(&i);
	ca_free(&c);
}

static void stranger_is_refused(void **state)
{
	expect_refused_certificate(*state, (struct ca_request){ .name = "eve", .issuer = &other },
				   REFUSED("eve") STRANGE("Stranger"));
}

static void self_signed_is_refused(void **state)
{
	expect_refused_certificate(*state, (struct ca_request){ .name = "eve" },
				   REFUSED("eve") STRANGE("eve"));
}

/* Its name is that of our CA, its key is not. */
static void impostor_is_refused(void **state)
{
	struct ca fake = ca_issue(&(struct ca_request){ .name = "Root", .authority = true, .key = other.key });

	expect_refused_certificate(*state, (struct ca_request){ .name = "eve", .issuer = &fake },
				   REFUSED("eve") "its signature was not made by the CA that we know as CN=Root,");
	ca_free(&fake);
}

/* A client's certificate is no CA. */
static void certificate_issued_by_a_client_is_refused(void **state)
{
	struct ca c = ca_issue(&(struct ca_request){ .name = "eve", .issuer = &client, .key = other.key });
	struct initiator i;

	initiator_with(&i, &c);
	i.intermediate = client.cert;
	expect_refusal(*state, &i, REFUSED("eve") "its issuer CN=alice,O=Test: invalid CA");
	ca_free(&c);
}

static void expired_is_refused(void **state)
{
	const struct ca_request old = { .name = "old", .issuer = &root, .from = -9, .until = -2 };

	expect_refused_certificate(*state, old, REFUSED("old") "expired on 20");
}

static void not_yet_valid_is_refused(void **state)
{
	expect_refused_certificate(*state, (struct ca_request){ .name = "new", .issuer = &root, .from = 2 },
				   REFUSED("new") "not valid before 20");
}

static void weak_signature_is_refused(void **state)
{
	expect_refused_certificate(*state, (struct ca_request){ .name = "weak", .issuer = &root, .sha1 = true },
				   REFUSED("weak") "CA signature digest algorithm too weak");
}

static void wrong_purpose_is_refused(void **state)
{
	expect_refused_certificate(*state, (struct ca_request){ .name = "x", .issuer = &root, .eku = "codeSigning" },
				   REFUSED("x") "its extendedKeyUsage names neither");
}

static void wrong_key_usage_is_refused(void **state)
{
	expect_refused_certificate(*state, (struct ca_request){ .name = "x", .issuer = &root, .ku = "keyEncipherment" },
				   REFUSED("x") "its keyUsage does not allow signatures");
}

static void every_right_purpose_is_good(void **state)
{
	static const char *const good[] = {
		NULL, "serverAuth", "codeSigning,clientAuth", "1.3.6.1.5.5.8.2.2", "1.3.6.1.5.5.7.3.17",
	};
	struct initiator i;
	struct ca c;
	size_t n;

	for (n = 0; n < 5; n++) {
		c = ca_issue(&(struct ca_request){ .name = "x", .issuer = &root, .key = client.key, .eku = good[n] });
		initiator_with(&i, &c);
		assert_true(ike_bench_phase1(*state, &i));
		initiator_free(&i);
		ca_free(&c);
	}
}

static void elliptic_certificate_is_refused(void **state)
{
	EVP_PKEY *ec = EVP_EC_gen("P-256");
	struct ca c = ca_issue(&(struct ca_request){ .name = "x", .issuer = &root, .key = ec });
	struct initiator i;

	initiator_with(&i, &c);
	i.cert_key = client.key;
	expect_refusal(*state, &i, REFUSED("x") "its key is no RSA key");
	ca_free(&c);
	EVP_PKEY_free(ec);
}

static void somebody_elses_certificate_is_refused(void **state)
{
	struct initiator i;

	initiator_with(&i, &client);
	i.cert_key = other.key;
	expect_refusal(*state, &i,
		       REFUSED("alice") "the signature was not made with its key");
}

/* RFC 2409 5.1: "not using the PKCS #1 type with OID" */
static void digest_info_is_refused(void **state)
{
	struct initiator i;

	initiator_with(&i, &client);
	i.digest_info = true;
	expect_refusal(*state, &i,
		       REFUSED("alice") "the signature was not made with its key");
}

static void missing_certificate_is_refused(void **state)
{
	struct initiator i;

	initiator_with(&i, &client);
	i.no_cert = true;
	expect_refusal(*state, &i, "the peer sent no certificate");
}

static void revoked_is_refused(void **state)
{
	struct ike_bench *b = *state;
	struct initiator i;

	use(b, PEM "ca = root.pem\ncrl = revoked.crl\n");
	initiator_with(&i, &client);
	expect_refusal(b, &i, REFUSED("alice") "revoked by CN=Root,O=Test");
}

static void list_without_the_client_lets_it_in(void **state)
{
	struct ike_bench *b = *state;
	struct initiator i;

	use(b, PEM "ca = root.pem\ncrl = good.crl\n");
	initiator_with(&i, &client);
	assert_true(ike_bench_phase1(b, &i));
	assert_int_equal(ike_bench_log_count(b, "revocation list"), 0);
	initiator_free(&i);
}

static void expired_list_counts_and_is_complained_about(void **state)
{
	struct ike_bench *b = *state;
	struct initiator i;

	warn(PEM "ca = root.pem\ncrl = stale.crl\n", "stale.crl:0: warning: the list of CN=Root,O=Test has expired");
	use(b, PEM "ca = root.pem\ncrl = stale.crl\n");
	initiator_with(&i, &client);
	assert_true(ike_bench_phase1(b, &i));
	assert_int_equal(ike_bench_log_count(b, "the revocation list of CN=Root,O=Test has expired: used all the same"),
			 1);
	initiator_free(&i);
	b->peers[0].ups = 0;
	use(b, PEM "ca = root.pem\ncrl = stale-revoked.crl\n");
	initiator_with(&i, &client);
	expect_refusal(b, &i, REFUSED("alice") "revoked by CN=Root,O=Test");
}

static void authority_without_a_list_is_believed(void **state)
{
	struct ca c = ca_issue(&(struct ca_request){ .name = "dave", .issuer = &other, .key = client.key });
	struct ike_bench *b = *state;
	struct initiator i;

	use(b, PEM "ca = root.pem, other.pem\ncrl = good.crl\n");
	initiator_with(&i, &c);
	assert_true(ike_bench_phase1(b, &i));
	initiator_free(&i);
	ca_free(&c);
}

static void key_and_certificate_go_side_by_side(void **state)
{
	struct ike_bench *b = *state;
	struct initiator i;

	initiator_init(&i, "198.51.100.8", 500);
	assert_true(ike_bench_phase1(b, &i));
	assert_int_equal(i.requests, 0);
	initiator_free(&i);
	initiator_with(&i, &client);
	assert_true(ike_bench_phase1(b, &i));
	initiator_free(&i);
}

/* The client sends another ID than before and proves it with a key that many have. */
static void key_of_a_group_does_not_join_a_certificate(void **state)
{
	struct ike_bench *b = *state;
	struct initiator i;

	initiator_with(&i, &client);
	assert_true(ike_bench_phase1(b, &i));
	initiator_free(&i);
	initiator_init(&i, "198.51.100.7", 500);
	initiator_set_subject(&i, client.cert);
	assert_true(ike_bench_phase1(b, &i));
	assert_int_equal(ike_bench_log_count(b, "joined"), 0);
	initiator_free(&i);
	initiator_with(&i, &client);
	assert_true(ike_bench_phase1(b, &i));
	assert_string_equal(b->peers[2].gone, "joined #1 as its rekeyed phase 1");
	initiator_free(&i);
}

static void only_what_is_configured_is_agreed_to(void **state)
{
	static const struct conf_certificate none;
	uint8_t out[INITIATOR_MESSAGE_MAX];
	struct ike_bench *b = *state;
	struct initiator i;

	b->conf.certificate = none;
	initiator_with(&i, &client);
	ike_bench_receive(b, &i.path, out, initiator_m1(&i, out));
	assert_int_equal(ike_bench_log_count(b, "to authenticate fits: offered rsa-signature, configured psk "), 1);
	initiator_free(&i);
	*b->log = '\0';
	b->conf.certificate = conf->ike.certificate;
	b->conf.psks_len = 0;
	initiator_init(&i, "198.51.100.7", 500);
	ike_bench_receive(b, &i.path, out, initiator_m1(&i, out));
	assert_int_equal(ike_bench_log_count(b, "to authenticate fits: offered psk, configured rsa-signature "), 1);
	initiator_free(&i);
}

static void certificates_may_go_away_at_a_reload(void **state)
{
	static struct conf_ike fresh;
	uint8_t out[INITIATOR_MESSAGE_MAX];
	struct ike_bench *b = *state;
	struct ike_bench_message m;
	struct initiator i;

	initiator_with(&i, &client);
	ike_bench_receive(b, &i.path, out, initiator_m1(&i, out));
	assert_true(ike_bench_take(b, &m));
	ike_bench_receive(b, &i.path, out, initiator_m3(&i, m.data, m.len, out));
	assert_true(ike_bench_take(b, &m));
	fresh = b->conf;
	memset(&fresh.certificate, 0, sizeof(fresh.certificate));
	ike_reload(b->ike, &fresh);
	conf_free(conf);
	conf = NULL;
	ike_bench_receive(b, &i.path, out, initiator_m5(&i, m.data, m.len, out));
	assert_int_equal(ike_bench_log_count(b, "certificates are not configured any more"), 1);
	initiator_free(&i);
}

static void pkcs12_holds_all(void **state)
{
	struct ike_bench *b = *state;
	struct initiator i;

	use(b, "pkcs12 = gateway.p12\npassword-file = password\nca = root.pem\n");
	initiator_with(&i, &client);
	assert_true(ike_bench_phase1(b, &i));
	assert_int_equal(i.gateway_certs, 2);
	initiator_free(&i);
	use(b, "certificate = gateway.pem\nkey = locked.key\npassword-file = password\nca = root.pem\n");
	initiator_with(&i, &client);
	assert_true(ike_bench_phase1(b, &i));
	initiator_free(&i);
}

static void faults_of_the_section_are_found(void **state)
{
	(void)state;
	refuse("ca = root.pem\n", "conf:5: [certificate] lacks our certificate; add certificate = FILE and key = FILE");
	refuse(PEM, "conf:5: [certificate] names no CA, so no client could be believed; add ca = FILE");
	refuse(PEM "pkcs12 = gateway.p12\nca = root.pem\n", "conf:5: [certificate] has pkcs12 and certificate or key");
	refuse(PEM "ca = root.pem\ncar = x\n", "conf:9: unknown option car in [certificate]; there are certificate, k");
	refuse(PEM "ca = none.pem\n", "none.pem:0: cannot read it: No such file or directory");
	refuse(PEM "ca = garbage\n", "garbage:0: holds no certificate (");
	refuse(PEM "ca = gateway.pem\n", "gateway.pem:0: CN=vpn.example.net,O=Test is no CA");
	refuse(PEM "ca = root.pem\ncrl = garbage\n", "garbage:0: holds no revocation list (");
	refuse("certificate = garbage\nkey = gateway.key\nca = root.pem\n", "garbage:0: holds no certificate (");
	refuse("certificate = gateway.pem\nkey = garbage\nca = root.pem\n", "garbage:0: holds no usable key (");
	refuse("certificate = gateway.pem\nkey = locked.key\nca = root.pem\n", "locked.key:0: holds no usable key (");
	refuse("certificate = gateway.pem\nkey = client.key\nca = root.pem\n",
	       "gateway.pem:0: the key does not belong to the certificate");
	refuse("pkcs12 = gateway.p12\nca = root.pem\n", "gateway.p12:0: " NO_PKCS12 "");
	refuse("pkcs12 = gateway.p12\npassword-file = wrong-password\nca = root.pem\n",
	       "gateway.p12:0: " NO_PKCS12 "mac verify failure)");
	refuse("pkcs12 = garbage\nca = root.pem\n", "garbage:0: " NO_PKCS12 "not PKCS#12)");
}

static void what_is_not_wise_is_warned_about(void **state)
{
	struct ca old = ca_issue(&(struct ca_request){ .name = "old", .issuer = &root, .key = gateway.key, .from = -9,
						       .until = -2, .eku = "clientAuth" });

	(void)state;
	ca_write_cert(in_dir("old.pem"), old.cert, NULL);
	ca_free(&old);
	warn("certificate = old.pem\nkey = gateway.key\nca = root.pem\n",
	     "old.pem:0: warning: the certificate of CN=old,O=Test has expired; renew it");
	assert_non_null(strstr(found, "old.pem:0: warning: the certificate has no subjectAltName"));
	assert_non_null(strstr(found, "old.pem:0: warning: the certificate is not for serverAuth"));
	warn(PEM "ca = other.pem\ncrl = good.crl\n", "good.crl:0: warning: the list is of CN=Root,O=Test, no CA in ");
	conf_free(conf);
	conf = NULL;
}

/* @body: a CERT payload's body with a damaged certificate or PKCS#7 in it */
static bool believe(uint8_t *body, size_t len, const struct payload_id *id)
{
	const struct payload_list list = { .p = { { .type = 6, .body = body, .len = len } }, .n = 1 };
	struct cert_check c = { .trusted = conf->ike.certificate.trusted, .chain = cert_read(&list), .id = *id };
	bool believed = sk_X509_num(c.chain) && cert_believe(&c);

	sk_X509_pop_free(c.chain, X509_free);
	return believed;
}

/* Whatever is changed in a certificate, it is believed no more. */
static void damaged_certificates_are_survived(void **state)
{
	struct payload_id id = { .type = 9 };
	uint8_t der[2048] = { 4 }, dn[512], *p = der + 1, *copy;
	size_t len = 1 + i2d_X509(client.cert, &p), at, round;

	(void)state;
	p = dn;
	id.len = i2d_X509_NAME(X509_get_subject_name(client.cert), &p);
	id.data = dn;
	assert_true(believe(der, len, &id));
	for (round = 0; round < 3000; round++) {
		copy = malloc(len);
		memcpy(copy, der, len);
		at = 1 + rand() % (len - 1);
		copy[at] ^= 1 + rand() % 255;
		if (believe(copy, len, &id))
			fail_msg("believed with byte %zu changed", at);
		at = rand() % len;
		assert_false(believe(copy + len - at, at, &id));
		copy[0] = 1;
		assert_false(believe(copy, len, &id));
		free(copy);
	}
}

static void run_loop(struct event_base *base, struct ike_bench *b)
{
	const struct timeval tv = { .tv_usec = 10000 };
	int n;

	for (n = 0; n < 500 && !b->sent_len; n++) {
		event_base_loopexit(base, &tv);
		event_base_dispatch(base);
	}
}

/* Message 5 waits for its worker: a reload, a duplicate and the end of its time come meanwhile. */
static void workers_check_and_owners_may_go(void **state)
{
	static const struct conf_ike nothing;
	struct event_base *base;
	struct worker_pool *workers;
	uint8_t out[INITIATOR_MESSAGE_MAX];
	struct ike_bench_message m;
	struct initiator i;
	struct ike_bench *b;
	size_t len, round;

	(void)state;
	evthread_use_pthreads();
	base = event_base_new();
	workers = worker_pool_new(base, 2);
	b = ike_bench_new(workers);
	use(b, PEM "ca = root.pem\n");
	for (round = 0; round < 2; round++) {
		initiator_with(&i, &client);
		ike_bench_receive(b, &i.path, out, initiator_m1(&i, out));
		assert_true(ike_bench_take(b, &m));
		ike_bench_receive(b, &i.path, out, initiator_m3(&i, m.data, m.len, out));
		run_loop(base, b);
		assert_true(ike_bench_take(b, &m));
		len = initiator_m5(&i, m.data, m.len, out);
		ike_bench_receive(b, &i.path, out, len);
		ike_bench_receive(b, &i.path, out, len);
		assert_int_equal(b->sent_len, 0);
		if (!round) {
			run_loop(base, b);
			assert_int_equal(b->sent_len, 1);
			assert_true(ike_bench_take(b, &m));
			assert_true(initiator_m6(&i, m.data, m.len));
		}
		initiator_free(&i);
	}
	ike_reload(b->ike, &nothing);
	conf_free(conf);
	conf = NULL;
	fake_clock_advance(31000);
	assert_int_equal(ike_bench_log_count(b, "failed at"), 1);
	assert_string_equal(b->peers[1].gone, "phase 1 timed out");
	run_loop(base, b);
	ike_bench_free(b);
	worker_pool_free(workers);
	event_base_free(base);
	assert_int_equal(fake_clock_pending(), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(client_with_certificate_gets_an_sa),
		TEST(sha1_and_modp_work_too),
		TEST(every_kind_of_identity_in_the_certificate_is_good),
		TEST(identity_that_is_not_in_the_certificate_is_refused),
		TEST(chain_of_the_client_is_used),
		TEST(several_authorities_are_believed_and_asked_for),
		TEST(issuing_authority_alone_is_enough),
		TEST(stranger_is_refused),
		TEST(self_signed_is_refused),
		TEST(impostor_is_refused),
		TEST(certificate_issued_by_a_client_is_refused),
		TEST(expired_is_refused),
		TEST(not_yet_valid_is_refused),
		TEST(weak_signature_is_refused),
		TEST(wrong_purpose_is_refused),
		TEST(wrong_key_usage_is_refused),
		TEST(every_right_purpose_is_good),
		TEST(elliptic_certificate_is_refused),
		TEST(somebody_elses_certificate_is_refused),
		TEST(digest_info_is_refused),
		TEST(missing_certificate_is_refused),
		TEST(revoked_is_refused),
		TEST(list_without_the_client_lets_it_in),
		TEST(expired_list_counts_and_is_complained_about),
		TEST(authority_without_a_list_is_believed),
		TEST(key_and_certificate_go_side_by_side),
		TEST(key_of_a_group_does_not_join_a_certificate),
		TEST(only_what_is_configured_is_agreed_to),
		TEST(certificates_may_go_away_at_a_reload),
		TEST(pkcs12_holds_all),
		TEST(damaged_certificates_are_survived),
		cmocka_unit_test(workers_check_and_owners_may_go),
		cmocka_unit_test(faults_of_the_section_are_found),
		cmocka_unit_test(what_is_not_wise_is_warned_about),
	};

	return cmocka_run_group_tests(tests, make_all, free_all);
}
