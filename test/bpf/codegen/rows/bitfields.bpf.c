// Bitfields that begin anywhere, span nine bytes, and are of every type that can have them.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

enum color { RED, GREEN = 5, BLUE = -1 };

struct plain {
  unsigned a : 1, b : 7, c : 24;
  int d : 31, : 0, e : 32;
  unsigned long long f : 63, g : 1;
  long long h : 64;
  _Bool i : 1;
  enum color j : 4;
  unsigned char k : 3, l : 5;
};

// Bits 31 to 70 of 9 bytes.
struct __attribute__((packed)) across {
  unsigned long long low : 31;
  unsigned long long middle : 40;
  unsigned long long high : 60;
};

struct inside {
  int before;
  struct {
    unsigned x : 12, y : 20;
  };
  union {
    unsigned whole;
    struct {
      unsigned first : 4, rest : 28;
    };
  };
};

struct plain plain;
struct across across;
struct inside inside[2];

char _license[] SEC("license") = "GPL";

