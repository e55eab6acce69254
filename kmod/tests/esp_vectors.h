/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Whole ESP packets, as lines of hex from the SPI to the ICV.
 *
 * AES-GCM: draft-mcgrew-gcm-test-01, which is written for RFC 4106.
 * AES-CBC: the packets of RFC 3602 section 4, cases 5 to 8, which are encrypted
 * only; their ICVs and the packets with larger keys were computed with OpenSSL 3
 * from RFC 2404, RFC 2403, RFC 4868 and, for ESN, RFC 4303 2.2.1.
 * 3DES-CBC: a FreeS/WAN gateway's packet out of the capture 02-sunrise-sunset-esp
 * of tcpdump's tests, with HMAC-MD5; the other ICVs over it computed likewise.
 */
#ifndef _L2S_TESTS_ESP_VECTORS_H
#define _L2S_TESTS_ESP_VECTORS_H

#include <linux/l2tpsec.h>
#include "esp_fixture.h"

static const struct esp_vector esp_vectors[] = {
	{
		.name = "draft-mcgrew-gcm-test-01 1",
		.cipher = L2TPSEC_CIPHER_AES_GCM_16, .auth = L2TPSEC_AUTH_NONE,
		.esn = true, .seq_hi = 0x87654321,
		.key = "4c80cdefbb5d10da906ac73c3613a6342e443b68",
		.packet = "00004321000000004956ed7e3b244cfefecf537e729d5b07dc30df528dd22b76\n"
			  "8d1b98736696a6fd348509fa13ceac34cfa2436f14a3f3cf65925bf1f4a13c5d\n"
			  "15b21e1884f5ff6247aeabb786b93bce61bc17d768fd9732459018148f6cbe72\n"
			  "2fd04796562dfdb4",
		.payload = "45000048699a000080114db7c0a80102c0a801010a9bf15638d3010000010000\n"
			   "00000000045f736970045f756470037369700963796265726369747902646b00\n"
			   "00210001",
		.next_header = 0x01,
	},
	{
		.name = "draft-mcgrew-gcm-test-01 2",
		.cipher = L2TPSEC_CIPHER_AES_GCM_16, .auth = L2TPSEC_AUTH_NONE,
		.key = "feffe9928665731c6d6a8f9467308308cafebabe",
		.packet = "0000a5f80000000afacedbaddecaf888deb22cd9b07c72c16e3a65beeb8df304\n"
			  "a5a5897d33ae530f1ba76d5d114d2a5c3de81827c10e9a4f51330d0eec416642\n"
			  "cfbb85a5b47e48a4ec3b9ba95d918bd183b70d3aa8bc6ee4c309e9d85a41ad4a",
		.payload = "4500003e698f000080114dccc0a80102c0a801010a980035002a2343b2d00100\n"
			   "0001000000000000037369700963796265726369747902646b0000010001",
		.next_header = 0x01,
	},
	{
		.name = "draft-mcgrew-gcm-test-01 3",
		.cipher = L2TPSEC_CIPHER_AES_GCM_16, .auth = L2TPSEC_AUTH_NONE,
		.key = "abbccddef00112233445566778899aababbccddef00112233445566778899aab\n"
		       "11223344",
		.packet = "4a2cbfe3000000020102030405060708ff425c9b724599df7a3bcd510194e00d\n"
			  "6a78107f1b0b1cbf06efae9d65a5d763748a637985771d347f0545659f14e99d\n"
			  "ef842d8eb335f4eecfdbf831824b4c4915956c96",
		.payload = "4500003069a6400080062690c0a801029389155e0a9e008b2dc57ee000000000\n"
			   "7002400020bf0000020405b401010402",
		.next_header = 0x01,
	},
	{
		.name = "draft-mcgrew-gcm-test-01 4",
		.cipher = L2TPSEC_CIPHER_AES_GCM_16, .auth = L2TPSEC_AUTH_NONE,
		.key = "0000000000000000000000000000000000000000",
		.packet = "000000000000000100000000000000004688daf2f973a392732909c331d56d60\n"
			  "f694abaa414b5e7ff5fdcdfff5e9a284456476492719ffb64de7d9dca1e1d894\n"
			  "bc3bd57873ed4d181d19d4d5c8c18af3f821d496eeb096e98ad2b69e4799c71d",
		.payload = "4500003c99c500008001cb7a40679318010101010800075c0200440061626364\n"
			   "65666768696a6b6c6d6e6f7071727374757677616263646566676869",
		.next_header = 0x01,
	},
	{
		.name = "draft-mcgrew-gcm-test-01 5",
		.cipher = L2TPSEC_CIPHER_AES_GCM_16, .auth = L2TPSEC_AUTH_NONE,
		.esn = true, .seq_hi = 0x10101010,
		.key = "3de09874b388e6491988d0c3607eae1f57690e43",
		.packet = "42f67e3f101010104e280000a2fca1a3fba2caa4853cf9f0f22cb10d86dd83b0\n"
			  "fec75691cf1a04b00d1138ec9c35791765acbd8701ad79845bf9fe3fba487bc9\n"
			  "1755e6662b4c8d0d1f5e22739530320ae0d731cc978ecafaeae88f00e80d6e48",
		.payload = "4500003c99c300008001cb7c40679318010101010800085c0200430061626364\n"
			   "65666768696a6b6c6d6e6f7071727374757677616263646566676869",
		.next_header = 0x01,
	},
	{
		.name = "draft-mcgrew-gcm-test-01 6",
		.cipher = L2TPSEC_CIPHER_AES_GCM_16, .auth = L2TPSEC_AUTH_NONE,
		.esn = true, .seq_hi = 0x10101010,
		.key = "3de09874b388e6491988d0c3607eae1f57690e43",
		.packet = "42f67e3f101010104e280000a2fca1a3fba2ca845e5df9f0f22c3e6e86dd831e\n"
			  "1fc65792cd1af9130e1379ed369f071f35e034be95f112e4e7d05d35",
		.payload = "4500001c42a200008001441f406793b6e00000020a00f5ff",
		.next_header = 0x01,
	},
	{
		.name = "draft-mcgrew-gcm-test-01 7",
		.cipher = L2TPSEC_CIPHER_AES_GCM_16, .auth = L2TPSEC_AUTH_NONE,
		.key = "feffe9928665731c6d6a8f9467308308feffe9928665731ccafebabe",
		.packet = "0000a5f80000000afacedbaddecaf888a5b1f8066029aea40e598b8122de0242\n"
			  "0938b3ab33f828e687b8858b5bfbdbd0315b27452144cc7795457b9652037f53\n"
			  "18027b5b4cd7a636",
		.payload = "45000028a4ad4000400678800a01038f0a010612802306b8cb712602dd6bb03e\n"
			   "501016d07568",
		.next_header = 0x01,
	},
	{
		.name = "draft-mcgrew-gcm-test-01 8",
		.cipher = L2TPSEC_CIPHER_AES_GCM_16, .auth = L2TPSEC_AUTH_NONE,
		.esn = true, .seq_hi = 0x00000000,
		.key = "abbccddef00112233445566778899aabdecaf888",
		.packet = "0000010000000001cafedebaceface7418a6fd42f72cbf4ab2a2ea901f73d814\n"
			  "e3e7f243d95412e1c349c1d2fbec168f9190feebaf2cb01984e65863965d7472\n"
			  "b79da345e0e780191f0d2f0e0f496c226f2127b27db35724e7845d68651f57e6\n"
			  "5f354f75ff17015769623436",
		.payload = "4500004933ba00007f119106c3fb1d10c2b1d326c02831ce0035dd7b800302d5\n"
			   "00004e20001e8c18d75b81dc91baa0476b91b924b280389d92c963bac046ec95\n"
			   "9b6266c04722b14923",
		.next_header = 0x01,
	},
	{
		.name = "draft-mcgrew-gcm-test-01 9",
		.cipher = L2TPSEC_CIPHER_AES_GCM_16, .auth = L2TPSEC_AUTH_NONE,
		.esn = true, .seq_hi = 0x156f3126,
		.key = "abbccddef00112233445566778899aababbccddef00112233445566778899aab\n"
		       "73616c74",
		.packet = "17405e67dd0db99b616e640169766563f2d69ecdbd5a0d5b8d5ef38bad4da58d\n"
			  "1f278fde98ef67549d524a3018d9a57ff4d3a31ce673119e451626c2415771e3\n"
			  "b7eebca614c89b35",
		.payload = "45080028732c00004006e9f90a0106120a01038f06b88023dd6bafbecb712602\n"
			   "50101f646d54",
		.next_header = 0x01,
	},
	{
		.name = "draft-mcgrew-gcm-test-01 10",
		.cipher = L2TPSEC_CIPHER_AES_GCM_16, .auth = L2TPSEC_AUTH_NONE,
		.esn = true, .seq_hi = 0x10101010,
		.key = "3de09874b388e6491988d0c3607eae1f57690e43",
		.packet = "42f67e3f101010104e280000a2fca1a3fba2cad12fc1f9f00d3cebf305410db8\n"
			  "3d7784b607323d220f24b0a97d54182800cadb0f68d99ef0e0c0c89ae9bea888\n"
			  "4e52d65bc1afd0740f742444747b5b39ab533163aad4550ee5160975cdb608c5\n"
			  "769189609763b8e18caa81e2",
		.payload = "45000049333e00007f119182c3fb1d10c2b1d326c02831ce0035cb458003025b\n"
			   "000001e0001e8c18d65759d52284a0352c71475c8880391c764d6e5ee0496b32\n"
			   "5ae270c03899493915",
		.next_header = 0x01,
	},
	{
		.name = "draft-mcgrew-gcm-test-01 11",
		.cipher = L2TPSEC_CIPHER_AES_GCM_16, .auth = L2TPSEC_AUTH_NONE,
		.esn = true, .seq_hi = 0x156f3126,
		.key = "abbccddef00112233445566778899aababbccddef00112233445566778899aab\n"
		       "73616c74",
		.packet = "17405e67dd0db99b616e640169766563d4b7ed86a1777f2ea13d6973d324c69e\n"
			  "7b43f826fb56831226508bebd2dceb18d0a6df10e5487df074113e14c641024e\n"
			  "3e6773d91a62ee429b043a10e3efe6b012a49363412364f8c0cac587f249e56b\n"
			  "11e24f30e44ccc76",
		.payload = "636973636f0172756c657301746865016e6574776501646566696e6501746865\n"
			   "746563686e6f6c6f67696573017468617477696c6c01646566696e65746f6d6f\n"
			   "72726f77",
		.next_header = 0x01,
	},
	{
		.name = "draft-mcgrew-gcm-test-01 12",
		.cipher = L2TPSEC_CIPHER_AES_GCM_16, .auth = L2TPSEC_AUTH_NONE,
		.key = "7d773d00c144c525ac619d18c84a3f47d9664267",
		.packet = "335467aeffffffff43457e9182443bc6437f866bcb3f699fe9b0822bac961c45\n"
			  "04bef270",
		.payload = "",
		.next_header = 0x01,
	},
	{
		.name = "draft-mcgrew-gcm-test-01 13",
		.cipher = L2TPSEC_CIPHER_AES_GCM_16, .auth = L2TPSEC_AUTH_NONE,
		.esn = true, .seq_hi = 0x00000000,
		.key = "abbccddef00112233445566778899aabdecaf888",
		.packet = "0000010000000001cafedebaceface7429c9fc69a197d038ccdd14e2ddfcaa05\n"
			  "43332164412503524303ed3c6c5f283843af8c3e",
		.payload = "746f016265016f72016e6f7401746f016265",
		.next_header = 0x01,
	},
	{
		.name = "draft-mcgrew-gcm-test-01 14",
		.cipher = L2TPSEC_CIPHER_AES_GCM_16, .auth = L2TPSEC_AUTH_NONE,
		.esn = true, .seq_hi = 0xffffffff,
		.key = "6c6567616c697a656d6172696a75616e61616e64646f69746265666f72656961\n"
		       "7475726e",
		.packet = "796b6963ffffffff333021696765746df97ab2aa356d8edce17644ac8c78e25d\n"
			  "d24dedbb29ebf1b64a274b39b49c3a864cd3d78ca4ae68a32b42458fb57dbe82\n"
			  "1dcc63b9d0937ba2945f669368661a329fb4c053",
		.payload = "45000030da3a00008001df3bc0a80005c0a800010800c6cd0200070061626364\n"
			   "65666768696a6b6c6d6e6f7071727374",
		.next_header = 0x01,
	},
	{
		.name = "draft-mcgrew-gcm-test-01 15",
		.cipher = L2TPSEC_CIPHER_AES_GCM_16, .auth = L2TPSEC_AUTH_NONE,
		.esn = true, .seq_hi = 0x10101010,
		.key = "3de09874b388e6491988d0c3607eae1f57690e43",
		.packet = "3f7ef642101010104e280000a2fca1a3fba2caa8c6c5f9f0f22ca54a061210ad\n"
			  "3f6e5791cf1aca210d117cec9c35791765acbd8701ad79845bf9fe3fba487bc9\n"
			  "6321930684eecadb56912546e7a95c9740d7cb05",
		.payload = "45000030da3a00008001df3bc0a80005c0a800010800c6cd0200070061626364\n"
			   "65666768696a6b6c6d6e6f7071727374",
		.next_header = 0x01,
	},
	{
		.name = "draft-mcgrew-gcm-test-01 16",
		.cipher = L2TPSEC_CIPHER_AES_GCM_16, .auth = L2TPSEC_AUTH_NONE,
		.esn = true, .seq_hi = 0x87654321,
		.key = "4c80cdefbb5d10da906ac73c3613a63422433c64",
		.packet = "00004321000000074855ec7d3a234bfd74752e8aeb5d873cd7c0f4acc36c4bff\n"
			  "84b7d7b98f0ca8b6acda6894bc619069ef9cbc28fe1b56a7c4e0d58c86cd2bc0",
		.payload = "0800c6cd020007006162636465666768696a6b6c6d6e6f7071727374",
		.next_header = 0x01,
	},
	{
		.name = "RFC 3602 case 5 + HMAC-SHA1",
		.cipher = L2TPSEC_CIPHER_AES_CBC, .auth = L2TPSEC_AUTH_HMAC_SHA1,
		.key = "90d382b410eeba7ad938c46cec1a82bf",
		.auth_key = "0102030405060708090a0b0c0d0e0f1011121314",
		.packet = "0000432100000001e96e8c08ab465763fd098d45dd3ff893f663c25d325c18c6\n"
			  "a9453e194e120849a4870b66cc6b9965330013b4898dc856a4699e523a55db08\n"
			  "0b59ec3a8e4b7e52775b07d1db34ed9c538ab50c551b874aa269add047ad2d59\n"
			  "13ac19b7cfbad4a66ffe6c928cd19f695d057034",
		.payload = "08000ebda70a00008e9c083db95b070008090a0b0c0d0e0f1011121314151617\n"
			   "18191a1b1c1d1e1f202122232425262728292a2b2c2d2e2f3031323334353637",
		.next_header = 0x01,
	},
	{
		.name = "RFC 3602 case 6 + HMAC-SHA2-256",
		.cipher = L2TPSEC_CIPHER_AES_CBC, .auth = L2TPSEC_AUTH_HMAC_SHA2_256,
		.key = "90d382b410eeba7ad938c46cec1a82bf",
		.auth_key = "101112131415161718191a1b1c1d1e1f202122232425262728292a2b2c2d2e2f",
		.packet = "000043210000000869d08df7d203329db093fc4924e5bd80f51995881ec4e0c4\n"
			  "488987ce742e8109689bb379d2d750c0d915dca346a89f75c92fbfb6590297dc\n"
			  "817b53a9a529dcf5",
		.payload = "0800b5e8a80a0500a69c083d0b660e00777777777777777777777777",
		.next_header = 0x01,
	},
	{
		.name = "RFC 3602 case 7 + HMAC-SHA2-384",
		.cipher = L2TPSEC_CIPHER_AES_CBC, .auth = L2TPSEC_AUTH_HMAC_SHA2_384,
		.key = "0123456789abcdef0123456789abcdef",
		.auth_key = "202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f\n"
			    "404142434445464748494a4b4c4d4e4f",
		.packet = "0000876500000002f4e765244f6407adf13dc1380f673f37773b5241a4c44922\n"
			  "5e4f3ce5ed611b0c237ca96cf74a93013c1b0ea1a0cf70f8e4ecaec78ac53aad\n"
			  "7a0f022b859243c647752e94a859352b8a4d4d2decd136e5c177f132ad3fbfb2\n"
			  "201ac9904c74ee0a109e0ca1e4dfe9d5a100b842f1c22f0d30072e3bebb6d13e\n"
			  "6805ef986fdcb9f38718d2443bc4d442",
		.payload = "45000054090400004001f988c0a87b03c0a87bc808009f76a90a0100b49c083d\n"
			   "02a2040008090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20212223\n"
			   "2425262728292a2b2c2d2e2f3031323334353637",
		.next_header = 0x04,
	},
	{
		.name = "RFC 3602 case 8 + HMAC-SHA2-512",
		.cipher = L2TPSEC_CIPHER_AES_CBC, .auth = L2TPSEC_AUTH_HMAC_SHA2_512,
		.key = "0123456789abcdef0123456789abcdef",
		.auth_key = "303132333435363738393a3b3c3d3e3f404142434445464748494a4b4c4d4e4f\n"
			    "505152535455565758595a5b5c5d5e5f606162636465666768696a6b6c6d6e6f",
		.packet = "000087650000000585d47224b5f3dd5d2101d4ea8dffab2215b92683819596a8\n"
			  "047232cc00f7048fe45318e11f8a0f62ede3c3fc61203bb50f980a08c9843fd3\n"
			  "a1b06d5c07ff9639b7eb7dfb3512e5de435e7207ed971ef3d2726d9b5ef6affc\n"
			  "6d17a0decbb1389222b104aa787783aadf3b9d9f74bf83e744babcacf6cf0683\n"
			  "2a7962d251d4d30f",
		.payload = "45000044090c00004001f990c0a87b03c0a87bc80800d63caa0a0200c69c083d\n"
			   "a3de0300ffffffffffffffffffffffffffffffffffffffffffffffffffffffff\n"
			   "ffffffff",
		.next_header = 0x04,
	},
	{
		.name = "RFC 3602 case 7 + HMAC-SHA2-256-96",
		.cipher = L2TPSEC_CIPHER_AES_CBC, .auth = L2TPSEC_AUTH_HMAC_SHA2_256,
		.icv_len = 12,
		.key = "0123456789abcdef0123456789abcdef",
		.auth_key = "404142434445464748494a4b4c4d4e4f505152535455565758595a5b5c5d5e5f",
		.packet = "0000876500000002f4e765244f6407adf13dc1380f673f37773b5241a4c44922\n"
			  "5e4f3ce5ed611b0c237ca96cf74a93013c1b0ea1a0cf70f8e4ecaec78ac53aad\n"
			  "7a0f022b859243c647752e94a859352b8a4d4d2decd136e5c177f132ad3fbfb2\n"
			  "201ac9904c74ee0a109e0ca1e4dfe9d5a100b842f1c22f0d88ff51013645f38c\n"
			  "b5c780db",
		.payload = "45000054090400004001f988c0a87b03c0a87bc808009f76a90a0100b49c083d\n"
			   "02a2040008090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20212223\n"
			   "2425262728292a2b2c2d2e2f3031323334353637",
		.next_header = 0x04,
	},
	{
		.name = "RFC 3602 case 5 + HMAC-SHA1, ESN",
		.cipher = L2TPSEC_CIPHER_AES_CBC, .auth = L2TPSEC_AUTH_HMAC_SHA1,
		.esn = true, .seq_hi = 0x00000001,
		.key = "90d382b410eeba7ad938c46cec1a82bf",
		.auth_key = "505152535455565758595a5b5c5d5e5f60616263",
		.packet = "0000432100000001e96e8c08ab465763fd098d45dd3ff893f663c25d325c18c6\n"
			  "a9453e194e120849a4870b66cc6b9965330013b4898dc856a4699e523a55db08\n"
			  "0b59ec3a8e4b7e52775b07d1db34ed9c538ab50c551b874aa269add047ad2d59\n"
			  "13ac19b7cfbad4a68a890252aef8688fed2151cf",
		.payload = "08000ebda70a00008e9c083db95b070008090a0b0c0d0e0f1011121314151617\n"
			   "18191a1b1c1d1e1f202122232425262728292a2b2c2d2e2f3031323334353637",
		.next_header = 0x01,
	},
	{
		.name = "RFC 3602 case 6 + HMAC-SHA2-256, ESN",
		.cipher = L2TPSEC_CIPHER_AES_CBC, .auth = L2TPSEC_AUTH_HMAC_SHA2_256,
		.esn = true, .seq_hi = 0xfffffffe,
		.key = "90d382b410eeba7ad938c46cec1a82bf",
		.auth_key = "606162636465666768696a6b6c6d6e6f707172737475767778797a7b7c7d7e7f",
		.packet = "000043210000000869d08df7d203329db093fc4924e5bd80f51995881ec4e0c4\n"
			  "488987ce742e8109689bb379d2d750c0d915dca346a89f755cf8ca6ad5220b6a\n"
			  "9b71c1d84f92a623",
		.payload = "0800b5e8a80a0500a69c083d0b660e00777777777777777777777777",
		.next_header = 0x01,
	},
	{
		.name = "RFC 3602 case 7 + HMAC-SHA2-384, ESN",
		.cipher = L2TPSEC_CIPHER_AES_CBC, .auth = L2TPSEC_AUTH_HMAC_SHA2_384,
		.esn = true, .seq_hi = 0x00000007,
		.key = "0123456789abcdef0123456789abcdef",
		.auth_key = "707172737475767778797a7b7c7d7e7f808182838485868788898a8b8c8d8e8f\n"
			    "909192939495969798999a9b9c9d9e9f",
		.packet = "0000876500000002f4e765244f6407adf13dc1380f673f37773b5241a4c44922\n"
			  "5e4f3ce5ed611b0c237ca96cf74a93013c1b0ea1a0cf70f8e4ecaec78ac53aad\n"
			  "7a0f022b859243c647752e94a859352b8a4d4d2decd136e5c177f132ad3fbfb2\n"
			  "201ac9904c74ee0a109e0ca1e4dfe9d5a100b842f1c22f0d88b32d11b5699471\n"
			  "ac371dd36cb85130cfebbcb35bd8d60a",
		.payload = "45000054090400004001f988c0a87b03c0a87bc808009f76a90a0100b49c083d\n"
			   "02a2040008090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20212223\n"
			   "2425262728292a2b2c2d2e2f3031323334353637",
		.next_header = 0x04,
	},
	{
		.name = "RFC 3602 case 8 + HMAC-SHA2-512, ESN",
		.cipher = L2TPSEC_CIPHER_AES_CBC, .auth = L2TPSEC_AUTH_HMAC_SHA2_512,
		.esn = true, .seq_hi = 0x00000000,
		.key = "0123456789abcdef0123456789abcdef",
		.auth_key = "808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f\n"
			    "a0a1a2a3a4a5a6a7a8a9aaabacadaeafb0b1b2b3b4b5b6b7b8b9babbbcbdbebf",
		.packet = "000087650000000585d47224b5f3dd5d2101d4ea8dffab2215b92683819596a8\n"
			  "047232cc00f7048fe45318e11f8a0f62ede3c3fc61203bb50f980a08c9843fd3\n"
			  "a1b06d5c07ff9639b7eb7dfb3512e5de435e7207ed971ef3d2726d9b5ef6affc\n"
			  "6d17a0decbb1389202f0f43401b2ae3b907b6b7d9639f3f1879717ca25ee8fdc\n"
			  "8172d253113040f8",
		.payload = "45000044090c00004001f990c0a87b03c0a87bc80800d63caa0a0200c69c083d\n"
			   "a3de0300ffffffffffffffffffffffffffffffffffffffffffffffffffffffff\n"
			   "ffffffff",
		.next_header = 0x04,
	},
	{
		.name = "RFC 3602 case 5 + HMAC-SHA2-256-96, ESN",
		.cipher = L2TPSEC_CIPHER_AES_CBC, .auth = L2TPSEC_AUTH_HMAC_SHA2_256,
		.icv_len = 12,
		.esn = true, .seq_hi = 0x00000003,
		.key = "90d382b410eeba7ad938c46cec1a82bf",
		.auth_key = "909192939495969798999a9b9c9d9e9fa0a1a2a3a4a5a6a7a8a9aaabacadaeaf",
		.packet = "0000432100000001e96e8c08ab465763fd098d45dd3ff893f663c25d325c18c6\n"
			  "a9453e194e120849a4870b66cc6b9965330013b4898dc856a4699e523a55db08\n"
			  "0b59ec3a8e4b7e52775b07d1db34ed9c538ab50c551b874aa269add047ad2d59\n"
			  "13ac19b7cfbad4a66461fb636ad4fd0c71af246e",
		.payload = "08000ebda70a00008e9c083db95b070008090a0b0c0d0e0f1011121314151617\n"
			   "18191a1b1c1d1e1f202122232425262728292a2b2c2d2e2f3031323334353637",
		.next_header = 0x01,
	},
	{
		.name = "AES-CBC-192 + HMAC-SHA1",
		.cipher = L2TPSEC_CIPHER_AES_CBC, .auth = L2TPSEC_AUTH_HMAC_SHA1,
		.key = "a0a1a2a3a4a5a6a7a8a9aaabacadaeafb0b1b2b3b4b5b6b7",
		.auth_key = "1112131415161718191a1b1c1d1e1f2021222324",
		.packet = "000043210000000869d08df7d203329db093fc4924e5bd80e4251aa816950cc1\n"
			  "2cb8f59dd004ddf8d74d201d095eccc54a31b8c0eadf03028f2f683db93d3669\n"
			  "58aa4539",
		.payload = "0800b5e8a80a0500a69c083d0b660e00777777777777777777777777",
		.next_header = 0x01,
	},
	{
		.name = "AES-CBC-256 + HMAC-SHA1",
		.cipher = L2TPSEC_CIPHER_AES_CBC, .auth = L2TPSEC_AUTH_HMAC_SHA1,
		.key = "a0a1a2a3a4a5a6a7a8a9aaabacadaeafb0b1b2b3b4b5b6b7b8b9babbbcbdbebf",
		.auth_key = "2122232425262728292a2b2c2d2e2f3031323334",
		.packet = "0000432100000001e96e8c08ab465763fd098d45dd3ff893c382ad5d7a119628\n"
			  "3653a62477c9bc32f7e6a8d1b694179a53c43c1d709b1658153be95c58f16969\n"
			  "7161957430413b1caf14c0f9acec861ce7bbc7e7bce8ae2cb76a04a0f109e9a0\n"
			  "18301eaa4775698269f6f2e3eb78839ba4634f5b",
		.payload = "08000ebda70a00008e9c083db95b070008090a0b0c0d0e0f1011121314151617\n"
			   "18191a1b1c1d1e1f202122232425262728292a2b2c2d2e2f3031323334353637",
		.next_header = 0x01,
	},
	{
		.name = "AES-CBC-256 + HMAC-SHA2-256",
		.cipher = L2TPSEC_CIPHER_AES_CBC, .auth = L2TPSEC_AUTH_HMAC_SHA2_256,
		.key = "a0a1a2a3a4a5a6a7a8a9aaabacadaeafb0b1b2b3b4b5b6b7b8b9babbbcbdbebf",
		.auth_key = "3132333435363738393a3b3c3d3e3f404142434445464748494a4b4c4d4e4f50",
		.packet = "000087650000000585d47224b5f3dd5d2101d4ea8dffab225cdeb7908a3eae19\n"
			  "dcc1c4b878b714d91d6f952733ce88be42d97227a8ba8b715be921545608b963\n"
			  "0871fac36fb6912b5bcf41c1dbe1ee09d1ce89a8a49d4af25c9a746904d11b0c\n"
			  "c02973e1040dd078ab647ee0b3ff10f76cffd81263b649f9",
		.payload = "45000044090c00004001f990c0a87b03c0a87bc80800d63caa0a0200c69c083d\n"
			   "a3de0300ffffffffffffffffffffffffffffffffffffffffffffffffffffffff\n"
			   "ffffffff",
		.next_header = 0x04,
	},
	{
		.name = "tcpdump 02-sunrise-sunset-esp 1",
		.cipher = L2TPSEC_CIPHER_3DES_CBC, .auth = L2TPSEC_AUTH_HMAC_MD5,
		.key = "4043434545464649494a4a4c4c4f4f515152525454575758",
		.auth_key = "87658765876587658765876587658765",
		.packet = "12345678000000014c20452f3cb09211d3a748cde5c811e39c4ee83cfe96a1e4\n"
			  "2acfd2b87aab05d1642ba3af9c1bc342102c40ad15df4de0200a636387347111\n"
			  "87d412093b83bfaa43191cbd84a45b0276338399b1f5ca17cc9254457e590655\n"
			  "1a7041e3dc9176e86fd3ffdd00b0bc11f8103097",
		.payload = "45000054000040003f01b8a6c0000201c00001010800baf06f000500239bc73b\n"
			   "f234010008090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20212223\n"
			   "2425262728292a2b2c2d2e2f3031323334353637",
		.next_header = 0x04,
	},
	{
		.name = "the same + HMAC-SHA1",
		.cipher = L2TPSEC_CIPHER_3DES_CBC, .auth = L2TPSEC_AUTH_HMAC_SHA1,
		.key = "4043434545464649494a4a4c4c4f4f515152525454575758",
		.auth_key = "4142434445464748494a4b4c4d4e4f5051525354",
		.packet = "12345678000000014c20452f3cb09211d3a748cde5c811e39c4ee83cfe96a1e4\n"
			  "2acfd2b87aab05d1642ba3af9c1bc342102c40ad15df4de0200a636387347111\n"
			  "87d412093b83bfaa43191cbd84a45b0276338399b1f5ca17cc9254457e590655\n"
			  "1a7041e3dc9176e8ff66f983af4b3e080af36647",
		.payload = "45000054000040003f01b8a6c0000201c00001010800baf06f000500239bc73b\n"
			   "f234010008090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20212223\n"
			   "2425262728292a2b2c2d2e2f3031323334353637",
		.next_header = 0x04,
	},
	{
		.name = "the same + HMAC-SHA2-256, ESN",
		.cipher = L2TPSEC_CIPHER_3DES_CBC, .auth = L2TPSEC_AUTH_HMAC_SHA2_256,
		.esn = true, .seq_hi = 0x00000005,
		.key = "4043434545464649494a4a4c4c4f4f515152525454575758",
		.auth_key = "5152535455565758595a5b5c5d5e5f606162636465666768696a6b6c6d6e6f70",
		.packet = "12345678000000014c20452f3cb09211d3a748cde5c811e39c4ee83cfe96a1e4\n"
			  "2acfd2b87aab05d1642ba3af9c1bc342102c40ad15df4de0200a636387347111\n"
			  "87d412093b83bfaa43191cbd84a45b0276338399b1f5ca17cc9254457e590655\n"
			  "1a7041e3dc9176e8cb1843c9a2dfaf1dfc2e80693ebd15e2",
		.payload = "45000054000040003f01b8a6c0000201c00001010800baf06f000500239bc73b\n"
			   "f234010008090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20212223\n"
			   "2425262728292a2b2c2d2e2f3031323334353637",
		.next_header = 0x04,
	},
	{
		.name = "the same + HMAC-SHA2-256-96",
		.cipher = L2TPSEC_CIPHER_3DES_CBC, .auth = L2TPSEC_AUTH_HMAC_SHA2_256,
		.icv_len = 12,
		.key = "4043434545464649494a4a4c4c4f4f515152525454575758",
		.auth_key = "6162636465666768696a6b6c6d6e6f707172737475767778797a7b7c7d7e7f80",
		.packet = "12345678000000014c20452f3cb09211d3a748cde5c811e39c4ee83cfe96a1e4\n"
			  "2acfd2b87aab05d1642ba3af9c1bc342102c40ad15df4de0200a636387347111\n"
			  "87d412093b83bfaa43191cbd84a45b0276338399b1f5ca17cc9254457e590655\n"
			  "1a7041e3dc9176e8475ffb89501c8fbaef51da2e",
		.payload = "45000054000040003f01b8a6c0000201c00001010800baf06f000500239bc73b\n"
			   "f234010008090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20212223\n"
			   "2425262728292a2b2c2d2e2f3031323334353637",
		.next_header = 0x04,
	},
	{
		.name = "RFC 3602 case 5 + HMAC-MD5",
		.cipher = L2TPSEC_CIPHER_AES_CBC, .auth = L2TPSEC_AUTH_HMAC_MD5,
		.key = "90d382b410eeba7ad938c46cec1a82bf",
		.auth_key = "7172737475767778797a7b7c7d7e7f80",
		.packet = "0000432100000001e96e8c08ab465763fd098d45dd3ff893f663c25d325c18c6\n"
			  "a9453e194e120849a4870b66cc6b9965330013b4898dc856a4699e523a55db08\n"
			  "0b59ec3a8e4b7e52775b07d1db34ed9c538ab50c551b874aa269add047ad2d59\n"
			  "13ac19b7cfbad4a6e5f7f1a1c509529a2131766f",
		.payload = "08000ebda70a00008e9c083db95b070008090a0b0c0d0e0f1011121314151617\n"
			   "18191a1b1c1d1e1f202122232425262728292a2b2c2d2e2f3031323334353637",
		.next_header = 0x01,
	},
	{
		.name = "RFC 3602 case 5 + HMAC-MD5, ESN",
		.cipher = L2TPSEC_CIPHER_AES_CBC, .auth = L2TPSEC_AUTH_HMAC_MD5,
		.esn = true, .seq_hi = 0x00000009,
		.key = "90d382b410eeba7ad938c46cec1a82bf",
		.auth_key = "8182838485868788898a8b8c8d8e8f90",
		.packet = "0000432100000001e96e8c08ab465763fd098d45dd3ff893f663c25d325c18c6\n"
			  "a9453e194e120849a4870b66cc6b9965330013b4898dc856a4699e523a55db08\n"
			  "0b59ec3a8e4b7e52775b07d1db34ed9c538ab50c551b874aa269add047ad2d59\n"
			  "13ac19b7cfbad4a6b4c5b0ee68eacd39f607341d",
		.payload = "08000ebda70a00008e9c083db95b070008090a0b0c0d0e0f1011121314151617\n"
			   "18191a1b1c1d1e1f202122232425262728292a2b2c2d2e2f3031323334353637",
		.next_header = 0x01,
	},
};

#endif /* _L2S_TESTS_ESP_VECTORS_H */
