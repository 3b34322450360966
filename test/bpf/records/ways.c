// Each program sends records in its own way, through a buffer of its own. Compiled by the tests, with what clang -g writes.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>
#include <ebpf/lost.bpf.h>

#define RING(name)                                \
	struct {                                  \
		__uint(type, BPF_MAP_TYPE_RINGBUF); \
		__uint(max_entries, 4096);        \
	} name SEC(".maps")
#define PERF(name)                                         \
	struct {                                           \
		__uint(type, BPF_MAP_TYPE_PERF_EVENT_ARRAY); \
		__uint(key_size, 4);                       \
		__uint(value_size, 4);                     \
	} name SEC(".maps")
#define SCRATCH(name, T)                                 \
	struct {                                         \
		__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY); \
		__uint(max_entries, 1);                  \
		__type(key, __u32);                      \
		__type(value, T);                        \
	} name SEC(".maps")

static const __u32 zero;

/* A struct that is reserved and submitted. */
struct reserved {
	__u32 pid;
	char comm[16];
};
RING(by_reserve);
SEC("tracepoint/syscalls/sys_enter_read")
int reserve(void *ctx)
{
	struct reserved *e = bpf_ringbuf_reserve(&by_reserve, sizeof(*e), 0);

	if (!e)
		return 0;
	e->pid = bpf_get_current_pid_tgid();
	bpf_get_current_comm(e->comm, sizeof(e->comm));
	bpf_ringbuf_submit(e, 0);
	return 0;
}

/* A struct on the stack. */
struct on_stack {
	__u64 at;
	__u32 cpu;
};
PERF(by_stack);
SEC("tracepoint/syscalls/sys_enter_write")
int stack(void *ctx)
{
	struct on_stack e = {};

	e.at = bpf_ktime_get_ns();
	e.cpu = bpf_get_smp_processor_id();
	bpf_perf_event_output(ctx, &by_stack, BPF_F_CURRENT_CPU, &e, sizeof(e));
	return 0;
}

/* The value of a map that is too large for the stack. */
struct scratched {
	__u64 size;
	char path[1024];
};
SCRATCH(scratch, struct scratched);
PERF(by_scratch);
SEC("tracepoint/syscalls/sys_enter_open")
int scratch_value(void *ctx)
{
	struct scratched *e = bpf_map_lookup_elem(&scratch, &zero);

	if (e)
		bpf_perf_event_output(ctx, &by_scratch, BPF_F_CURRENT_CPU, e, sizeof(*e));
	return 0;
}

/* Bytes of a map that a pointer gives a type to. */
struct cast {
	__u32 kind;
	__u8 bytes[60];
};
struct room {
	__u8 bytes[4096];
};
SCRATCH(room, struct room);
RING(by_cast);
SEC("tracepoint/syscalls/sys_enter_openat")
int cast_value(void *ctx)
{
	void *memory = bpf_map_lookup_elem(&room, &zero);
	struct cast *e = memory;

	if (!e)
		return 0;
	e->kind = bpf_get_current_pid_tgid();
	bpf_ringbuf_output(&by_cast, memory, sizeof(*e), 0);
	return 0;
}

/* The argument of a function that is not inlined, and takes any pointer. */
struct handed {
	__u16 port;
	__u8 address[16];
};
RING(by_argument);
static __attribute__((noinline)) int hand_over(void *data, __u64 size)
{
	return bpf_ringbuf_output(&by_argument, data, size, 0);
}
SEC("tracepoint/syscalls/sys_enter_close")
int argument(void *ctx)
{
	struct handed e = { .port = bpf_get_current_pid_tgid() };

	return hand_over(&e, sizeof(e));
}

/* The typed argument of a global function. */
struct global_argument {
	__u64 a;
	__u64 b;
};
PERF(by_global);
__attribute__((noinline)) int send_global(void *ctx, struct global_argument *e)
{
	if (!e)
		return 0;
	return bpf_perf_event_output(ctx, &by_global, BPF_F_CURRENT_CPU, e, sizeof(*e));
}
SEC("tracepoint/syscalls/sys_enter_dup")
int global(struct __sk_buff *ctx)
{
	struct global_argument e = { .a = bpf_ktime_get_ns() };

	return send_global(ctx, &e);
}

/* Reserved by a helper that is inlined, as in headers that choose between two kinds of buffer. */
struct inlined {
	__u32 uid;
	__u32 gid;
};
RING(by_inline);
static __always_inline void *get_room(__u64 size)
{
	return bpf_ringbuf_reserve(&by_inline, size, 0);
}
static __always_inline void give_room(void *data)
{
	bpf_ringbuf_submit(data, 0);
}
SEC("tracepoint/syscalls/sys_enter_mmap")
int inline_helper(void *ctx)
{
	struct inlined *e = get_room(sizeof(*e));

	if (!e)
		return 0;
	e->uid = bpf_get_current_uid_gid();
	e->gid = bpf_get_current_uid_gid() >> 32;
	give_room(e);
	return 0;
}

/* A single number. */
RING(by_scalar);
SEC("tracepoint/syscalls/sys_enter_munmap")
int scalar(void *ctx)
{
	__u64 at = bpf_ktime_get_ns();

	return bpf_ringbuf_output(&by_scalar, &at, sizeof(at), 0);
}

/* A variable of the object. */
struct global_event {
	__u64 number;
	__u64 sum;
};
struct global_event current;
RING(by_variable);
SEC("tracepoint/syscalls/sys_enter_brk")
int variable(void *ctx)
{
	current.number++;
	return bpf_ringbuf_output(&by_variable, &current, sizeof(current), 0);
}

/* A fixed head with a tail of a length that depends on data. */
struct variable_length {
	__u32 length;
	char text[4092];
};
SCRATCH(long_scratch, struct variable_length);
PERF(by_length);
SEC("tracepoint/syscalls/sys_enter_execve")
int variable_size(void *ctx)
{
	struct variable_length *e = bpf_map_lookup_elem(&long_scratch, &zero);

	if (!e)
		return 0;
	e->length = bpf_get_prandom_u32() & 0xfff;
	if (e->length > sizeof(e->text))
		return 0;
	bpf_perf_event_output(ctx, &by_length, BPF_F_CURRENT_CPU, e, sizeof(e->length) + e->length);
	return 0;
}

/* A dynptr that is written to. */
struct dynamic {
	__u64 at;
	__u64 values[3];
};
RING(by_dynptr);
SEC("tracepoint/syscalls/sys_enter_kill")
int dynptr(void *ctx)
{
	struct dynamic e = { .at = bpf_ktime_get_ns() };
	struct bpf_dynptr room;

	bpf_ringbuf_reserve_dynptr(&by_dynptr, sizeof(e), 0, &room);
	bpf_dynptr_write(&room, 0, &e, sizeof(e), 0);
	bpf_ringbuf_submit_dynptr(&room, 0);
	return 0;
}

/* A dynptr that a kernel function gives a pointer into. */
struct sliced {
	__u64 at;
	char text[40];
};
extern void *bpf_dynptr_slice_rdwr(const struct bpf_dynptr *room, __u32 offset, void *buffer, __u32 size) __ksym;
RING(by_slice);
SEC("tracepoint/syscalls/sys_enter_tkill")
int slice(void *ctx)
{
	struct bpf_dynptr room;
	struct sliced *e;

	bpf_ringbuf_reserve_dynptr(&by_slice, sizeof(*e), 0, &room);
	e = bpf_dynptr_slice_rdwr(&room, 0, 0, sizeof(*e));
	if (e)
		e->at = bpf_ktime_get_ns();
	bpf_ringbuf_submit_dynptr(&room, 0);
	return 0;
}

/* An element of a global array. */
struct element {
	__u32 cpu;
	__u32 number[7];
} elements[64];
RING(by_element);
SEC("tracepoint/syscalls/sys_enter_tgkill")
int element(void *ctx)
{
	struct element *e = &elements[bpf_get_smp_processor_id() & 63];

	e->cpu++;
	bpf_ringbuf_output(&by_element, e, sizeof(*e), 0);
	return 0;
}

/* Packets. */
struct packet {
	__u32 length;
	__u32 hash;
};
PERF(by_packet);
SEC("xdp")
int packet(struct xdp_md *ctx)
{
	struct packet e = { .length = ctx->data_end - ctx->data };

	bpf_perf_event_output(ctx, &by_packet, BPF_F_CURRENT_CPU | (4ULL << 32), &e, sizeof(e));
	return XDP_PASS;
}

/* Records that user space sends. */
struct command {
	__u32 verb;
	__u32 argument;
};
struct {
	__uint(type, BPF_MAP_TYPE_USER_RINGBUF);
	__uint(max_entries, 4096);
} by_user SEC(".maps");
static long on_command(struct bpf_dynptr *room, void *ctx)
{
	struct command c;

	if (bpf_dynptr_read(&c, sizeof(c), room, 0, 0))
		return 1;
	current.sum += c.argument;
	return 0;
}
SEC("tracepoint/syscalls/sys_enter_getpid")
int user(void *ctx)
{
	bpf_user_ringbuf_drain(&by_user, on_command, 0, 0);
	return 0;
}

/* Two types that differ in their first field. */
enum kind { OPENED = 1, CLOSED = 2 };
struct opened {
	enum kind kind;
	__u32 flags;
};
struct closed {
	enum kind kind;
	__u32 fd;
	__u64 bytes;
};
RING(by_kind);
SEC("tracepoint/syscalls/sys_enter_creat")
int first_kind(void *ctx)
{
	struct opened *e = bpf_ringbuf_reserve(&by_kind, sizeof(*e), 0);

	if (!e)
		return 0;
	e->kind = OPENED;
	e->flags = bpf_get_prandom_u32();
	bpf_ringbuf_submit(e, 0);
	return 0;
}
SEC("tracepoint/syscalls/sys_enter_fsync")
int second_kind(void *ctx)
{
	struct closed e = { .kind = CLOSED };

	e.fd = bpf_get_prandom_u32();
	e.bytes = bpf_ktime_get_ns();
	return bpf_ringbuf_output(&by_kind, &e, sizeof(e), 0);
}

/* Through a map of maps, which the buffer is in from the start. */
struct nested {
	__u32 kind;
	__u32 slot;
};
struct ring {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4096);
};
struct ring by_inner SEC(".maps");
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__uint(max_entries, 2);
	__type(key, __u32);
	__array(values, struct ring);
} rings SEC(".maps") = { .values = { [1] = &by_inner } };
SEC("tracepoint/syscalls/sys_enter_dup")
int inner(void *ctx)
{
	__u32 slot = 1;
	void *ring = bpf_map_lookup_elem(&rings, &slot);
	struct nested *e = ring ? bpf_ringbuf_reserve(ring, sizeof(*e), 0) : 0;

	if (!e)
		return 0;
	e->slot = bpf_get_prandom_u32();
	bpf_ringbuf_submit(e, 0);
	return 0;
}

/* In a function of a header. */
struct in_header {
	__u64 at;
};
RING(by_header);
#include "sends.h"
SEC("tracepoint/syscalls/sys_enter_dup2")
int header(void *ctx)
{
	struct in_header e = { .at = bpf_ktime_get_ns() };

	return send_from_header(&by_header, &e, sizeof(e));
}

/* In a ring buffer, or in a scratch map for a perf buffer: the compiler loses the variable where both paths meet. */
struct owner {
	__u32 pid;
	char comm[16];
};
struct chosen {
	__u64 at;
	struct owner owner;
	char path[40];
};
RING(by_choice);
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__uint(key_size, sizeof(__u32));
	__uint(value_size, 1024);
} heap SEC(".maps");
#include "reserves.h"
static __always_inline void fill_owner(struct owner *owner)
{
	owner->pid = bpf_get_current_pid_tgid();
	bpf_get_current_comm(owner->comm, sizeof(owner->comm));
}
SEC("tracepoint/syscalls/sys_enter_dup3")
int choice(void *ctx)
{
	struct chosen *e = reserve_or_scratch(&by_choice, sizeof(*e));

	if (!e)
		return 0;
	e->at = bpf_ktime_get_ns();
	fill_owner(&e->owner);
	bpf_probe_read_user_str(e->path, sizeof(e->path), ctx);
	submit_or_output(ctx, &by_choice, e, sizeof(*e));
	return 0;
}

/* As above, but only the lines of the stores name the pointer. A pointer to a struct of the same size is declared, too. */
struct by_line {
	__u64 at;
	struct {
		__u32 low, high;
	} pair;
};
struct decoy {
	__u32 at;
	__u32 other;
	__u64 pair;
};
SCRATCH(decoys, struct decoy);
RING(by_named_store);
SEC("tracepoint/syscalls/sys_enter_getpgrp")
int named_store(void *ctx)
{
	struct decoy *decoy = bpf_map_lookup_elem(&decoys, &zero);
	struct by_line *e;

	if (!decoy)
		return 0;
	e = reserve_or_scratch(&by_named_store, sizeof(*e));
	if (!e)
		return 0;
	e->at = decoy->pair;
	e->pair.high = decoy->other;
	e->pair.low = decoy->at;
	decoy->at = 1;
	submit_or_output(ctx, &by_named_store, e, sizeof(*e));
	return 0;
}

/* Only the head of a struct whose last member is an array. */
struct headed {
	__u64 at;
	__u32 length;
	char text[100];
};
RING(by_head);
SEC("tracepoint/syscalls/sys_enter_getppid")
int head_only(void *ctx)
{
	struct headed *e = reserve_or_scratch(&by_head, __builtin_offsetof(struct headed, text));

	if (!e)
		return 0;
	e->at = bpf_ktime_get_ns();
	e->length = 0;
	submit_or_output(ctx, &by_head, e, __builtin_offsetof(struct headed, text));
	return 0;
}

/* Nothing names what the memory is, and the pointer in scope is to something else of the same size. */
RING(by_decoy);
SEC("tracepoint/syscalls/sys_enter_getegid")
int decoyed(void *ctx)
{
	struct decoy *decoy = bpf_map_lookup_elem(&decoys, &zero);
	void *memory;

	if (!decoy)
		return 0;
	memory = reserve_or_scratch(&by_decoy, sizeof(struct by_line));
	if (!memory)
		return 0;
	*(__u64 *)memory = decoy->pair;
	decoy->pair = 1;
	submit_or_output(ctx, &by_decoy, memory, sizeof(struct by_line));
	return 0;
}

/* With the macro that counts failures. */
struct counted {
	__u32 pid;
	__u32 uid;
};
RING(by_count);
EBPF_COUNT_LOST(by_count);
SEC("tracepoint/syscalls/sys_enter_fsync")
int count_lost(void *ctx)
{
	struct counted *e = ebpf_ringbuf_reserve(by_count, sizeof(*e), 0);

	if (!e)
		return 0;
	e->pid = bpf_get_current_pid_tgid();
	e->uid = bpf_get_current_uid_gid();
	bpf_ringbuf_submit(e, 0);
	return 0;
}

/* The compiler removes the unused argument and leaves its type in BTF: the record is in the register of another type. */
struct moved {
	__u64 time;
	__u32 pid, uid;
};
struct not_passed {
	__u64 both[2];
};
RING(by_moved);
static __attribute__((noinline)) int send_moved(struct not_passed *unused, struct moved *e)
{
	return bpf_ringbuf_output(&by_moved, e, sizeof(*e), 0);
}
SEC("tracepoint/syscalls/sys_enter_fdatasync")
int move_argument(void *ctx)
{
	struct moved e = { .pid = bpf_get_current_pid_tgid() };
	struct not_passed other = {};

	return send_moved(&other, &e) + send_moved(0, &e);
}

/* The pointer is to the first member of the record only. */
RING(by_part);
SEC("tracepoint/syscalls/sys_enter_syncfs")
int part(void *ctx)
{
	void *memory = bpf_ringbuf_reserve(&by_part, sizeof(struct owner) + 20, 0);
	struct owner *owner = memory;

	if (!owner)
		return 0;
	owner->pid = 1;
	bpf_get_current_comm(memory + sizeof(*owner), 16);
	bpf_ringbuf_submit(memory, 0);
	return 0;
}

/* Nothing says what this is. */
RING(unknown);
SEC("tracepoint/syscalls/sys_enter_sync")
int untyped(void *ctx)
{
	void *memory = bpf_ringbuf_reserve(&unknown, 32, 0);

	if (memory)
		bpf_ringbuf_submit(memory, 0);
	return 0;
}

/* Nothing is sent. */
RING(unused);
SEC("tracepoint/syscalls/sys_enter_getuid")
int query(void *ctx)
{
	return bpf_ringbuf_query(&unused, BPF_RB_AVAIL_DATA);
}

char _license[] SEC("license") = "GPL";
