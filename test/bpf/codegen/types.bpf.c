// Every kind of type that a value can be of.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

#define tag(text) __attribute__((btf_decl_tag(text)))

typedef unsigned char u8;
typedef __u32 pid_type;

enum state { STATE_IDLE, STATE_RUNNING = 5, STATE_DEAD = -1 };
enum wide { WIDE_ONE = 1, WIDE_HUGE = 0x100000000ULL };
enum tiny { TINY_A = 200 } __attribute__((packed));
typedef enum { MODE_R = 1, MODE_W = 2 } mode_type;

struct address {
  u8 mac[6] tag("in network order");
  __u16 port;
} tag("where a packet goes");

struct empty {};

struct packed_pair {
  u8 first;
  __u64 second;
} __attribute__((packed));

struct bitfields {
  __u32 a : 3;
  __u32 b : 29;
  int c : 31;
  __u64 d : 40;
  _Bool e : 1;
  enum state f : 4;
};

typedef struct {
  int x, y;
} point_type;

union number {
  __u32 word;
  u8 bytes[4];
  float real;
  struct address *pointer;
};

struct everything {
  char comm[16];
  char lines[2][8];
  signed char small;
  _Bool flag;
  float real;
  double precise;
  __int128 huge;
  unsigned __int128 unsigned_huge;
  enum state state;
  enum wide wide;
  enum tiny tiny;
  mode_type mode;
  pid_type pid;
  struct address address;
  struct address many[3];
  int grid[2][3];
  __u64 histogram[20];
  void *pointer;
  int (*function)(int);
  struct everything *next;
  struct not_defined_here *opaque;
  enum not_defined_either *enum_pointer;
  union number number;
  struct packed_pair pair;
  struct bitfields bits;
  point_type point;
  struct empty nothing;
  u8 marker[0];
  struct {
    int inside;
    union {
      __u32 v4;
      u8 v6[16];
    };
  };
  struct {
    __u16 left, right;
  } sides[2];
  enum { LOCAL_A, LOCAL_B } local;
  const volatile int qualified;
  __u32 tail_length;
  struct address tail[];
};

struct guarded {
  struct bpf_spin_lock lock;
  __u64 count;
};

struct {
  __uint(type, BPF_MAP_TYPE_HASH);
  __uint(max_entries, 16);
  __type(key, struct address);
  __type(value, struct guarded);
} guarded_map SEC(".maps");

struct {
  __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
  __uint(max_entries, 1);
  __type(key, enum state);
  __type(value, union number);
} union_map SEC(".maps");

struct {
  __uint(type, BPF_MAP_TYPE_HASH);
  __uint(max_entries, 16);
  __uint(key_size, 4);
  __uint(value_size, 12);
} untyped_map SEC(".maps");

struct {
  __uint(type, BPF_MAP_TYPE_HASH);
  __uint(max_entries, 4);
  __type(key, char[16]);
  __type(value, struct {
    int first;
    int second;
  });
} anonymous_map SEC(".maps");

struct everything everything;
struct bitfields bitfields;
union number number;
point_type point = {1, 2};
struct {
  int alone;
} anonymous;
const char text[8] = "text";
const volatile __u64 limit = 7;
char *names[2];
__u32 section_variable SEC(".data.custom");
static volatile int hidden_count = 3;

SEC("socket") tag("looks at everything")
int look(struct __sk_buff *skb) {
  hidden_count += section_variable;
  return everything.pid + bitfields.a + number.word + point.x + limit + anonymous.alone + (names[0] == 0) + text[1];
}

char _license[] SEC("license") = "GPL";
