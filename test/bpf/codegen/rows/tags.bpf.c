// Tags with whatever text, on whatever can have one, and qualifiers.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

#define tag(text) __attribute__((btf_decl_tag(text)))
#define type_tag(text) __attribute__((btf_type_tag(text)))

struct tag("a struct") tag("twice") tagged {
  int first tag("ends */ the comment");
  int second tag("`code` and @link {@code} <b>");
  int third tag("two\nlines");
  int type_tag("user") * pointer;
};
typedef int tag("a typedef") number;

struct {
  __uint(type, BPF_MAP_TYPE_HASH);
  __uint(max_entries, 8);
  __type(key, const volatile number);
  __type(value, struct tagged);
} tagged_map SEC(".maps") tag("a map");

number tag("a variable") counted;
const volatile number limit = 5;

tag("a function") SEC("socket") int look(struct __sk_buff *skb tag("an argument")) {
  return counted + limit;
}

char _license[] SEC("license") = "GPL";

