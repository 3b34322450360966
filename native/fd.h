#pragma once
// A file descriptor with one owner. Whatever comes from libbpf is duplicated, so that no one else can close it.

#include <fcntl.h>
#include <unistd.h>

#include <utility>

namespace ebpf {

class Fd {
 public:
  Fd() = default;
  // libbpf answers a negative errno where it has no descriptor to give.
  explicit Fd(int fd) : fd_(fd < 0 ? -1 : fd) {}
  Fd(Fd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Fd& operator=(Fd&& other) noexcept {
    if (this != &other) Reset(std::exchange(other.fd_, -1));
    return *this;
  }
  ~Fd() { Reset(-1); }

  // Invalid, with errno set, when the system has no descriptor left.
  static Fd Duplicate(int fd) { return Fd(fcntl(fd, F_DUPFD_CLOEXEC, 3)); }

  int get() const { return fd_; }
  bool valid() const { return fd_ >= 0; }

 private:
  void Reset(int fd) {
    if (fd_ >= 0) close(fd_);
    fd_ = fd;
  }
  int fd_ = -1;
};

}  // namespace ebpf
