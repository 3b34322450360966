// Names that several types have, within functions too.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct item {
  int a;
};
union item_union {
  int a;
};
typedef struct {
  long b;
} item;
enum item_enum { item_enum };
struct Item {
  char c;
};
struct __item {
  short d;
};

struct item first;
item second;
struct Item third;
struct __item fourth;
union item_union fifth;
enum item_enum sixth;

SEC("socket") int one(struct __sk_buff *skb) {
  struct local {
    int x;
  };
  static volatile struct local state;
  static volatile int counter;
  return state.x + counter++;
}

SEC("socket") int two(struct __sk_buff *skb) {
  struct local {
    long y;
    char z;
  };
  static volatile struct local state;
  static volatile long counter;
  return state.y + counter++;
}

char _license[] SEC("license") = "GPL";

