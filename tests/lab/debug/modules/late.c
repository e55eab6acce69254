// SPDX-License-Identifier: GPL-2.0
/*
 * AEAD drivers as hardware has them: a request is done later, on any CPU, in no order;
 * there is room for so many; now and then one fails.  They take precedence over all
 * others, of which a synchronous one does the work.
 */
#include <crypto/internal/aead.h>
#include <linux/module.h>
#include <linux/random.h>
#include <linux/spinlock.h>
#include <linux/workqueue.h>

static unsigned int latest;
module_param(latest, uint, 0644);
MODULE_PARM_DESC(latest, "ticks that a request may take; 0: in the order they came, on one CPU");

static unsigned int most;
module_param(most, uint, 0644);
MODULE_PARM_DESC(most, "requests that may wait, the next is refused; 0: any number");

static unsigned int broken;
module_param(broken, uint, 0644);
MODULE_PARM_DESC(broken, "one request of so many fails when it is completed; 0: none");

static unsigned int waiting, peak;
static unsigned long completed, overtaken, refused, failed;
module_param(waiting, uint, 0444);
module_param(peak, uint, 0644);
module_param(completed, ulong, 0444);
module_param(overtaken, ulong, 0444);
module_param(refused, ulong, 0444);
module_param(failed, ulong, 0444);

/**
 * struct late_tfm - a transform
 * @worker: does what it promises
 */
struct late_tfm {
	struct crypto_aead *worker;
};

/**
 * struct late_request - a request that waits
 * @work: when it is due
 * @req: the user's
 * @crypt: what it asks for
 * @number: in the order that they came
 * @inner: the worker's; last, its context follows
 */
struct late_request {
	struct delayed_work work;
	struct aead_request *req;
	int (*crypt)(struct aead_request *req);
	unsigned long number;
	struct aead_request inner;
};

/*
 * Where a driver's interrupt comes.  What one CPU has handed up waits for that CPU's softirq,
 * and if that is left to ksoftirqd, another CPU's overtakes it: in order is order on one CPU.
 */
#define IN_ORDER_CPU	0

static struct workqueue_struct *any_order, *in_order;
static DEFINE_SPINLOCK(lock);	/* for all counters */
static unsigned long last_number, newest_completed;

/* Return: 0, or the error to complete with. */
static int count_completed(const struct late_request *late)
{
	int err = 0;

	spin_lock(&lock);
	waiting--;
	completed++;
	if (late->number < newest_completed)
		overtaken++;
	else
		newest_completed = late->number;
	if (broken && completed % broken == 0) {
		failed++;
		err = -EIO;
	}
	spin_unlock(&lock);
	return err;
}

/* As from a tasklet: BH is off.  The request, and with it the work, may be gone afterwards. */
static void complete_late(struct work_struct *work)
{
	struct late_request *late = container_of(to_delayed_work(work), struct late_request, work);
	int err, failure;

	local_bh_disable();
	err = late->crypt(&late->inner);
	failure = count_completed(late);
	aead_request_complete(late->req, failure ?: err);
	local_bh_enable();
}

/* Who may not wait for room is refused: include/linux/crypto.h, CRYPTO_TFM_REQ_MAY_BACKLOG. */
static bool admit(struct late_request *late)
{
	bool full;

	spin_lock_bh(&lock);
	full = most && waiting >= most && !(late->req->base.flags & CRYPTO_TFM_REQ_MAY_BACKLOG);
	if (full) {
		refused++;
	} else {
		late->number = ++last_number;
		peak = max(peak, ++waiting);
	}
	spin_unlock_bh(&lock);
	return !full;
}

static int enqueue(struct aead_request *req, int (*crypt)(struct aead_request *req))
{
	struct late_tfm *tfm = crypto_aead_ctx(crypto_aead_reqtfm(req));
	struct late_request *late = aead_request_ctx(req);
	unsigned int ticks = READ_ONCE(latest);

	late->req = req;
	late->crypt = crypt;
	INIT_DELAYED_WORK(&late->work, complete_late);
	aead_request_set_tfm(&late->inner, tfm->worker);
	aead_request_set_callback(&late->inner, 0, NULL, NULL);
	aead_request_set_ad(&late->inner, req->assoclen);
	aead_request_set_crypt(&late->inner, req->src, req->dst, req->cryptlen, req->iv);
	if (!admit(late))
		return -ENOSPC;
	if (ticks)
		queue_delayed_work(any_order, &late->work, get_random_u32() % (ticks + 1));
	else
		queue_delayed_work_on(IN_ORDER_CPU, in_order, &late->work, 0);
	return -EINPROGRESS;
}

static int late_encrypt(struct aead_request *req)
{
	return enqueue(req, crypto_aead_encrypt);
}

static int late_decrypt(struct aead_request *req)
{
	return enqueue(req, crypto_aead_decrypt);
}

static int late_setkey(struct crypto_aead *aead, const u8 *key, unsigned int len)
{
	struct late_tfm *tfm = crypto_aead_ctx(aead);

	return crypto_aead_setkey(tfm->worker, key, len);
}

static int late_setauthsize(struct crypto_aead *aead, unsigned int size)
{
	struct late_tfm *tfm = crypto_aead_ctx(aead);

	return crypto_aead_setauthsize(tfm->worker, size);
}

static int late_init(struct crypto_aead *aead)
{
	struct late_tfm *tfm = crypto_aead_ctx(aead);

	/* No asynchronous one, so not this one. */
	tfm->worker = crypto_alloc_aead(crypto_tfm_alg_name(crypto_aead_tfm(aead)), 0,
					CRYPTO_ALG_ASYNC);
	if (IS_ERR(tfm->worker))
		return PTR_ERR(tfm->worker);
	crypto_aead_set_reqsize(aead, sizeof(struct late_request) +
				crypto_aead_reqsize(tfm->worker));
	return 0;
}

static void late_exit(struct crypto_aead *aead)
{
	struct late_tfm *tfm = crypto_aead_ctx(aead);

	crypto_free_aead(tfm->worker);
}

#define ALG(_name, _driver, _ivsize, _maxauthsize, _blocksize) {	\
	.base = {							\
		.cra_name = _name,					\
		.cra_driver_name = _driver,				\
		.cra_priority = 1000000,				\
		.cra_flags = CRYPTO_ALG_ASYNC,				\
		.cra_blocksize = _blocksize,				\
		.cra_ctxsize = sizeof(struct late_tfm),			\
		.cra_module = THIS_MODULE,				\
	},								\
	.ivsize = _ivsize,						\
	.maxauthsize = _maxauthsize,					\
	.setkey = late_setkey,						\
	.setauthsize = late_setauthsize,				\
	.encrypt = late_encrypt,					\
	.decrypt = late_decrypt,					\
	.init = late_init,						\
	.exit = late_exit,						\
}

static struct aead_alg algs[] = {
	ALG("rfc4106(gcm(aes))", "late-rfc4106-gcm-aes", 8, 16, 1),
	ALG("authenc(hmac(sha256),cbc(aes))", "late-authenc-sha256-cbc-aes", 16, 32, 16),
	ALG("authencesn(hmac(sha1),cbc(aes))", "late-authencesn-sha1-cbc-aes", 16, 20, 16),
};

static int __init late_module_init(void)
{
	int err = -ENOMEM;

	any_order = alloc_workqueue("late", WQ_UNBOUND, 0);
	in_order = alloc_workqueue("late_in_order", 0, 1);
	if (any_order && in_order)
		err = crypto_register_aeads(algs, ARRAY_SIZE(algs));
	if (!err)
		return 0;
	if (any_order)
		destroy_workqueue(any_order);
	if (in_order)
		destroy_workqueue(in_order);
	return err;
}

/* A request holds its transform, and this the module: none waits. */
static void __exit late_module_exit(void)
{
	crypto_unregister_aeads(algs, ARRAY_SIZE(algs));
	destroy_workqueue(any_order);
	destroy_workqueue(in_order);
}

module_init(late_module_init);
module_exit(late_module_exit);
MODULE_DESCRIPTION("Ciphers that are late and out of order");
MODULE_LICENSE("GPL");
