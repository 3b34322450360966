#include "fd_kind.h"

#include <bpf/bpf.h>
#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <optional>
#include <string>

namespace ebpf {

namespace {

// The name of the descriptor's inode, such as "anon_inode:bpf-map". Empty if /proc is not mounted.
std::optional<std::string> InodeName(int fd) {
  char target[64];
  std::string path = "/proc/self/fd/" + std::to_string(fd);
  ssize_t length = readlink(path.c_str(), target, sizeof target);
  if (length < 0) return std::nullopt;
  return std::string(target, static_cast<size_t>(length));
}

// Without /proc, tries an operation that the kernel supports for one kind only, with an invalid second descriptor. The
// kernel checks the first descriptor before: EINVAL means another kind, EBADF means that only the second is invalid.
constexpr int kNone = -1;

bool BindsMaps(int fd) { return bpf_prog_bind_map(fd, kNone, nullptr) != 0 && errno == EBADF; }

bool TakesPrograms(int fd) {
  LIBBPF_OPTS(bpf_link_update_opts, opts);
  return bpf_link_update(fd, kNone, &opts) != 0 && errno == EBADF;
}

// A map looks up a key at a null pointer. An arena also returns EINVAL.
bool HasElements(int fd) {
  if (bpf_map_lookup_elem(fd, nullptr, nullptr) == 0) return true;
  return errno == EINVAL ? !BindsMaps(fd) && !TakesPrograms(fd) : errno != EBADF;
}

}  // namespace

bool IsMap(int fd) {
  auto name = InodeName(fd);
  return name ? *name == "anon_inode:bpf-map" : HasElements(fd);
}

bool IsProgram(int fd) {
  auto name = InodeName(fd);
  return name ? *name == "anon_inode:bpf-prog" : fcntl(fd, F_GETFD) >= 0 && BindsMaps(fd);
}

bool IsLink(int fd) {
  if (fd < 0) return false;
  auto name = InodeName(fd);
  if (name) return name->find("bpf_link") != std::string::npos || name->find("bpf-link") != std::string::npos;
  return fcntl(fd, F_GETFD) >= 0 && TakesPrograms(fd);
}

}  // namespace ebpf
