/*
 * Structured logs. Each call sends a record with level, time, file, line, format and typed arguments through the ring buffer
 * ebpf_logs, which `bpfLogs(coll)` of the npm package `ebpf` reads. Linux 5.8.
 *
 *	ebpf_info("%s opened %s, flags %#x", comm, path, flags);
 *	ebpf_debug("%s sent %u bytes", ebpf_ipv4(ip->saddr), length);
 *
 * A format is a text literal with the conversions of printf: %d %i %u %x %X %o %c %s %p %%. The compiler checks it. Up to eight
 * arguments are integers, char pointers (text, at most EBPF_LOG_TEXT bytes, in memory of the kernel or the program; reading it
 * needs a GPL-compatible license and CAP_PERFMON), void pointers, and addresses, whose conversion is %s.
 *
 * A call above ebpf_log_level is removed when the program is loaded: `spec.variables.ebpf_log_level.value = 4`.
 */
#ifndef EBPF_LOG_BPF_H
#define EBPF_LOG_BPF_H

#include <ebpf/lost.bpf.h>

/* Bytes of the ring, a power of two. `spec.maps.ebpf_logs.maxEntries` changes it before loading. */
#ifndef EBPF_LOG_RING
#define EBPF_LOG_RING (256 * 1024)
#endif
/* The longest text of an argument. A longer one ends in an ellipsis. */
#ifndef EBPF_LOG_TEXT
#define EBPF_LOG_TEXT 64
#endif
/* A name for the logs of a source file. Without it, they have the name of the file. */
#ifndef EBPF_LOG_TARGET
#define EBPF_LOG_TARGET ""
#endif

enum ebpf_log_level {
	EBPF_LOG_OFF,
	EBPF_LOG_ERROR,
	EBPF_LOG_WARN,
	EBPF_LOG_INFO,
	EBPF_LOG_DEBUG,
	EBPF_LOG_TRACE,
};

#define ebpf_error(format, ...) ebpf_log(EBPF_LOG_ERROR, format, ##__VA_ARGS__)
#define ebpf_warn(format, ...) ebpf_log(EBPF_LOG_WARN, format, ##__VA_ARGS__)
#define ebpf_info(format, ...) ebpf_log(EBPF_LOG_INFO, format, ##__VA_ARGS__)
#define ebpf_debug(format, ...) ebpf_log(EBPF_LOG_DEBUG, format, ##__VA_ARGS__)
#define ebpf_trace(format, ...) ebpf_log(EBPF_LOG_TRACE, format, ##__VA_ARGS__)

/* A __be32. */
#define ebpf_ipv4(address) ((struct ebpf_log_ipv4){ (address) })
/* A pointer to 16 bytes. */
#define ebpf_ipv6(address) EBPF_LOG_COPY(struct ebpf_log_ipv6, address)
/* A pointer to 6 bytes. */
#define ebpf_mac(address) EBPF_LOG_COPY(struct ebpf_log_mac, address)

/* Weak: each source file of an object may include this header. */
const volatile enum ebpf_log_level ebpf_log_level __weak = EBPF_LOG_INFO;

struct {
	__uint(type, 27 /* BPF_MAP_TYPE_RINGBUF */);
	__uint(max_entries, EBPF_LOG_RING);
} ebpf_logs SEC(".maps") __weak;

__weak EBPF_COUNT_LOST(ebpf_logs);

struct ebpf_log_record {
	unsigned long long ktime;
	unsigned int line;
	unsigned short format_size, target_size, file_size;
	unsigned char level, arguments;
	unsigned int layout;
	/* Format, target, file, then the arguments, each padded to eight bytes. */
	unsigned char data[];
};

struct ebpf_log_argument {
	/* A letter of ebpf_log_put_*. S is a text that was cut. */
	unsigned short kind;
	/* Bytes of the array. */
	unsigned short room;
	/* Bytes of the value. */
	unsigned int size;
	unsigned long long value[];
};

struct ebpf_log_ipv4 {
	unsigned int address;
};
struct ebpf_log_ipv6 {
	unsigned char address[16];
};
struct ebpf_log_mac {
	unsigned char address[6];
};
struct ebpf_log_arguments_are_integers_char_or_void_pointers_and_addresses {
	int none;
};

#define EBPF_LOG_COPY(type, from)                                \
	({                                                       \
		type ebpf_copy;                                  \
		__builtin_memcpy(&ebpf_copy, (from), sizeof(type)); \
		ebpf_copy;                                       \
	})
#define EBPF_LOG_ROUND(size) (((size) + 7) & ~7UL)
/* A byte more than the text and its NUL shows that the text is longer. */
#define EBPF_LOG_TEXT_READ (EBPF_LOG_TEXT + 2)

int ebpf_log_check(const char *format, ...) __attribute__((format(printf, 1, 2)));

static __always_inline void *ebpf_log_put_word(struct ebpf_log_argument *to, unsigned short kind, unsigned int size,
					       unsigned long long value)
{
	to->kind = kind;
	to->room = 8;
	to->size = size;
	to->value[0] = value;
	return &to->value[1];
}

#define EBPF_LOG_WORD(name, type, kind)                                                  \
	static __always_inline void *ebpf_log_put_##name(void *to, type value)           \
	{                                                                                \
		return ebpf_log_put_word(to, kind, sizeof(value), (unsigned long long)value); \
	}
EBPF_LOG_WORD(bool, _Bool, 'b')
EBPF_LOG_WORD(char, char, 'i')
EBPF_LOG_WORD(s8, signed char, 'i')
EBPF_LOG_WORD(u8, unsigned char, 'u')
EBPF_LOG_WORD(s16, short, 'i')
EBPF_LOG_WORD(u16, unsigned short, 'u')
EBPF_LOG_WORD(s32, int, 'i')
EBPF_LOG_WORD(u32, unsigned int, 'u')
EBPF_LOG_WORD(long, long, 'i')
EBPF_LOG_WORD(ulong, unsigned long, 'u')
EBPF_LOG_WORD(s64, long long, 'i')
EBPF_LOG_WORD(u64, unsigned long long, 'u')
EBPF_LOG_WORD(pointer, const void *, 'p')
#undef EBPF_LOG_WORD

static __always_inline void *ebpf_log_put_text(void *slot, const char *text)
{
	struct ebpf_log_argument *to = slot;
	long size = bpf_probe_read_kernel_str(to->value, EBPF_LOG_TEXT_READ, text);

	to->kind = size == EBPF_LOG_TEXT_READ ? 'S' : 's';
	to->room = EBPF_LOG_ROUND(EBPF_LOG_TEXT_READ);
	to->size = size > EBPF_LOG_TEXT ? EBPF_LOG_TEXT : size > 0 ? size : 0;
	return (void *)to->value + EBPF_LOG_ROUND(EBPF_LOG_TEXT_READ);
}

static __always_inline void *ebpf_log_put_ipv4(void *slot, struct ebpf_log_ipv4 value)
{
	return ebpf_log_put_word(slot, '4', sizeof(value), value.address);
}

static __always_inline void *ebpf_log_put_ipv6(void *slot, struct ebpf_log_ipv6 value)
{
	struct ebpf_log_argument *to = slot;

	to->kind = '6';
	to->room = 16;
	to->size = sizeof(value);
	__builtin_memcpy(to->value, &value, sizeof(value));
	return &to->value[2];
}

static __always_inline void *ebpf_log_put_mac(void *slot, struct ebpf_log_mac value)
{
	struct ebpf_log_argument *to = slot;

	to->kind = 'm';
	to->room = 8;
	to->size = sizeof(value);
	__builtin_memcpy(to->value, &value, sizeof(value));
	return &to->value[1];
}

void *ebpf_log_put_other(void *to,
			 struct ebpf_log_arguments_are_integers_char_or_void_pointers_and_addresses value);

#define EBPF_LOG_PUT(x)                                                                         \
	ebpf_to = _Generic((x),                                                                 \
		_Bool: ebpf_log_put_bool,                                                       \
		char: ebpf_log_put_char,                                                        \
		signed char: ebpf_log_put_s8,                                                   \
		unsigned char: ebpf_log_put_u8,                                                 \
		short: ebpf_log_put_s16,                                                        \
		unsigned short: ebpf_log_put_u16,                                               \
		int: ebpf_log_put_s32,                                                          \
		unsigned int: ebpf_log_put_u32,                                                 \
		long: ebpf_log_put_long,                                                        \
		unsigned long: ebpf_log_put_ulong,                                              \
		long long: ebpf_log_put_s64,                                                    \
		unsigned long long: ebpf_log_put_u64,                                           \
		char *: ebpf_log_put_text,                                                      \
		const char *: ebpf_log_put_text,                                                \
		void *: ebpf_log_put_pointer,                                                   \
		const void *: ebpf_log_put_pointer,                                             \
		struct ebpf_log_ipv4: ebpf_log_put_ipv4,                                        \
		struct ebpf_log_ipv6: ebpf_log_put_ipv6,                                        \
		struct ebpf_log_mac: ebpf_log_put_mac,                                          \
		default: ebpf_log_put_other)(ebpf_to, (x));
#define EBPF_LOG_BYTES(x)                                                                       \
	+sizeof(struct ebpf_log_argument) + _Generic((x),                                       \
		char *: EBPF_LOG_ROUND(EBPF_LOG_TEXT_READ),                                     \
		const char *: EBPF_LOG_ROUND(EBPF_LOG_TEXT_READ),                               \
		struct ebpf_log_ipv6: 16,                                                       \
		default: 8)
#define EBPF_LOG_CHECKED(x)                                                                     \
	, _Generic((x), struct ebpf_log_ipv4: "", struct ebpf_log_ipv6: "", struct ebpf_log_mac: "", default: (x))
#define EBPF_LOG_ONE(x) +1

#define EBPF_LOG_EACH0(f)
#define EBPF_LOG_EACH1(f, x) f(x)
#define EBPF_LOG_EACH2(f, x, ...) f(x) EBPF_LOG_EACH1(f, __VA_ARGS__)
#define EBPF_LOG_EACH3(f, x, ...) f(x) EBPF_LOG_EACH2(f, __VA_ARGS__)
#define EBPF_LOG_EACH4(f, x, ...) f(x) EBPF_LOG_EACH3(f, __VA_ARGS__)
#define EBPF_LOG_EACH5(f, x, ...) f(x) EBPF_LOG_EACH4(f, __VA_ARGS__)
#define EBPF_LOG_EACH6(f, x, ...) f(x) EBPF_LOG_EACH5(f, __VA_ARGS__)
#define EBPF_LOG_EACH7(f, x, ...) f(x) EBPF_LOG_EACH6(f, __VA_ARGS__)
#define EBPF_LOG_EACH8(f, x, ...) f(x) EBPF_LOG_EACH7(f, __VA_ARGS__)
#define EBPF_LOG_NTH(_, a, b, c, d, e, f, g, h, each, ...) each
#define EBPF_LOG_EACH(f, ...)                                                                          \
	EBPF_LOG_NTH(_, ##__VA_ARGS__, EBPF_LOG_EACH8, EBPF_LOG_EACH7, EBPF_LOG_EACH6, EBPF_LOG_EACH5, \
		     EBPF_LOG_EACH4, EBPF_LOG_EACH3, EBPF_LOG_EACH2, EBPF_LOG_EACH1, EBPF_LOG_EACH0)(f, ##__VA_ARGS__)

/* The level is a constant EBPF_LOG_*. The record states its format, so that a reader needs neither the object nor its source. */
#define ebpf_log(ebpf_level, ebpf_format, ...)                                                          \
	do {                                                                                            \
		struct ebpf_log_texts {                                                                 \
			char format[EBPF_LOG_ROUND(sizeof(ebpf_format))];                               \
			char target[EBPF_LOG_ROUND(sizeof(EBPF_LOG_TARGET))];                           \
			char file[EBPF_LOG_ROUND(sizeof(__FILE_NAME__))];                               \
		} __attribute__((aligned(8)));                                                          \
		struct ebpf_log_record *ebpf_to_record;                                                 \
		void *ebpf_to;                                                                          \
                                                                                                        \
		_Static_assert((ebpf_level) >= EBPF_LOG_ERROR && (ebpf_level) <= EBPF_LOG_TRACE, "no level of a log"); \
		(void)sizeof(ebpf_log_check(ebpf_format EBPF_LOG_EACH(EBPF_LOG_CHECKED, ##__VA_ARGS__))); \
		if ((ebpf_level) > ebpf_log_level)                                                      \
			break;                                                                          \
		ebpf_to_record = ebpf_ringbuf_reserve(ebpf_logs,                                        \
			sizeof(struct ebpf_log_record) + sizeof(struct ebpf_log_texts)                  \
			EBPF_LOG_EACH(EBPF_LOG_BYTES, ##__VA_ARGS__), 0);                               \
		if (!ebpf_to_record)                                                                    \
			break;                                                                          \
		*(struct ebpf_log_texts *)ebpf_to_record->data =                                        \
			(struct ebpf_log_texts){ ebpf_format, EBPF_LOG_TARGET, __FILE_NAME__ };         \
		ebpf_to_record->ktime = bpf_ktime_get_ns();                                             \
		ebpf_to_record->line = __LINE__;                                                        \
		ebpf_to_record->format_size = sizeof(ebpf_format) - 1;                                  \
		ebpf_to_record->target_size = sizeof(EBPF_LOG_TARGET) - 1;                              \
		ebpf_to_record->file_size = sizeof(__FILE_NAME__) - 1;                                  \
		ebpf_to_record->level = (ebpf_level);                                                   \
		ebpf_to_record->arguments = 0 EBPF_LOG_EACH(EBPF_LOG_ONE, ##__VA_ARGS__);               \
		ebpf_to_record->layout = 1;                                                             \
		ebpf_to = ebpf_to_record->data + sizeof(struct ebpf_log_texts);                         \
		EBPF_LOG_EACH(EBPF_LOG_PUT, ##__VA_ARGS__)                                              \
		(void)ebpf_to;                                                                          \
		bpf_ringbuf_submit(ebpf_to_record, 0);                                                  \
	} while (0)

#endif
