#include "poller.h"

#include <dlfcn.h>
#include <poll.h>
#include <pthread.h>
#include <sys/eventfd.h>
#include <uv.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <mutex>
#include <thread>
#include <vector>

#include "arguments.h"
#include "error.h"
#include "fd.h"
#include "state.h"

namespace ebpf {

namespace {

// The maximum number of IDs in one call into JavaScript.
constexpr uint32_t kReady = 64;

struct Libuv {
  decltype(&uv_poll_init) poll_init;
  decltype(&uv_poll_start) poll_start;
  decltype(&uv_close) close;
  decltype(&uv_ref) ref;
  decltype(&uv_unref) unref;
  decltype(&uv_handle_size) handle_size;

  template <typename F>
  static bool Find(F* function, const char* name) {
    *function = reinterpret_cast<F>(dlsym(RTLD_DEFAULT, name));
    return *function;
  }

  bool FindAll() {
    return Find(&poll_init, "uv_poll_init") && Find(&poll_start, "uv_poll_start") && Find(&close, "uv_close") &&
           Find(&ref, "uv_ref") && Find(&unref, "uv_unref") && Find(&handle_size, "uv_handle_size");
  }
};

}  // namespace

class Poller::Waker {
 public:
  Waker(Napi::Env env, Napi::Function callback, Napi::Int32Array ready)
      : env_(env), epoll_(epoll_create1(EPOLL_CLOEXEC)) {
    if (!epoll_.valid()) throw NativeError(env, errno, "");
    if (ready.ElementLength() < kReady) throw NativeError(env, EINVAL, "");
    callback_ = Napi::Persistent(callback);
    ready_ = Napi::Persistent(ready.As<Napi::Object>());
    ids_ = ready.Data();
  }
  virtual ~Waker() = default;
  // Stops waking, closes the epoll descriptor, and frees itself, possibly later.
  virtual void Stop() = 0;
  virtual void Hold(bool hold) = 0;

  // Set to null if the environment ends before the owner.
  Waker** owner = nullptr;
  int epoll() const { return epoll_.get(); }
  std::vector<int32_t>& once() { return once_; }

 protected:
  void Disown() {
    if (owner) *owner = nullptr;
    owner = nullptr;
  }

  // Reads ready descriptors from epoll and calls JavaScript. Called on the environment's thread without handle scope.
  void Dispatch(napi_async_context context) {
    Napi::HandleScope scope(env_);
    epoll_event events[kReady];
    int count;
    do {
      count = epoll_wait(epoll_.get(), events, kReady, 0);
      for (int i = 0; i < count; i++) ids_[i] = events[i].data.fd;
      if (count > 0 && !Tell(context, count)) return;
    } while (count == static_cast<int>(kReady) && epoll_.valid());
    std::vector<int32_t> once = once_;
    for (size_t at = 0; at < once.size(); at += kReady) {
      count = static_cast<int>(std::min<size_t>(kReady, once.size() - at));
      std::copy_n(once.begin() + at, count, ids_);
      if (!Tell(context, count)) return;
    }
  }

  // Returns false if the callback stopped this object.
  bool Tell(napi_async_context context, int count) {
    napi_value argument, receiver, result;
    bool* outer = stopped_;
    bool stopped = false;
    stopped_ = &stopped;
    napi_status status = napi_generic_failure;
    if (napi_create_int32(env_, count, &argument) == napi_ok && napi_get_global(env_, &receiver) == napi_ok)
      status = napi_make_callback(env_, context, receiver, callback_.Value(), 1, &argument, &result);
    if (status == napi_pending_exception) {
      napi_value error;
      if (napi_get_and_clear_last_exception(env_, &error) == napi_ok) napi_fatal_exception(env_, error);
    }
    if (stopped) return false;
    stopped_ = outer;
    return true;
  }

  void Release() {
    if (stopped_) *stopped_ = true;
    callback_.Reset();
    ready_.Reset();
    epoll_ = Fd();
  }

  Napi::Env env_;
  Fd epoll_;
  Napi::FunctionReference callback_;
  Napi::ObjectReference ready_;
  int32_t* ids_;
  std::vector<int32_t> once_;
  // Set during a call into JavaScript, which can stop this object.
  bool* stopped_ = nullptr;
};

namespace {

class LoopWaker : public Poller::Waker {
 public:
  LoopWaker(Napi::Env env, Napi::Function callback, Napi::Int32Array ready, const Libuv& uv)
      : Waker(env, callback, ready), uv_(uv) {
    uv_loop_t* loop;
    if (napi_get_uv_event_loop(env, &loop) != napi_ok) throw NativeError(env, ENOTSUP, "");
    handle_ = static_cast<uv_poll_t*>(calloc(1, uv_.handle_size(UV_POLL)));
    if (!handle_) throw NativeError(env, ENOMEM, "");
    int error = uv_.poll_init(loop, handle_, epoll());
    if (error) {
      free(handle_);
      throw NativeError(env, -error, "");
    }
    handle()->data = this;
    uv_.unref(handle());
    uv_.poll_start(handle_, UV_READABLE, [](uv_poll_t* handle, int status, int) {
      LoopWaker* self = static_cast<LoopWaker*>(reinterpret_cast<uv_handle_t*>(handle)->data);
      if (status == 0) self->Dispatch(self->context_);
    });
    Napi::String name = Napi::String::New(env, "EBPF_EVENTS");
    napi_async_init(env, nullptr, name, &context_);
    napi_add_async_cleanup_hook(
        env,
        [](napi_async_cleanup_hook_handle, void* data) {
          LoopWaker* self = static_cast<LoopWaker*>(data);
          self->ending_ = true;
          self->Disown();
          self->Stop();
        },
        this, &hook_);
  }

  void Stop() override {
    if (closing_) return;
    closing_ = true;
    Release();
    // Contexts are freed when their environment ends.
    if (!ending_) napi_async_destroy(env_, context_);
    uv_.close(handle(), [](uv_handle_t* handle) {
      LoopWaker* self = static_cast<LoopWaker*>(handle->data);
      napi_remove_async_cleanup_hook(self->hook_);
      free(handle);
      delete self;
    });
  }

  void Hold(bool hold) override {
    if (closing_) return;
    hold ? uv_.ref(handle()) : uv_.unref(handle());
  }

 private:
  uv_handle_t* handle() { return reinterpret_cast<uv_handle_t*>(handle_); }

  Libuv uv_;
  uv_poll_t* handle_;
  napi_async_context context_ = nullptr;
  napi_async_cleanup_hook_handle hook_ = nullptr;
  bool closing_ = false;
  bool ending_ = false;
};

class ThreadWaker : public Poller::Waker {
 public:
  ThreadWaker(Napi::Env env, Napi::Function callback, Napi::Int32Array ready)
      : Waker(env, callback, ready), stop_(eventfd(0, EFD_CLOEXEC)), waiting_(Fd::Duplicate(epoll())) {
    if (!stop_.valid() || !waiting_.valid()) throw NativeError(env, errno, "");
    // Level-triggered and never read, so that the thread always finds it after a write.
    epoll_event event{EPOLLIN, {.fd = -1}};
    if (epoll_ctl(epoll(), EPOLL_CTL_ADD, stop_.get(), &event) != 0) throw NativeError(env, errno, "");
    Napi::String name = Napi::String::New(env, "EBPF_EVENTS");
    napi_status status = napi_create_threadsafe_function(
        env, nullptr, nullptr, name, 0, 1, this,
        [](napi_env, void* data, void*) { delete static_cast<ThreadWaker*>(data); }, this,
        [](napi_env env, napi_value, void* context, void*) { static_cast<ThreadWaker*>(context)->Deliver(env); },
        &function_);
    if (status != napi_ok) throw NativeError(env, ENOTSUP, "");
    napi_unref_threadsafe_function(env, function_);
  }

  // Called before any other use. If no thread can be started, it frees this object and throws std::system_error.
  void Begin() {
    try {
      thread_ = std::thread([this] { Run(); });
    } catch (...) {
      closing_ = true;
      Release();
      // Frees this, in its finalizer.
      napi_release_threadsafe_function(function_, napi_tsfn_release);
      throw;
    }
    napi_add_env_cleanup_hook(env_, Ended, this);
    // The thread's name, for tools that list threads.
    pthread_setname_np(thread_.native_handle(), "ebpf-events");
  }

  void Stop() override {
    if (closing_) return;
    napi_remove_env_cleanup_hook(env_, Ended, this);
    End();
  }

  void Hold(bool hold) override {
    if (closing_) return;
    hold ? napi_ref_threadsafe_function(env_, function_) : napi_unref_threadsafe_function(env_, function_);
  }

 private:
  static void Ended(void* data) {
    static_cast<ThreadWaker*>(data)->Disown();
    static_cast<ThreadWaker*>(data)->End();
  }

  void End() {
    closing_ = true;
    eventfd_write(stop_.get(), 1);
    thread_.join();
    waiting_ = Fd();
    Release();
    // Frees this, in its finalizer.
    napi_release_threadsafe_function(function_, napi_tsfn_release);
  }

  void Run() {
    epoll_event events[kReady];
    for (;;) {
      int count = epoll_wait(waiting_.get(), events, kReady, -1);
      if (count < 0 && errno != EINTR) return;
      std::lock_guard<std::mutex> lock(mutex_);
      bool idle = found_.empty();
      for (int i = 0; i < count; i++) {
        if (events[i].data.fd == -1) return;
        found_.push_back(events[i].data.fd);
      }
      if (idle && !found_.empty()) napi_call_threadsafe_function(function_, nullptr, napi_tsfn_nonblocking);
    }
  }

  void Deliver(napi_env env) {
    // A pending call after this object was stopped, or at the end of the environment.
    if (!env || closing_) return;
    std::vector<int32_t> found;
    {
      std::lock_guard<std::mutex> lock(mutex_);
      found.swap(found_);
    }
    for (size_t at = 0; at < found.size(); at += kReady) {
      int count = static_cast<int>(std::min<size_t>(kReady, found.size() - at));
      std::copy_n(found.begin() + at, count, ids_);
      if (!Tell(nullptr, count)) return;
    }
  }

  Fd stop_;
  // The thread's own duplicate of the epoll descriptor, which stays valid while the thread waits.
  Fd waiting_;
  napi_threadsafe_function function_ = nullptr;
  std::thread thread_;
  std::mutex mutex_;
  std::vector<int32_t> found_;
  bool closing_ = false;
};

}  // namespace

Poller::Poller(Napi::Env env, Napi::Function callback, Napi::Int32Array ready, bool libuv) {
  Libuv functions;
  if (libuv && functions.FindAll()) {
    waker_ = new LoopWaker(env, callback, ready, functions);
  } else {
    auto* waker = new ThreadWaker(env, callback, ready);
    waker->Begin();
    waker_ = waker;
  }
  waker_->owner = &waker_;
}

Poller::~Poller() {
  if (!waker_) return;
  waker_->owner = nullptr;
  waker_->Stop();
}

int Poller::Watch(int fd, uint32_t events, int32_t id) {
  if (!waker_) return -EBADF;
  epoll_event event{events | EPOLLET, {.fd = id}};
  return epoll_ctl(waker_->epoll(), EPOLL_CTL_ADD, fd, &event) == 0 ? 0 : -errno;
}

void Poller::Forget(int fd) {
  if (waker_) epoll_ctl(waker_->epoll(), EPOLL_CTL_DEL, fd, nullptr);
}

int Poller::WatchOnce(int fd, int32_t id) {
  int status = Watch(fd, EPOLLIN, id);
  if (status < 0) return status;
  std::vector<int32_t>& once = waker_->once();
  if (std::find(once.begin(), once.end(), id) == once.end()) once.push_back(id);
  return 0;
}

void Poller::ForgetOnce(int fd, int32_t id) {
  Forget(fd);
  if (!waker_) return;
  std::vector<int32_t>& once = waker_->once();
  once.erase(std::remove(once.begin(), once.end(), id), once.end());
}

void Poller::Hold(bool hold) {
  if (waker_) waker_->Hold(hold);
}

namespace {

Napi::Value Start(const Napi::CallbackInfo& info) {
  StateOf(info).poller = std::make_unique<Poller>(info.Env(), Get<Napi::Function>(info, 0, "callback"),
                                                  Get<Napi::Int32Array>(info, 1, "ready"), Get<bool>(info, 2, "libuv"));
  return info.Env().Undefined();
}

Napi::Value Stop(const Napi::CallbackInfo& info) {
  StateOf(info).poller.reset();
  return info.Env().Undefined();
}

// Whether the other end of a pipe, a socket or a terminal is closed. A writer without output cannot notice it
// otherwise.
Napi::Value HasHungUp(const Napi::CallbackInfo& info) {
  pollfd entry{Get<Descriptor>(info, 0, "fd"), 0, 0};
  bool hung_up = poll(&entry, 1, 0) == 1 && (entry.revents & (POLLERR | POLLHUP)) != 0;
  return Napi::Boolean::New(info.Env(), hung_up);
}

Napi::Value Hold(const Napi::CallbackInfo& info) {
  State& state = StateOf(info);
  if (state.poller) state.poller->Hold(Get<bool>(info, 0, "hold"));
  return info.Env().Undefined();
}

}  // namespace

void RegisterPoller(Napi::Env env, Napi::Object exports, State* state) {
  Export<Start>(env, exports, state, "pollerStart");
  Export<Stop>(env, exports, state, "pollerStop");
  Export<Hold>(env, exports, state, "pollerHold");
  Export<HasHungUp>(env, exports, state, "hasHungUp");
}

}  // namespace ebpf
