#include "rules.h"

#ifdef EBPF_CHECKS

#include <dlfcn.h>
#include <execinfo.h>
#include <napi.h>

#include <csignal>
#include <cstdio>
#include <string>
#include <thread>

#include "object.h"
#include "program.h"
#include "state.h"

namespace ebpf {

thread_local int Call::depth_ = 0;

namespace {

// The functions and lines of this addon by addr2line, which also finds functions that the addon does not export.
void PrintFrames() {
  void* frames[64];
  int count = backtrace(frames, 64);
  for (int i = 0; i < count; i++) {
    Dl_info found;
    if (!dladdr(frames[i], &found) || !found.dli_fname) continue;
    auto offset = static_cast<char*>(frames[i]) - static_cast<char*>(found.dli_fbase) - 1;
    if (std::string(found.dli_fname).find("ebpf.node") == std::string::npos) {
      fprintf(stderr, "  at %s (%s)\n", found.dli_sname ? found.dli_sname : "?", found.dli_fname);
      continue;
    }
    char command[4096];
    snprintf(command, sizeof command, "addr2line -C -f -i -p -s -e '%s' %#tx 2>/dev/null", found.dli_fname, offset);
    FILE* pipe = popen(command, "r");
    char line[1024];
    bool named = false;
    // Several lines where functions were inlined.
    while (pipe && fgets(line, sizeof line, pipe)) {
      fprintf(stderr, "  at %s", line);
      named = true;
    }
    if (pipe) pclose(pipe);
    if (!named) fprintf(stderr, "  at ebpf.node+%#tx\n", offset);
  }
}

}  // namespace

void BrokenRule(const char* rule) {
  fprintf(stderr, "ebpf: broken rule: %s\n", rule);
  PrintFrames();
  fflush(stderr);
  napi_fatal_error("ebpf", NAPI_AUTO_LENGTH, rule, NAPI_AUTO_LENGTH);
}

namespace {

// Breaks a rule on purpose, for the test of the checks: JavaScript alone cannot use a handle on another thread.
Napi::Value BreakRule(const Napi::CallbackInfo& info) {
  std::string which = Get<std::string>(info, 0, "rule");
  int32_t handle = Get<int32_t>(info, 1, "handle");
  State& state = StateOf(info);
  if (which == "handle on another thread") {
    std::thread([&] { state.programs.Get(handle); }).join();
  } else if (which == "object on another thread") {
    std::shared_ptr<Object> object = state.objects.Share(handle);
    std::thread([&] { object->get(); }).join();
  } else if (which == "freed program in the pool") {
    Program* program = state.programs.Get(handle);
    // Its memory is not freed, so that the test does not depend on the allocator.
    program->~Program();
    std::thread([&] { program->fd(); }).join();
  }
  return info.Env().Undefined();
}

}  // namespace

void RegisterRules(Napi::Env env, Napi::Object exports, State* state) {
  Export<BreakRule>(env, exports, state, "breakRule");
}

}  // namespace ebpf

#endif
