#pragma once
// Records who of this process took last a place that holds one thing and can be overwritten by anyone: a tc filter, a
// socket's filter, XDP over netlink, the perf events of a map. If two links attached the same program, or if the kernel
// does not report what is in the place, the claim decides whether it still belongs to a link. The one reader of a ring
// claims it too. Claims are shared by all environments of the process, including workers.

#include <cstdint>
#include <string>

namespace ebpf {

class Claim {
 public:
  Claim() = default;
  // The claim of who has just taken `place`; earlier claims of the place end.
  explicit Claim(std::string place);
  // The claim of a place that no one in this process holds. Throws std::system_error (EBUSY) if someone does.
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
