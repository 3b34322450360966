#pragma once
// A file descriptor with one owner. Descriptors of libbpf are duplicated, because libbpf closes its own.

#include <fcntl.h>
#include <unistd.h>

#include <utility>

namespace ebpf {

class Fd {
 public:
  Fd() = default;
  // libbpf returns a negative errno if there is no descriptor.
  explicit Fd(int fd) : fd_(fd < 0 ? -1 : fd) {}
  Fd(Fd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Fd& operator=(Fd&& other) noexcept {
    if (this != &other) Reset(std::exchange(other.fd_, -1));
    return *this;
  }
  ~Fd() { Reset(-1); }

  // Invalid with errno set if no descriptor is available.
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
