// Ring buffers whose records are found by what mentions their type.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct event {
  __u32 pid;
  char comm[16];
  __u64 time;
  __u16 constructor;
  __u32 length;
  __u8 data[];
};

struct {
  __uint(type, BPF_MAP_TYPE_RINGBUF);
  __uint(max_entries, 4096);
} events SEC(".maps");

const struct event *unused __attribute__((unused));

SEC("tracepoint/syscalls/sys_enter_execve")
int on_exec(void *context) {
  struct event *event = bpf_ringbuf_reserve(&events, sizeof(*event), 0);
  if (!event) return 0;
  event->pid = bpf_get_current_pid_tgid() >> 32;
  event->length = 0;
  event->constructor = 0;
  event->time = bpf_ktime_get_ns();
  bpf_get_current_comm(event->comm, sizeof(event->comm));
  bpf_ringbuf_submit(event, 0);
  return 0;
}

char _license[] SEC("license") = "GPL";
