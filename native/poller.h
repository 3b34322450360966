#pragma once
// Notifies the event loop of one environment about new records in rings.
//
// All readers of an environment share one epoll descriptor. On Node, the event loop watches it (uv_poll), so no other
// thread is between the kernel's wake-up and JavaScript. Runtimes without a working libuv get a thread that waits and
// calls a thread-safe function. TypeScript chooses before the first uv_* call, because Bun ends the process in it.
//
// Descriptors are watched edge-triggered: a ring that is not drained now, or whose oldest record is reserved but not
// yet submitted, is always "readable" and would make the loop spin. Readers must therefore follow a rule: the next
// record causes a wake-up only if the reader found nothing after it stored the consumer position with a full barrier.
// In all other cases the reader must read again by itself.
//
// libuv functions are looked up with dlsym, because the addon must load in runtimes without them.
//
// Lifetime: libuv must close the uv handle before its memory is freed. That takes one more turn of the loop, also when
// a worker is terminated. The handle therefore owns itself (Waker below), and an asynchronous clean-up hook makes the
// environment wait for it.

#include <napi.h>
#include <sys/epoll.h>

#include <cstdint>

namespace ebpf {

struct State;

class Poller {
 public:
  // `callback` receives the number of ids in `ready`. Throws Napi::Error.
  Poller(Napi::Env env, Napi::Function callback, Napi::Int32Array ready, bool libuv);
  ~Poller();
  Poller(const Poller&) = delete;
  Poller& operator=(const Poller&) = delete;

  // 0 or a negative errno. `events` are EPOLLIN or EPOLLOUT.
  int Watch(int fd, uint32_t events, int32_t id);
  // For a perf event, which reports readiness once per wake-up (perf_poll clears the flag). The event loop polls the
  // epoll descriptor before this class does, so `id` is reported whenever the epoll descriptor was ready.
  int WatchOnce(int fd, int32_t id);
  void ForgetOnce(int fd, int32_t id);
  // Called before the descriptor is closed: epoll keeps the open file description, not the descriptor.
  void Forget(int fd);
  // Sets whether waiting keeps the process alive.
  void Hold(bool hold);

  class Waker;

 private:
  // nullptr after the environment began to end.
  Waker* waker_;
};

void RegisterPoller(Napi::Env env, Napi::Object exports, State* state);

}  // namespace ebpf
