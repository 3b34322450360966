// libbpf treats the failure of a probe as "the kernel lacks the feature", and caches this result for the life of the
// process: after one load with too few descriptors, all later loads omit .data and .bss. The linker replaces libbpf's
// function by this one (--wrap in binding.gyp), which does not cache the result of a failed probe.

#include "feature_probes.h"

#include <errno.h>
#include <stdbool.h>
#include <sys/eventfd.h>

#include "bpf.h"
#include "libbpf_internal.h"

bool __real_feat_supported(struct kern_feature_cache* cache, enum kern_feature_id feature);
bool __wrap_feat_supported(struct kern_feature_cache* cache, enum kern_feature_id feature);

static struct kern_feature_cache process_wide;
static __thread int failure;

int ebpf_take_probe_failure(void) {
  int taken = failure;

  failure = 0;
  return taken;
}

int ebpf_says_nothing(int error) {
  return error == EMFILE || error == ENFILE || error == ENOMEM || error == EINTR || error == EAGAIN || error == EPERM;
}

bool __wrap_feat_supported(struct kern_feature_cache* cache, enum kern_feature_id feature) {
  int saved = errno;
  bool supported;

  if (!cache) cache = &process_wide;
  if (__atomic_load_n(&cache->res[feature], __ATOMIC_RELAXED) == FEAT_UNKNOWN) {
    // A separate cache, so that other threads do not see a result that is not kept.
    struct kern_feature_cache asked = {.token_fd = cache->token_fd};

    errno = 0;
    supported = __real_feat_supported(&asked, feature);
    if (supported || !ebpf_says_nothing(errno)) {
      __atomic_store_n(&cache->res[feature], asked.res[feature], __ATOMIC_RELAXED);
    } else if (failure == 0 || failure == EPERM) {
      failure = errno;
    }
    errno = saved;
    return supported;
  }
  return __atomic_load_n(&cache->res[feature], __ATOMIC_RELAXED) == FEAT_SUPPORTED;
}

// Before each object, libbpf loads a trivial program, which costs as much as a small program of the object. After its
// first success it is not repeated: a process that may no longer load programs fails at those of the object.

int __real_bpf_prog_load(enum bpf_prog_type type, const char* name, const char* license, const struct bpf_insn* insns,
                         size_t count, struct bpf_prog_load_opts* opts);
int __wrap_bpf_prog_load(enum bpf_prog_type type, const char* name, const char* license, const struct bpf_insn* insns,
                         size_t count, struct bpf_prog_load_opts* opts);

static bool has_loaded;
static __thread bool is_trial;

void ebpf_expect_trial(int expected) { is_trial = expected; }

int __wrap_bpf_prog_load(enum bpf_prog_type type, const char* name, const char* license, const struct bpf_insn* insns,
                         size_t count, struct bpf_prog_load_opts* opts) {
  bool trial = is_trial && type == BPF_PROG_TYPE_SOCKET_FILTER && !name && count == 2 && opts && !opts->token_fd;
  int fd = -1;

  is_trial = false;
  // libbpf only closes the descriptor.
  if (trial && __atomic_load_n(&has_loaded, __ATOMIC_RELAXED)) fd = eventfd(0, EFD_CLOEXEC);
  if (fd >= 0) return fd;
  fd = __real_bpf_prog_load(type, name, license, insns, count, opts);
  if (trial && fd >= 0) __atomic_store_n(&has_loaded, true, __ATOMIC_RELAXED);
  return fd;
}
