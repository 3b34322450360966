#pragma once
// Rules of threads and lifetimes, checked in the build of `npm run test:checked` (EBPF_CHECKS) and free elsewhere:
//
//   - A table of handles, a loaded libbpf object and the poller are used on the thread of their environment only.
//   - What is used is alive, also on a thread of the pool, which has to share what it uses.
//   - What a call into the addon has looked up is not closed by JavaScript that this call runs: a getter of its
//     options, or a callback.
//
// A broken rule prints the rule, the native stack and the stack of JavaScript, and aborts.

#ifdef EBPF_CHECKS
#include <napi.h>

#include <cstdint>
#include <iterator>
#include <map>
#include <thread>
#endif

namespace ebpf {

struct State;

#ifdef EBPF_CHECKS

[[noreturn]] void BrokenRule(const char* rule);

// Exports a function that breaks a rule, for the test of the checks.
void RegisterRules(Napi::Env env, Napi::Object exports, State* state);

// The thread that a thing belongs to: the one that made it, or took it over.
class OwnThread {
 public:
  void TakeOver() { owner_ = std::this_thread::get_id(); }
  void Check(const char* rule) const {
    if (owner_ != std::this_thread::get_id()) BrokenRule(rule);
  }

 private:
  std::thread::id owner_ = std::this_thread::get_id();
};

// Whether a thing was freed: its memory says so until it is used for something else.
class Alive {
 public:
  ~Alive() { mark_ = 0; }
  void Check(const char* rule) const {
    if (mark_ != kMark) BrokenRule(rule);
  }

 private:
  static constexpr uint64_t kMark = 0x65627066'616c6976;
  volatile uint64_t mark_ = kMark;
};

// A call of JavaScript into the addon on this thread, for as long as it takes. Calls nest where JavaScript is called
// back.
class Call {
 public:
  Call() { depth_++; }
  ~Call() { depth_--; }
  Call(const Call&) = delete;
  Call& operator=(const Call&) = delete;
  static int depth() { return depth_; }

 private:
  static thread_local int depth_;
};

// Which handles of a table the calls under way have looked up, by the depth of the outermost of these calls.
class Borrowed {
 public:
  void Note(int32_t handle) {
    Forget();
    if (Call::depth() > 0) depths_.emplace(handle, Call::depth());
  }
  void CheckClose(int32_t handle) {
    Forget();
    auto found = depths_.find(handle);
    if (found == depths_.end()) return;
    if (found->second < Call::depth()) BrokenRule("a call closed what the call around it uses");
    depths_.erase(found);
  }

 private:
  // What calls looked up that have ended: all deeper than the call under way, or of another call at its depth.
  void Forget() {
    for (auto at = depths_.begin(); at != depths_.end();)
      at = at->second >= Call::depth() ? depths_.erase(at) : std::next(at);
  }
  std::map<int32_t, int> depths_;
};

#else

struct OwnThread {
  void TakeOver() {}
  void Check(const char*) const {}
};
struct Alive {
  void Check(const char*) const {}
};
struct Call {
  Call() {}
};
struct Borrowed {
  void Note(int) {}
  void CheckClose(int) {}
};

#endif

}  // namespace ebpf
