// Fields whose bytes mean more than their types say.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include <ebpf/fields.bpf.h>

typedef __be32 host_type EBPF_IPV4;
typedef host_type peer_type;

struct connection {
  __be32 saddr EBPF_IPV4;
  __u8 saddr6[16] EBPF_IPV6;
  __be16 sport;
  __u16 dport EBPF_BIG_ENDIAN;
  __u8 mac[6] EBPF_MAC;
  __u8 comm[16] EBPF_TEXT;
  char raw[4] EBPF_BYTES;
  __u64 at EBPF_KTIME;
  peer_type peers[2];
  __be16 host_order EBPF_HOST_ORDER;
};

// Without tags: named by the option `fields`.
struct plain {
  __u32 saddr;
  __u8 saddr6[16];
  __u16 port;
  __u64 at;
  struct {
    __u8 mac[6];
    __u8 names[2][8];
  } device;
};

struct {
  __uint(type, BPF_MAP_TYPE_HASH);
  __uint(max_entries, 4);
  __type(key, host_type);
  __type(value, struct connection);
} connections SEC(".maps");

struct {
  __uint(type, BPF_MAP_TYPE_HASH);
  __uint(max_entries, 4);
  __type(key, __u32);
  __type(value, struct plain);
} plains SEC(".maps");

struct {
  __uint(type, BPF_MAP_TYPE_RINGBUF);
  __uint(max_entries, 4096);
} events SEC(".maps");

__be32 server EBPF_IPV4 = 0;
__be16 port = 0;
__u32 gateway = 0;
struct plain last;

struct arguments {
  __be32 address EBPF_IPV4;
  __be16 port;
};

// Stores and sends what the program sees as the bytes of the network.
SEC("syscall")
int copy(struct arguments *args) {
  struct connection *event = bpf_ringbuf_reserve(&events, sizeof(*event), 0);
  struct connection *stored;
  host_type key = args->address;

  if (!event)
    return 1;
  __builtin_memset(event, 0, sizeof(*event));
  event->saddr = args->address;
  event->sport = args->port;
  event->dport = args->port;
  event->host_order = args->port;
  event->at = bpf_ktime_get_ns();
  bpf_get_current_comm(event->comm, sizeof(event->comm));
  event->peers[0] = server;
  bpf_map_update_elem(&connections, &key, event, BPF_ANY);
  bpf_ringbuf_submit(event, 0);
  stored = bpf_map_lookup_elem(&connections, &key);
  server = args->address;
  port = args->port;
  return stored && stored->saddr == key ? 0 : 2;
}

char LICENSE[] SEC("license") = "GPL";
