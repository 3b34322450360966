// Reports what programs send and receive through a TLS library, before it is encrypted and after it is decrypted.
#include "../kernel.bpf.h"
#include <ebpf/lost.bpf.h>

#define DATA_SIZE 4096

struct data {
	__u64 time; // nanoseconds of the monotonic clock
	__u32 pid;
	__u32 size; // of all, which can be more than was copied
	_Bool sent;
	char comm[COMM_LENGTH];
	__u8 bytes[DATA_SIZE];
};

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4 * 1024 * 1024);
} events SEC(".maps");
EBPF_COUNT_LOST(events);

struct read {
	__u64 buffer;
	__u64 size; // where SSL_read_ex stores how much it has read
};

// The arguments of SSL_read, by thread.
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 10240);
	__type(key, __u32);
	__type(value, struct read);
} reading SEC(".maps");

static __always_inline void report(__u64 from, __s32 size, _Bool sent)
{
	struct data *data;

	if (size <= 0)
		return;
	data = ebpf_ringbuf_reserve(events, sizeof(*data), 0);
	if (!data)
		return;
	data->time = bpf_ktime_get_ns();
	data->pid = bpf_get_current_pid_tgid() >> 32;
	data->size = size;
	data->sent = sent;
	bpf_get_current_comm(data->comm, sizeof(data->comm));
	__u32 copied = size < DATA_SIZE ? size : DATA_SIZE;

	if (bpf_probe_read_user(data->bytes, copied, (void *)from))
		bpf_ringbuf_discard(data, 0);
	else
		bpf_ringbuf_submit(data, 0);
}

// int SSL_write(SSL *ssl, const void *buf, int num), and SSL_write_ex with a size_t
SEC("uprobe")
int on_write(void *ctx)
{
	report(second_argument(ctx), third_argument(ctx), 1);
	return 0;
}

// int SSL_read(SSL *ssl, void *buf, int num)
// int SSL_read_ex(SSL *ssl, void *buf, size_t num, size_t *readbytes)
SEC("uprobe")
int enter_read(void *ctx)
{
	__u32 thread = bpf_get_current_pid_tgid();
	struct read read = { .buffer = second_argument(ctx), .size = fourth_argument(ctx) };

	bpf_map_update_elem(&reading, &thread, &read, BPF_ANY);
	return 0;
}

// Answers the bytes that were read, or an error.
SEC("uretprobe")
int leave_read(void *ctx)
{
	__u32 thread = bpf_get_current_pid_tgid();
	struct read *read = bpf_map_lookup_elem(&reading, &thread);

	if (!read)
		return 0;
	report(read->buffer, returned(ctx), 0);
	bpf_map_delete_elem(&reading, &thread);
	return 0;
}

// Answers 1, or 0 for an error.
SEC("uretprobe")
int leave_read_ex(void *ctx)
{
	__u32 thread = bpf_get_current_pid_tgid();
	struct read *read = bpf_map_lookup_elem(&reading, &thread);
	__u64 size = 0;

	if (!read)
		return 0;
	if ((__s32)returned(ctx) == 1 && !bpf_probe_read_user(&size, sizeof(size), (void *)read->size))
		report(read->buffer, size, 0);
	bpf_map_delete_elem(&reading, &thread);
	return 0;
}

char _license[] SEC("license") = "GPL";
