#include "link_socket.h"

#include <bpf/bpf.h>
#include <sys/socket.h>

#include <cerrno>

#include "arguments.h"
#include "error.h"
#include "map.h"
#include "program.h"
#include "state.h"

#ifndef SO_COOKIE
#define SO_COOKIE 57
#endif
#ifndef SO_DETACH_REUSEPORT_BPF
#define SO_DETACH_REUSEPORT_BPF 68
#endif

namespace ebpf {

namespace {

bool CookieOf(int socket, uint64_t& cookie) {
  socklen_t length = sizeof cookie;
  return getsockopt(socket, SOL_SOCKET, SO_COOKIE, &cookie, &length) == 0;
}

int Set(int socket, bool reuseport, int program) {
  int option = reuseport ? SO_ATTACH_REUSEPORT_EBPF : SO_ATTACH_BPF;
  return setsockopt(socket, SOL_SOCKET, option, &program, sizeof program) == 0 ? 0 : -errno;
}

Napi::Value AttachSocket(const Napi::CallbackInfo& info) {
  Options options(info, 1);
  int socket = options.Get<int32_t>("socket", -1);
  bool reuseport = options.Get<bool>("reuseport");
  uint64_t cookie;
  if (!CookieOf(socket, cookie)) throw NativeError(info.Env(), errno, "");
  int status = Set(socket, reuseport, ProgramArgument(info, 0).fd());
  if (status != 0) throw NativeError(info.Env(), -status, "");
  return Give(info, std::make_shared<SocketLink>(socket, cookie, reuseport));
}

// Attaches by BPF_PROG_ATTACH to what a descriptor is open for.
Napi::Value GiveAttached(const Napi::CallbackInfo& info, Program& program, int descriptor, bpf_attach_type type) {
  Fd target = Fd::Duplicate(descriptor);
  Fd own = Fd::Duplicate(program.fd());
  if (!target.valid() || !own.valid()) throw NativeError(info.Env(), errno, "");
  if (bpf_prog_attach(own.get(), target.get(), type, 0) != 0) throw NativeError(info.Env(), errno, "");
  return Give(info, std::make_shared<AttachedProgram>(std::move(target), std::move(own), type));
}

Napi::Value AttachToMap(const Napi::CallbackInfo& info) {
  Program& program = ProgramArgument(info, 0);
  Map* map = StateOf(info).maps.Get(Get<int32_t>(info, 1, "handle"));
  if (!map) throw BadHandle(info.Env());
  auto type = static_cast<bpf_attach_type>(Get<uint32_t>(info, 2, "attachType"));
  return GiveAttached(info, program, map->fd(), type);
}

Napi::Value AttachToDevice(const Napi::CallbackInfo& info) {
  int device = Get<Descriptor>(info, 1, "device");
  return GiveAttached(info, ProgramArgument(info, 0), device, BPF_LIRC_MODE2);
}

}  // namespace

int AttachedProgram::Update(int program, int) {
  // A lirc device runs several programs: the next would be added.
  if (type_ == BPF_LIRC_MODE2) return -EOPNOTSUPP;
  Fd next = Fd::Duplicate(program);
  if (!next.valid()) return -errno;
  // A sockmap has room for one program of a type, and takes the next in its place.
  int status = bpf_prog_attach(next.get(), target_.get(), type_, 0);
  if (status == 0) program_ = std::move(next);
  return status;
}

int AttachedProgram::Detach() {
  if (!target_.valid()) return 0;
  int status = bpf_prog_detach2(program_.get(), target_.get(), type_);
  target_ = Fd();
  return status;
}

bool SocketLink::IsSame() const {
  uint64_t cookie;
  return socket_ >= 0 && CookieOf(socket_, cookie) && cookie == cookie_;
}

int SocketLink::Update(int program, int) { return IsSame() ? Set(socket_, reuseport_, program) : -ENOLINK; }

int SocketLink::Detach() {
  if (!IsSame()) return 0;
  int unused = 0;
  int option = reuseport_ ? SO_DETACH_REUSEPORT_BPF : SO_DETACH_BPF;
  int status = setsockopt(socket_, SOL_SOCKET, option, &unused, sizeof unused) == 0 ? 0 : -errno;
  socket_ = -1;
  return status;
}

void RegisterLinkSocket(Napi::Env env, Napi::Object exports, State* state) {
  Export<AttachSocket>(env, exports, state, "attachSocket");
  Export<AttachToMap>(env, exports, state, "attachToMap");
  Export<AttachToDevice>(env, exports, state, "attachToDevice");
}

}  // namespace ebpf
