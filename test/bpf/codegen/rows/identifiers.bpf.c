// Names that only an assembler, a section or a dollar allows.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

int in_section SEC(".data.a-b.c") = 1;
int in_bss SEC(".bss.x y") ;
const int in_rodata SEC(".rodata.1st") = 2;
struct weird$name {
  int $;
  int $$a$;
  int _;
  int __;
};
struct weird$name weird$value;
int by_label __asm__("label-with.dots and spaces");

SEC("socket") int p(struct __sk_buff *skb) {
  static const char ____fmt[] = "value %d";
  bpf_trace_printk(____fmt, sizeof(____fmt), in_section);
  return in_bss + in_rodata;
}

char _license[] SEC("license") = "GPL";

