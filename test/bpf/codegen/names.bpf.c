// Names that are something else in JavaScript, and names that meet.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct class {
  int constructor;
  int __proto__;
  int prototype;
  int function;
  int arguments;
  int delete;
  int this;
  int weird$name;
  union {
    int then;
    int toString;
  };
};

struct event_data {
  int a;
};
struct eventData {
  int b;
};
typedef struct {
  int c;
} EventData;

// Names that the loader itself uses.
struct shape {
  int a;
};
struct spec {
  int a;
};
struct names {
  int a;
};
enum Codec { Object, Array, Map };

struct {
  __uint(type, BPF_MAP_TYPE_HASH);
  __uint(max_entries, 1);
  __type(key, struct class);
  __type(value, struct event_data);
} default_map SEC(".maps");

struct {
  __uint(type, BPF_MAP_TYPE_ARRAY);
  __uint(max_entries, 1);
  __type(key, int);
  __type(value, struct eventData);
} object SEC(".maps");

struct {
  __uint(type, BPF_MAP_TYPE_ARRAY);
  __uint(max_entries, 1);
  __type(key, int);
  __type(value, EventData);
} constructor SEC(".maps");

struct class class;
struct shape shape;
struct spec spec;
struct names names;
enum Codec codec;
int await, let, new, null, undefined, export;

SEC("socket") int function(struct __sk_buff *skb) { return class.this + await + let + new + null + undefined; }
SEC("socket") int delete(struct __sk_buff *skb) { return shape.a + spec.a + names.a + codec + export; }

char _license[] SEC("license") = "GPL";
