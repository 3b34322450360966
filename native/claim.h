#pragma once
// Which link of this process was the last to attach at a place that holds one program and that the kernel lets anyone
// overwrite: a tc filter, a socket's filter, XDP over netlink. Where two links attached one program after the other, or
// where the kernel cannot say which program is attached, this decides whether a link still has what it attached.
// Places belong to the process, not to an environment: workers share them.

#include <cstdint>
#include <string>

namespace ebpf {

class Claim {
 public:
  Claim() = default;
  // The claim of a link that has just attached at `place`; earlier claims of the place end.
  explicit Claim(std::string place);
  Claim(Claim&& other) noexcept { Swap(other); }
  Claim& operator=(Claim&& other) noexcept {
    Swap(other);
    return *this;
  }
  ~Claim();

  // False once another link of this process has attached at the place.
  bool Holds() const;
  const std::string& place() const { return place_; }

  // Whether any link of this process holds the place.
  static bool IsHeld(const std::string& place);

 private:
  void Swap(Claim& other) {
    place_.swap(other.place_);
    std::swap(number_, other.number_);
  }
  std::string place_;
  // 0 for no claim.
  uint64_t number_ = 0;
};

}  // namespace ebpf
