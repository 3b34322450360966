#pragma once
// Records the last owner in this process of a place that has one occupant and that any process can overwrite: a tc
// filter, a socket's filter, XDP over netlink, the perf events of a map. If two links attached the same program, or if the
// kernel does not report the occupant, the claim decides whether the place still belongs to a link. The only reader of a
// ring claims the ring too. Claims are shared by all environments of the process, including workers.

#include <cstdint>
#include <string>

namespace ebpf {

class Claim {
 public:
  Claim() = default;
  // The claim of the newest owner of `place`; earlier claims of the place end.
  explicit Claim(std::string place);
  // The claim of a place without an owner in this process. Throws std::system_error (EBUSY) if it has one.
  static Claim Sole(std::string place);
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
