// Locks a folder for one process at a time. Node.js has no flock(2), and a bpffs has no files that could be locked.

#include "lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <string>

#include "arguments.h"
#include "state.h"

namespace ebpf {

namespace {

// Returns a descriptor that holds the lock until it is closed or the process ends, or a negative errno: EWOULDBLOCK if
// the folder is locked. JavaScript owns the descriptor.
Napi::Value LockFolder(const Napi::CallbackInfo& info) {
  auto path = Get<std::string>(info, 0, "path");
  int fd = open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return Napi::Number::New(info.Env(), -errno);
  if (flock(fd, LOCK_EX | LOCK_NB) == 0) return Napi::Number::New(info.Env(), fd);
  int error = errno;
  close(fd);
  return Napi::Number::New(info.Env(), -error);
}

}  // namespace

void RegisterLock(Napi::Env env, Napi::Object exports, State* state) {
  Export<LockFolder>(env, exports, state, "lockFolder");
}

}  // namespace ebpf
