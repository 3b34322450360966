// Pointers to whatever there is, and to what there is not.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct list {
  struct list *next, **before;
  const struct not_here *opaque;
  union not_here_either *other;
  void *anything;
  const char *text;
  int (*compare)(const struct list *, const struct list *);
  void (*variadic)(const char *, ...);
  int (*array)[4];
  volatile int *restrict volatile_pointer;
};
typedef int function_type(int, long);
struct uses_function {
  function_type *call;
};
struct list list;
struct uses_function uses_function;
void *pointer;
const char *const names[] = {"one", "two"};
int (*table[3])(int);

char _license[] SEC("license") = "GPL";

