// SPDX-License-Identifier: MIT
/* ECP against RFC 5903 section 8, Curve25519 against RFC 7748 6.1, MODP against the formula of RFC 3526. */
#include <openssl/bn.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "ike/dh.h"
#include "ike_hex.h"

static const struct ecp {
	unsigned int group;
	const char *i, *gi, *r, *gr, *secret;
} ecp_vectors[] = {
	{
		19,
		"C88F01F510D9AC3F70A292DAA2316DE544E9AAB8AFE84049C62A9C57862D1433",
		"DAD0B65394221CF9B051E1FECA5787D098DFE637FC90B9EF945D0C3772581180\n"
		"5271A0461CDB8252D61F1C456FA3E59AB1F45B33ACCF5F58389E0577B8990BB3",
		"C6EF9C5D78AE012A011164ACB397CE2088685D8F06BF9BE0B283AB46476BEE53",
		"D12DFB5289C8D4F81208B70270398C342296970A0BCCB74C736FC7554494BF63\n"
		"56FBF3CA366CC23E8157854C13C58D6AAC23F046ADA30F8353E74F33039872AB",
		"D6840F6B42F6EDAFD13116E0E12565202FEF8E9ECE7DCE03812464D04B9442DE",
	}, {
		20,
		"099F3C7034D4A2C699884D73A375A67F7624EF7C6B3C0F160647B67414DCE655E35B538041E649EE3FAEF896783AB194",
		"667842D7D180AC2CDE6F74F37551F55755C7645C20EF73E31634FE72B4C55EE6DE3AC808ACB4BDB4C88732AEE95F41AA\n"
		"9482ED1FC0EEB9CAFC4984625CCFC23F65032149E0E144ADA024181535A0F38EEB9FCFF3C2C947DAE69B4C634573A81C",
		"41CB0779B4BDB85D47846725FBEC3C9430FAB46CC8DC5060855CC9BDA0AA2942E0308312916B8ED2960E4BD55A7448FC",
		"E558DBEF53EECDE3D3FCCFC1AEA08A89A987475D12FD950D83CFA41732BC509D0D1AC43A0336DEF96FDA41D0774A3571\n"
		"DCFBEC7AACF3196472169E838430367F66EEBE3C6E70C416DD5F0C68759DD1FFF83FA40142209DFF5EAAD96DB9E6386C",
		"11187331C279962D93D604243FD592CB9D0A926F422E47187521287E7156C5C4D603135569B9E9D09CF5D4A270F59746",
	}, {
		21,
		"0037ADE9319A89F4DABDB3EF411AACCCA5123C61ACAB57B5393DCE47608172A095AA85A30FE1C2952C6771D937BA9777\n"
		"F5957B2639BAB072462F68C27A57382D4A52",
		"0015417E84DBF28C0AD3C278713349DC7DF153C897A1891BD98BAB4357C9ECBEE1E3BF42E00B8E380AEAE57C2D107564\n"
		"941885942AF5A7F4601723C4195D176CED3E\n"
		"017CAE20B6641D2EEB695786D8C946146239D099E18E1D5A514C739D7CB4A10AD8A788015AC405D7799DC75E7B7D5B6C\n"
		"F2261A6A7F1507438BF01BEB6CA3926F9582",
		"0145BA99A847AF43793FDD0E872E7CDFA16BE30FDC780F97BCCC3F078380201E9C677D600B343757A3BDBF2A3163E4C2\n"
		"F869CCA7458AA4A4EFFC311F5CB151685EB9",
		"00D0B3975AC4B799F5BEA16D5E13E9AF971D5E9B984C9F39728B5E5739735A219B97C356436ADC6E95BB0352F6BE64A6\n"
		"C2912D4EF2D0433CED2B6171640012D9460F\n"
		"015C68226383956E3BD066E797B623C27CE0EAC2F551A10C2C724D9852077B87220B6536C5C408A1D2AEBB8E86D678AE\n"
		"49CB57091F4732296579AB44FCD17F0FC56A",
		"01144C7D79AE6956BC8EDB8E7C787C4521CB086FA64407F97894E5E6B2D79B04D1427E73CA4BAA240A34786859810C06\n"
		"B3C715A3A8CC3151F2BEE417996D19F3DDEA",
	},
};

/* dh_compute() takes random bytes and makes of them a number from 1 on: the vector's minus one. */
static void set_private(struct dh *dh, const char *text)
{
	size_t len = ike_hex(dh->priv, sizeof(dh->priv), text);

	while (len-- && !dh->priv[len]--)
		;
}

static void check_ecp(const struct ecp *v, const char *priv, const char *pub, const char *peer)
{
	struct dh dh = { .group = v->group };
	uint8_t expected[DH_PUBLIC_MAX];
	size_t len;

	set_private(&dh, priv);
	dh.peer_len = ike_hex(dh.peer, sizeof(dh.peer), peer);
	assert_int_equal(dh.peer_len, dh_public_len(v->group));
	assert_true(dh_compute(&dh));
	len = ike_hex(expected, sizeof(expected), pub);
	assert_memory_equal(dh.pub, expected, len);
	len = ike_hex(expected, sizeof(expected), v->secret);
	assert_int_equal(len, dh_secret_len(v->group));
	assert_memory_equal(dh.secret, expected, len);
}

static void ecp_gives_the_values_of_rfc5903(void **state)
{
	const struct ecp *v;

	(void)state;
	for (v = ecp_vectors; v < ecp_vectors + 3; v++) {
		check_ecp(v, v->i, v->gi, v->gr);
		check_ecp(v, v->r, v->gr, v->gi);
	}
}

static void ecp_refuses_points_off_the_curve(void **state)
{
	const struct ecp *v;

	(void)state;
	for (v = ecp_vectors; v < ecp_vectors + 3; v++) {
		struct dh dh = { .group = v->group };

		set_private(&dh, v->i);
		dh.peer_len = ike_hex(dh.peer, sizeof(dh.peer), v->gr);
		dh.peer[dh.peer_len - 1] ^= 1;
		assert_false(dh_compute(&dh));
		memset(dh.peer, 0, sizeof(dh.peer));
		assert_false(dh_compute(&dh));
		ike_hex(dh.peer, sizeof(dh.peer), v->gr);
		dh.peer_len--;
		assert_false(dh_compute(&dh));
	}
}

#define ALICE		"77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a"
#define ALICE_PUBLIC	"8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a"
#define BOB		"5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb"
#define BOB_PUBLIC	"de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f"
#define ALICE_AND_BOB	"4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742"

static bool x25519(struct dh *dh, const char *priv, const char *peer)
{
	*dh = (struct dh){ .group = 31 };
	assert_int_equal(ike_hex(dh->priv, sizeof(dh->priv), priv), dh_private_len(31));
	dh->peer_len = ike_hex(dh->peer, sizeof(dh->peer), peer);
	return dh_compute(dh);
}

static void curve25519_gives_the_values_of_rfc7748(void **state)
{
	uint8_t expected[32];
	struct dh dh;

	(void)state;
	assert_int_equal(dh_public_len(31), 32);
	assert_int_equal(dh_secret_len(31), 32);
	assert_true(x25519(&dh, ALICE, BOB_PUBLIC));
	ike_hex(expected, 32, ALICE_PUBLIC);
	assert_memory_equal(dh.pub, expected, 32);
	ike_hex(expected, 32, ALICE_AND_BOB);
	assert_memory_equal(dh.secret, expected, 32);
	assert_true(x25519(&dh, BOB, ALICE_PUBLIC));
	assert_memory_equal(dh.secret, expected, 32);
	ike_hex(expected, 32, BOB_PUBLIC);
	assert_memory_equal(dh.pub, expected, 32);
}

/* 0 and 1 have a small order: the secret would be 0, whoever asks (RFC 7748 6.1, RFC 8031 5). */
static void curve25519_refuses_points_of_small_order(void **state)
{
	struct dh dh;

	(void)state;
	assert_false(x25519(&dh, ALICE, "0000000000000000000000000000000000000000000000000000000000000000"));
	assert_false(x25519(&dh, ALICE, "0100000000000000000000000000000000000000000000000000000000000000"));
	assert_false(x25519(&dh, ALICE, "de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b"));
}

/* 2^bits * arctan(1/x) */
static void arctan_inverse(BIGNUM *sum, unsigned int x, int bits, BN_CTX *ctx)
{
	BIGNUM *power = BN_new(), *term = BN_new();
	unsigned int n;

	BN_zero(sum);
	BN_one(power);
	BN_lshift(power, power, bits);
	BN_div_word(power, x);
	for (n = 1; !BN_is_zero(power); n += 2) {
		BN_copy(term, power);
		BN_div_word(term, n);
		if (n % 4 == 1)
			BN_add(sum, sum, term);
		else
			BN_sub(sum, sum, term);
		BN_div_word(power, x * x);
	}
	BN_free(power);
	BN_free(term);
	(void)ctx;
}

/* floor(2^bits * pi), by Machin's formula with 128 guard bits */
static void pi_bits(BIGNUM *pi, int bits, BN_CTX *ctx)
{
	BIGNUM *b = BN_new();

	arctan_inverse(pi, 5, bits + 128, ctx);
	arctan_inverse(b, 239, bits + 128, ctx);
	BN_mul_word(pi, 16);
	BN_mul_word(b, 4);
	BN_sub(pi, pi, b);
	BN_rshift(pi, pi, 128);
	BN_free(b);
}

/* RFC 3526, and RFC 2409 6.2: 2^n - 2^(n-64) - 1 + 2^64 * (floor(2^(n-130) pi) + k) */
static void rfc3526_prime(BIGNUM *p, int n, unsigned long k)
{
	BN_CTX *ctx = BN_CTX_new();
	BIGNUM *t = BN_new();

	pi_bits(p, n - 130, ctx);
	BN_add_word(p, k);
	BN_lshift(p, p, 64);
	BN_one(t);
	BN_lshift(t, t, n);
	BN_add(p, p, t);
	BN_one(t);
	BN_lshift(t, t, n - 64);
	BN_sub(p, p, t);
	BN_sub_word(p, 1);
	BN_free(t);
	BN_CTX_free(ctx);
}

static const struct modp {
	unsigned int group;
	int bits;
	unsigned long k;
} modp_groups[] = {
	{ 2, 1024, 129093 }, { 5, 1536, 741804 }, { 14, 2048, 124476 }, { 15, 3072, 1690314 }, { 16, 4096, 240904 },
};

#define MODP_GROUPS	(sizeof(modp_groups) / sizeof(modp_groups[0]))

static bool takes(unsigned int group, const BIGNUM *peer)
{
	struct dh dh = { .group = group, .peer_len = dh_public_len(group) };

	dh.priv[dh_private_len(group) - 1] = 1;
	BN_bn2binpad(peer, dh.peer, (int)dh.peer_len);
	if (!dh_compute(&dh))
		return false;
	/* With 1 as the private value ours is 2, and the secret is the peer's. */
	assert_int_equal(dh.pub[dh.peer_len - 1], 2);
	assert_memory_equal(dh.secret, dh.peer, dh.peer_len);
	return true;
}

/* p - 1 is refused and p - 2 is taken: so the prime is that of the formula. */
static void modp_primes_are_those_of_rfc3526(void **state)
{
	const struct modp *g;
	BIGNUM *p = BN_new();

	(void)state;
	for (g = modp_groups; g < modp_groups + MODP_GROUPS; g++) {
		rfc3526_prime(p, g->bits, g->k);
		assert_int_equal(BN_num_bits(p), dh_public_len(g->group) * 8);
		assert_false(takes(g->group, p));
		BN_sub_word(p, 1);
		assert_false(takes(g->group, p));
		BN_sub_word(p, 1);
		assert_true(takes(g->group, p));
		BN_zero(p);
		assert_false(takes(g->group, p));
		BN_one(p);
		assert_false(takes(g->group, p));
		BN_set_word(p, 2);
		assert_true(takes(g->group, p));
	}
	BN_free(p);
}

static void modp_sides_agree_and_exponents_are_short(void **state)
{
	const struct modp *g;
	size_t len;

	(void)state;
	for (g = modp_groups; g < modp_groups + MODP_GROUPS; g++) {
		struct dh a = { .group = g->group }, b = { .group = g->group };

		len = dh_public_len(g->group);
		/* RFC 3526 section 8, larger estimates: 240, 320, 420, 480 bits; twice 80 bits for MODP1024 */
		assert_in_range(dh_private_len(g->group) * 8, g->bits < 1536 ? 160 : g->bits < 2048 ? 240 : 320, 480);
		memset(a.priv, 0x5a, sizeof(a.priv));
		memset(b.priv, 0xc3, sizeof(b.priv));
		a.peer_len = len;
		b.peer_len = len;
		a.peer[len - 1] = 3;
		assert_true(dh_compute(&a));
		memcpy(b.peer, a.pub, len);
		assert_true(dh_compute(&b));
		memcpy(a.peer, b.pub, len);
		assert_true(dh_compute(&a));
		assert_memory_equal(a.secret, b.secret, len);
	}
}

static void unknown_groups_are_refused(void **state)
{
	struct dh dh = { .group = 1, .peer_len = 96 };

	(void)state;
	assert_int_equal(dh_public_len(1), 0);
	assert_false(dh_compute(&dh));
	dh.group = 0;
	dh.peer_len = 0;
	assert_false(dh_compute(&dh));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ecp_gives_the_values_of_rfc5903),
		cmocka_unit_test(ecp_refuses_points_off_the_curve),
		cmocka_unit_test(curve25519_gives_the_values_of_rfc7748),
		cmocka_unit_test(curve25519_refuses_points_of_small_order),
		cmocka_unit_test(modp_primes_are_those_of_rfc3526),
		cmocka_unit_test(modp_sides_agree_and_exponents_are_short),
		cmocka_unit_test(unknown_groups_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
