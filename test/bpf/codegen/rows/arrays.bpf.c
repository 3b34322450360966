// clang: -Wno-gnu-variable-sized-type-not-at-end
// Arrays of everything, of no elements, and flexible ones.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct pair {
  __u16 left, right;
};
struct tail_of_text {
  int length;
  char text[];
};
struct tail_of_bytes {
  int length;
  __u8 bytes[];
};
struct tail_of_pairs {
  int length;
  struct pair pairs[];
};
struct tail_of_zero {
  int length;
  long numbers[0];
};
// The tail of what is inside comes to lie before the end.
struct holds_tail {
  struct tail_of_text inner;
  int after;
};

struct arrays {
  char text[3][4][8];
  __u8 bytes[2][3];
  signed char small[4];
  unsigned char alias[4];
  _Bool flags[5];
  float reals[3];
  double precise[2][2];
  __int128 wide[2];
  struct pair pairs[2][2];
  void *pointers[3];
  int (*functions[2])(void);
  int none[0];
  long many[100];
};

struct arrays arrays;
struct tail_of_text *text;
struct tail_of_bytes *bytes;
struct tail_of_pairs *pairs;
struct tail_of_zero *zero;
struct holds_tail holds_tail;
char letter;
char letters[1];

char _license[] SEC("license") = "GPL";

