/*
 * Says what the bytes of a field mean, where its type does not. The npm package `ebpf` and its command bpf2ts read it from the
 * BTF of the object.
 *
 *	struct event {
 *		__be32 saddr EBPF_IPV4;		"10.0.0.1"
 *		__u8 daddr6[16] EBPF_IPV6;	"fe80::1"
 *		__u8 mac[6] EBPF_MAC;		"02:42:ac:11:00:02"
 *		__u8 comm[16] EBPF_TEXT;	"bash"
 *		__u64 at EBPF_KTIME;		a Date
 *	};
 *
 * Also for typedefs and global variables. In an array, each element has the meaning. A __be16 needs no word: its type says
 * that it is big-endian.
 */
#ifndef EBPF_FIELDS_BPF_H
#define EBPF_FIELDS_BPF_H

#ifdef __has_attribute
#if __has_attribute(btf_decl_tag)
#define EBPF_MEANS(word) __attribute__((btf_decl_tag("ebpf:" word)))
#endif
#endif
#ifndef EBPF_MEANS
#error "the compiler has no btf_decl_tag: use clang 14 or newer, or the option --field of bpf2ts"
#endif

/* Four bytes in the order of networks: __be32, a __u32 copied from one, __u8[4], struct in_addr. */
#define EBPF_IPV4 EBPF_MEANS("ipv4")
/* Sixteen bytes: struct in6_addr, __u8[16], __u32[4]. */
#define EBPF_IPV6 EBPF_MEANS("ipv6")
/* Six bytes: __u8[6]. */
#define EBPF_MAC EBPF_MEANS("mac")
/* An array of bytes that is text up to its first NUL. char[] is text without it. */
#define EBPF_TEXT EBPF_MEANS("text")
/* A Uint8Array, also of a char[]. */
#define EBPF_BYTES EBPF_MEANS("bytes")
/* A __u64 from bpf_ktime_get_ns(). */
#define EBPF_KTIME EBPF_MEANS("ktime")
/* An integer in the order of networks whose type does not say so: a port in a __u16. */
#define EBPF_BIG_ENDIAN EBPF_MEANS("be")
#define EBPF_LITTLE_ENDIAN EBPF_MEANS("le")
/* An integer in the order of the object, whatever its type says. */
#define EBPF_HOST_ORDER EBPF_MEANS("host")

#endif
