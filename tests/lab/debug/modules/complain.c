// SPDX-License-Identifier: GPL-2.0
/*
 * Does, when it is loaded, what a debug kernel has to complain about: what=NAME.
 * So the lab can show that it would see such a complaint about the real module.
 */
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/timer.h>

static char *what = "";
module_param(what, charp, 0);
MODULE_PARM_DESC(what, "kasan, ubsan, sleep, rcu, object, leak, lock or race");

static void read_beyond_end(void)
{
	u8 *p = kmalloc(16, GFP_KERNEL);

	OPTIMIZER_HIDE_VAR(p);
	if (p)
		pr_info("complain: %u\n", READ_ONCE(p[16]));
	kfree(p);
}

static void shift_too_far(void)
{
	int n = 40;

	OPTIMIZER_HIDE_VAR(n);
	pr_info("complain: %d\n", 1 << n);
}

static void sleep_in_spinlock(void)
{
	static DEFINE_SPINLOCK(lock);

	spin_lock(&lock);
	might_sleep();
	spin_unlock(&lock);
}

static void dereference_outside(void)
{
	static int __rcu *pointer;

	pr_info("complain: %p\n", rcu_dereference(pointer));
}

static void nothing(struct timer_list *timer)
{
}

static void free_active_timer(void)
{
	struct timer_list *timer = kmalloc(sizeof(*timer), GFP_KERNEL);

	if (!timer)
		return;
	timer_setup(timer, nothing, 0);
	mod_timer(timer, jiffies + 3600 * HZ);
	kfree(timer);
}

static void forget(void)
{
	u8 *p;
	int i;

	/* More than one: a copy of the last pointer may be left on a stack. */
	for (i = 0; i < 10; i++) {
		p = kmalloc(200, GFP_KERNEL);
		OPTIMIZER_HIDE_VAR(p);
	}
}

static void lock_both_ways(void)
{
	static DEFINE_MUTEX(a);
	static DEFINE_MUTEX(b);

	mutex_lock(&a);
	mutex_lock(&b);
	mutex_unlock(&b);
	mutex_unlock(&a);
	mutex_lock(&b);
	mutex_lock(&a);
	mutex_unlock(&a);
	mutex_unlock(&b);
}

static int counted_by_two;

static int count(void *unused)
{
	while (!kthread_should_stop()) {
		counted_by_two++;
		cond_resched();
	}
	return 0;
}

static void count_with_another(void)
{
	struct task_struct *other = kthread_run(count, NULL, "complain");
	unsigned long end = jiffies + 10 * HZ;

	if (IS_ERR(other))
		return;
	while (time_before(jiffies, end)) {
		counted_by_two++;
		cond_resched();
	}
	kthread_stop(other);
}

static const struct {
	const char *name;
	void (*provoke)(void);
} provocations[] = {
	{ "kasan", read_beyond_end },
	{ "ubsan", shift_too_far },
	{ "sleep", sleep_in_spinlock },
	{ "rcu", dereference_outside },
	{ "object", free_active_timer },
	{ "leak", forget },
	{ "lock", lock_both_ways },
	{ "race", count_with_another },
};

static int __init complain_init(void)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(provocations); i++) {
		if (strcmp(what, provocations[i].name))
			continue;
		provocations[i].provoke();
		return 0;
	}
	return -EINVAL;
}

static void __exit complain_exit(void)
{
}

module_init(complain_init);
module_exit(complain_exit);
MODULE_DESCRIPTION("What a debug kernel complains about");
MODULE_LICENSE("GPL");
