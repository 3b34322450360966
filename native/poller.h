#pragma once
// How the event loop of one environment learns that a ring has something new.
//
// All readers of an environment share one epoll descriptor. On Node the loop itself watches it (uv_poll): from the
// kernel's wake-up to JavaScript there is no other thread. A runtime that has no libuv, or only says so, gets a thread
// that waits and calls through a thread-safe function; which of both is decided by TypeScript before the first uv_*
// call, since Bun ends the process in it.
//
// Descriptors are watched edge-triggered: a ring that nobody drains right now, or whose oldest record is reserved but
// not yet submitted, is "readable" all the time and would make the loop spin. The price is a rule for whoever drains:
// after an empty look, made after the consumer position was stored with a full barrier, the next record wakes; after
// any other look, nothing is promised, and the drainer has to come again by itself.
//
// libuv functions are looked up, not linked: the addon has to load where they do not exist.
//
// Life: the uv handle must be closed by libuv before its memory goes, which takes one more turn of the loop, also when
// a worker is terminated. It therefore belongs to itself (Waker below), not to the environment's state, and an
// asynchronous clean-up hook makes the environment wait for it.

#include <napi.h>
#include <sys/epoll.h>

#include <cstdint>

namespace ebpf {

struct State;

class Poller {
 public:
  // `callback` is called with how many ids stand in `ready`. Throws Napi::Error.
  Poller(Napi::Env env, Napi::Function callback, Napi::Int32Array ready, bool libuv);
  ~Poller();
  Poller(const Poller&) = delete;
  Poller& operator=(const Poller&) = delete;

  // 0 or a negative errno. `events` are EPOLLIN or EPOLLOUT.
  int Watch(int fd, uint32_t events, int32_t id);
  // For a perf event, which answers a poll only once for each wake-up (perf_poll takes the flag away): a loop that
  // watches our epoll descriptor asks before we do, so that `id` is told of whenever there was anything at all.
  int WatchOnce(int fd, int32_t id);
  void ForgetOnce(int fd, int32_t id);
  // Before the descriptor is closed: epoll remembers what a descriptor referred to, not the descriptor.
  void Forget(int fd);
  // Whether waiting keeps the process alive.
  void Hold(bool hold);

  class Waker;

 private:
  // nullptr once the environment has begun to end.
  Waker* waker_;
};

void RegisterPoller(Napi::Env env, Napi::Object exports, State* state);

}  // namespace ebpf
