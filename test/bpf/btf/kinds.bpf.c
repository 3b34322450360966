// Every kind of type that BTF has.
#include <linux/bpf.h>
#include <stdbool.h>
#include <bpf/bpf_helpers.h>

#define __user __attribute__((btf_type_tag("user")))
#define tagged(text) __attribute__((btf_decl_tag(text)))

struct declared_only;
union declared_only_too;

enum positive { NONE, SOME = 4000000000u };
enum negative { BELOW = -5, ABOVE = 5 };
enum wide { HUGE = 1ull << 63, SMALL = 1 };
enum wide_negative { LOWEST = -9223372036854775807ll - 1, HIGHEST = 9223372036854775807ll };

typedef int (*handler)(const char *name, int value, ...);
typedef struct declared_only *opaque;
typedef opaque opaque_again;

struct packed {
	char a;
	long b;
} __attribute__((packed));

struct tagged("of the struct") tagged("and another") everything {
	bool yes;
	float ratio;
	double exact;
	__int128 big;
	enum positive positive;
	enum negative negative;
	enum wide wide;
	enum wide_negative wide_negative;
	handler call;
	opaque_again hidden;
	union declared_only_too *hidden_too;
	char *restrict only;
	const volatile int *const unchanging;
	int __user *pointer tagged("of the member");
	int matrix[2][3][4];
	struct packed packed;
	union {
		int as_int;
		float as_float;
		struct {
			short low, high;
		};
	};
	unsigned int one : 1, thirty : 30, : 0, next : 5;
	long long far : 40;
	int tail[];
};

struct everything everything tagged("of the variable");

static __noinline int helper(struct everything *it tagged("of the parameter"), ...)
{
	return it ? it->one : 0;
}

__noinline int global(int a, long b)
{
	return a + b;
}

SEC("socket")
int use(void *ctx)
{
	return helper(&everything) + global(1, 2) + (everything.call != 0);
}
