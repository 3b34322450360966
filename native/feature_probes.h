#ifndef EBPF_FEATURE_PROBES_H
#define EBPF_FEATURE_PROBES_H
// libbpf's probes of kernel features, of which only certain answers are kept (feature_probes.c).

#ifdef __cplusplus
extern "C" {
#endif

// The errno of the first probe on this thread that failed for lack of a resource or a privilege since the last call;
// 0 when all probes had an answer.
int ebpf_take_probe_failure(void);

// Whether a call failed for lack of a resource or a privilege, so that it tells nothing about the kernel. One without a
// feature answers EINVAL, EACCES, E2BIG or EBADF.
int ebpf_says_nothing(int error);

#ifdef __cplusplus
}
#endif

#endif
