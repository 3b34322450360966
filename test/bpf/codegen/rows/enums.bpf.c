// Enums of all sizes and signs, empty of names and full of them.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

enum small { SMALL_A = -128, SMALL_B = 127 } __attribute__((packed));
enum medium { MEDIUM = 40000 } __attribute__((packed));
enum negative { NEGATIVE = -2147483647 - 1, POSITIVE = 2147483647 };
enum unsigned_word { WORD = 0xffffffffU };
enum huge { HUGE_VALUE = 0xffffffffffffffffULL, HUGE_ONE = 1 };
enum deep { DEEP = -0x7fffffffffffffffLL };
typedef enum { ALIASED_ONE, ALIASED_TWO } aliased;
enum words { class_word, constructor, default_word, __proto__ };
enum twins { FIRST = 1, AGAIN = 1 };
enum declared_only;

struct all {
  enum small small;
  enum medium medium;
  enum negative negative;
  enum unsigned_word unsigned_word;
  enum huge huge;
  enum deep deep;
  aliased aliased;
  enum words words[3];
  enum twins twins;
  enum declared_only *pointer;
  enum { HERE, THERE } nameless;
  enum small by_small[4];
};

struct {
  __uint(type, BPF_MAP_TYPE_PERCPU_HASH);
  __uint(max_entries, 8);
  __type(key, enum huge);
  __type(value, aliased);
} by_enum SEC(".maps");

struct all all;
enum deep deep;

char _license[] SEC("license") = "GPL";

