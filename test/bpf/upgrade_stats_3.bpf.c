// A field has another name.
#include <linux/bpf.h>
#include <linux/types.h>

#define VERSION 3

struct stats {
	__u64 frames;
	__u32 last;
#define packets frames
};

typedef __u32 total_t;

__u64 all;

#include "upgrade_stats.h"
