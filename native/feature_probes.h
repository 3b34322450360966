#ifndef EBPF_FEATURE_PROBES_H
#define EBPF_FEATURE_PROBES_H
// libbpf's probes of kernel features. Only definite results are cached (feature_probes.c).

#ifdef __cplusplus
extern "C" {
#endif

// Returns the errno of the first probe on this thread since the last call that failed for lack of a resource or a
// privilege. Returns 0 if all probes had a result.
int ebpf_take_probe_failure(void);

// Whether a call failed for lack of a resource or a privilege. It does not prove that the feature is missing. A kernel
// without the feature returns EINVAL, EACCES, E2BIG or EBADF.
int ebpf_says_nothing(int error);

// Whether the next program that libbpf loads on this thread can be the trivial one, with which it tries whether the
// process may load programs. It succeeds without being loaded if it was loaded before.
void ebpf_expect_trial(int expected);

#ifdef __cplusplus
}
#endif

#endif
