// Unions in unions, without names, empty, and in arrays.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct v4 {
  __u32 address;
};
struct v6 {
  __u8 address[16];
};
union empty {};

union address {
  struct v4 v4;
  struct v6 v6;
  struct {
    __u16 port;
    union {
      __u8 narrow;
      __u64 wide;
    };
  };
  char text[16];
  union empty nothing;
};

struct flow {
  union {
    union address source;
    __u32 words[4];
  };
  union {
    struct {
      int a;
      char b;
    };
    struct {
      char c;
      int d;
    };
  };
  union address others[2];
  union {
    int only;
  };
};

struct {
  __uint(type, BPF_MAP_TYPE_LRU_HASH);
  __uint(max_entries, 8);
  __type(key, union address);
  __type(value, struct flow);
} flows SEC(".maps");

union address address;
union {
  int nameless;
  float other;
} anonymous;

char _license[] SEC("license") = "GPL";

