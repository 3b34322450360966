#pragma once
// Records which link of this process attached last to a place that holds one program and can be overwritten by anyone:
// a tc filter, a socket's filter, XDP over netlink. If two links attached the same program, or if the kernel does not
// report which program is attached, the claim decides whether the attachment still belongs to a link. Claims are shared
// by all environments of the process, including workers.

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
