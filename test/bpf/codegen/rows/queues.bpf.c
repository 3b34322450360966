// Maps without keys, without values, and within maps.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct job {
  __u64 at;
  char name[8];
};
struct inner {
  __uint(type, BPF_MAP_TYPE_HASH);
  __uint(max_entries, 4);
  __type(key, struct job);
  __type(value, __u32);
};
#define keyless(map_type, name) \
  struct {                      \
    __uint(type, map_type);     \
    __uint(max_entries, 16);    \
    __type(value, struct job);  \
  } name SEC(".maps")
keyless(BPF_MAP_TYPE_QUEUE, queue);
keyless(BPF_MAP_TYPE_STACK, stack);
keyless(BPF_MAP_TYPE_BLOOM_FILTER, filter);

struct {
  __uint(type, BPF_MAP_TYPE_HASH_OF_MAPS);
  __uint(max_entries, 4);
  __type(key, __u64);
  __array(values, struct inner);
} by_number SEC(".maps");

struct {
  __uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
  __uint(max_entries, 4);
  __type(key, __u32);
  __array(values, struct {
    __uint(type, BPF_MAP_TYPE_RINGBUF);
    __uint(max_entries, 4096);
  });
} rings SEC(".maps");

struct {
  __uint(type, BPF_MAP_TYPE_LPM_TRIE);
  __uint(max_entries, 4);
  __uint(map_flags, BPF_F_NO_PREALLOC);
  __type(key, struct {
    __u32 length;
    __u8 data[6];
  });
  __type(value, struct job);
} trie SEC(".maps");

struct {
  __uint(type, BPF_MAP_TYPE_PROG_ARRAY);
  __uint(max_entries, 4);
  __uint(key_size, 4);
  __uint(value_size, 4);
} calls SEC(".maps");

struct {
  __uint(type, BPF_MAP_TYPE_TASK_STORAGE);
  __uint(map_flags, BPF_F_NO_PREALLOC);
  __type(key, int);
  __type(value, struct job);
} of_task SEC(".maps");

char _license[] SEC("license") = "GPL";

