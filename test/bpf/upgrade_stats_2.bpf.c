// Fields are added, moved and wider.
#include <linux/bpf.h>
#include <linux/types.h>

#define VERSION 2

struct stats {
	__u64 bytes;
	__u64 last;
	__u64 packets;
};

typedef __u64 total_t;

__u32 marks;
__u64 all;

#include "upgrade_stats.h"
