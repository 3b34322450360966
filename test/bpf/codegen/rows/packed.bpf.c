// Structs without padding, with much of it, and aligned beyond need.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct __attribute__((packed)) tight {
  char a;
  short b;
  int c;
  long d;
  __int128 e;
  double f;
  struct {
    char g;
    int h;
  } loose;
  _Bool i;
};
struct __attribute__((aligned(64))) far {
  char a;
  __attribute__((aligned(32))) char b;
};
struct __attribute__((packed, aligned(2))) both {
  char a;
  int b;
};
struct nested {
  char first;
  struct tight tight[2];
  struct both both;
};

struct {
  __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
  __uint(max_entries, 2);
  __type(key, int);
  __type(value, struct tight);
} per_cpu SEC(".maps");

struct far far;
struct nested nested;

char _license[] SEC("license") = "GPL";

