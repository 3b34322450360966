#include "link_socket.h"

#include <bpf/bpf.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include <cerrno>
#include <string>
#include <system_error>
#include <utility>

#include "arguments.h"
#include "error.h"
#include "map.h"
#include "program.h"
#include "state.h"

#ifndef SO_COOKIE
#define SO_COOKIE 57
#endif
#ifndef SO_BINDTOIFINDEX
#define SO_BINDTOIFINDEX 62
#endif
#ifndef SO_NETNS_COOKIE
#define SO_NETNS_COOKIE 71
#endif
#ifndef SO_DETACH_REUSEPORT_BPF
#define SO_DETACH_REUSEPORT_BPF 68
#endif

namespace ebpf {

namespace {

template <typename T>
bool Option(int socket, int option, T& value) {
  socklen_t length = sizeof value;
  return getsockopt(socket, SOL_SOCKET, option, &value, &length) == 0;
}

template <typename T>
std::string Text(int socket, int option) {
  T value{};
  if (Option(socket, option, value)) return ' ' + std::to_string(value);
  // This kernel does not have the option.
  if (errno == ENOPROTOOPT) return " ?";
  throw std::system_error(errno, std::generic_category(), "getsockopt");
}

// The address and port of a socket as bytes. Empty if it is not bound.
std::string BoundTo(int socket) {
  sockaddr_storage address{};
  socklen_t length = sizeof address;
  if (getsockname(socket, reinterpret_cast<sockaddr*>(&address), &length) != 0)
    throw std::system_error(errno, std::generic_category(), "getsockname");
  auto bytes = [](const auto& value) { return std::string(reinterpret_cast<const char*>(&value), sizeof value); };
  if (address.ss_family == AF_INET) {
    auto& ipv4 = reinterpret_cast<sockaddr_in&>(address);
    return ipv4.sin_port == 0 ? "" : bytes(ipv4.sin_port) + bytes(ipv4.sin_addr);
  }
  if (address.ss_family == AF_INET6) {
    auto& ipv6 = reinterpret_cast<sockaddr_in6&>(address);
    return ipv6.sin6_port == 0 ? "" : bytes(ipv6.sin6_port) + bytes(ipv6.sin6_addr);
  }
  return "";
}

// Identifies a SO_REUSEPORT group: network namespace (known from Linux 5.14 on), owner, kind, device and address.
std::string GroupOf(int socket, const std::string& bound) {
  struct stat file{};
  fstat(socket, &file);
  return "reuseport" + Text<uint64_t>(socket, SO_NETNS_COOKIE) + ' ' + std::to_string(file.st_uid) +
         Text<int>(socket, SO_TYPE) + Text<int>(socket, SO_PROTOCOL) + Text<int>(socket, SO_BINDTOIFINDEX) + ' ' +
         bound;
}

// Throws std::system_error.
std::string PlaceName(int socket, uint64_t cookie, bool reuseport) {
  std::string bound = reuseport ? BoundTo(socket) : "";
  if (!bound.empty()) return GroupOf(socket, bound);
  return (reuseport ? "reuseport socket " : "socket ") + std::to_string(cookie);
}

// Whether a descriptor is that of the socket: 0, -ENOLINK if it is closed or another one, another error if unknown.
int CheckCookie(int socket, uint64_t expected) {
  uint64_t cookie;
  if (Option(socket, SO_COOKIE, cookie)) return cookie == expected ? 0 : -ENOLINK;
  return errno == EBADF || errno == ENOTSOCK ? -ENOLINK : -errno;
}

// Whether a socket has a BPF filter: 0, -ENOLINK if it has no filter, -ESTALE if it has a classic one.
int CheckFilter(int socket) {
  // Requests the number of instructions of a classic filter. For a BPF filter, the kernel returns EACCES.
  socklen_t count = 0;
  if (getsockopt(socket, SOL_SOCKET, SO_GET_FILTER, nullptr, &count) != 0) return errno == EACCES ? 0 : -errno;
  return count == 0 ? -ENOLINK : -ESTALE;
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
  if (!Option(socket, SO_COOKIE, cookie)) throw NativeError(info.Env(), errno, "");
  std::string place = PlaceName(socket, cookie, reuseport);
  int status = Set(socket, reuseport, ProgramArgument(info).fd());
  if (status != 0) throw NativeError(info.Env(), -status, "");
  return Give(info, std::make_shared<SocketLink>(std::move(place), socket, cookie, reuseport));
}

// Attaches by BPF_PROG_ATTACH to the object of a descriptor. `place` identifies it among the links of this process.
Napi::Value GiveAttached(const Napi::CallbackInfo& info, Program& program, int descriptor, bpf_attach_type type,
                         std::string place) {
  Fd target = Fd::Duplicate(descriptor);
  Fd own = Fd::Duplicate(program.fd());
  if (!target.valid() || !own.valid()) throw NativeError(info.Env(), errno, "");
  if (bpf_prog_attach(own.get(), target.get(), type, 0) != 0) throw NativeError(info.Env(), errno, "");
  return Give(info, std::make_shared<AttachedProgram>(std::move(place), std::move(target), std::move(own), type));
}

Napi::Value AttachToMap(const Napi::CallbackInfo& info) {
  Program& program = ProgramArgument(info);
  Map* map = StateOf(info).maps.Get(Get<int32_t>(info, 1, "handle"));
  if (!map) throw BadHandle(info.Env());
  auto type = Get<bpf_attach_type>(info, 2, "attachType");
  std::string place = "map " + std::to_string(map->info().id) + ' ' + std::to_string(type);
  return GiveAttached(info, program, map->fd(), type, std::move(place));
}

Napi::Value AttachToDevice(const Napi::CallbackInfo& info) {
  int device = Get<Descriptor>(info, 1, "device");
  Program& program = ProgramArgument(info);
  struct stat file{};
  if (fstat(device, &file) != 0) throw NativeError(info.Env(), errno, "");
  // A device takes several programs, each of them once.
  std::string place = "lirc " + std::to_string(file.st_rdev) + ' ' + std::to_string(ProgramId(program.fd()));
  return GiveAttached(info, program, device, BPF_LIRC_MODE2, std::move(place));
}

}  // namespace

AttachedProgram::AttachedProgram(std::string place, Fd target, Fd program, bpf_attach_type type)
    : target_(std::move(target)), program_(std::move(program)), type_(type), claim_(std::move(place)) {}

int AttachedProgram::Update(int program, int expected) {
  // A lirc device runs several programs: attaching adds one instead of replacing.
  if (type_ == BPF_LIRC_MODE2) return -EOPNOTSUPP;
  if (!target_.valid()) return -ENOLINK;
  if (!claim_.Holds()) return -ESTALE;
  Fd next = Fd::Duplicate(program);
  if (!next.valid()) return -errno;
  uint32_t attached = 0, count = 1;
  if (bpf_prog_query(target_.get(), type_, 0, nullptr, &attached, &count) == 0) {
    // The next call does not compare: it also replaces a program that another process attaches in between.
    if (count == 0 || attached != ProgramId(expected >= 0 ? expected : program_.get())) return -ESTALE;
  } else if (expected >= 0) {
    return -EOPNOTSUPP;  // Linux 5.18
  }
  // A sockmap has one program of each type, and attaching replaces it.
  if (bpf_prog_attach(next.get(), target_.get(), type_, 0) != 0) return -errno;
  program_ = std::move(next);
  return 0;
}

int AttachedProgram::Detach() {
  if (!target_.valid()) return 0;
  // The kernel compares, and returns ENOENT if another program is attached.
  int status = -ESTALE;
  if (claim_.Holds()) status = bpf_prog_detach2(program_.get(), target_.get(), type_) == 0 ? 0 : -errno;
  if (status == -ENOENT) status = -ESTALE;
  if (Failed(status)) return status;
  target_ = Fd();
  claim_ = Claim();
  return status;
}

SocketLink::SocketLink(std::string place, int socket, uint64_t cookie, bool reuseport)
    : socket_(socket), cookie_(cookie), reuseport_(reuseport), claim_(std::move(place)) {}

int SocketLink::Check() const {
  if (socket_ < 0) return -ENOLINK;
  if (int status = CheckCookie(socket_, cookie_); status != 0) return status;
  if (!claim_.Holds()) return -ESTALE;
  return reuseport_ ? CheckGroup() : CheckFilter(socket_);
}

int SocketLink::CheckGroup() const try {
  // A socket that was bound after attaching has joined another group.
  std::string place = PlaceName(socket_, cookie_, true);
  return place != claim_.place() && Claim::IsHeld(place) ? -ESTALE : 0;
} catch (const std::system_error& error) {
  return -error.code().value();
}

int SocketLink::Update(int program, int expected) {
  // The kernel cannot compare the expected program.
  if (expected >= 0) return -EOPNOTSUPP;
  int status = Check();
  return status == 0 ? Set(socket_, reuseport_, program) : status;
}

int SocketLink::Detach() {
  if (socket_ < 0) return 0;
  int status = Check();
  int unused = 0;
  int option = reuseport_ ? SO_DETACH_REUSEPORT_BPF : SO_DETACH_BPF;
  if (status == 0 && setsockopt(socket_, SOL_SOCKET, option, &unused, sizeof unused) != 0) status = -errno;
  if (Failed(status)) return status;
  socket_ = -1;
  claim_ = Claim();
  return status == -ENOLINK ? 0 : status;
}

void RegisterLinkSocket(Napi::Env env, Napi::Object exports, State* state) {
  Export<AttachSocket>(env, exports, state, "attachSocket");
  Export<AttachToMap>(env, exports, state, "attachToMap");
  Export<AttachToDevice>(env, exports, state, "attachToDevice");
}

}  // namespace ebpf
