#include <linux/bpf.h>
#include <linux/types.h>

#define VERSION 1

struct stats {
	__u64 packets;
	__u32 last;
};

typedef __u32 total_t;

__u64 all;

#include "upgrade_stats.h"
