// libbpf treats the failure of a probe as "the kernel lacks the feature", and caches this result for the life of the
// process: after one load with too few descriptors, all later loads omit .data and .bss. The linker replaces libbpf's
// function by this one (--wrap in binding.gyp), which does not cache the result of a failed probe.

#include "feature_probes.h"

#include <errno.h>
#include <stdbool.h>

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
