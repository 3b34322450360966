#include "claim.h"

#include <cerrno>
#include <mutex>
#include <system_error>
#include <unordered_map>

namespace ebpf {

namespace {

struct Register {
  std::mutex mutex;
  // The current claim of each place.
  std::unordered_map<std::string, uint64_t> holders;
  uint64_t last = 0;
};

// Never freed: links can outlive static destructors.
Register& Claims() {
  static Register* claims = new Register;
  return *claims;
}

}  // namespace

Claim::Claim(std::string place) : place_(std::move(place)) {
  Register& claims = Claims();
  std::lock_guard lock(claims.mutex);
  number_ = ++claims.last;
  claims.holders[place_] = number_;
}

Claim Claim::Sole(std::string place) {
  Register& claims = Claims();
  std::lock_guard lock(claims.mutex);
  Claim claim;
  if (!claims.holders.emplace(place, claims.last + 1).second)
    throw std::system_error(EBUSY, std::generic_category(), "the place is claimed");
  claim.place_ = std::move(place);
  claim.number_ = ++claims.last;
  return claim;
}

Claim::~Claim() {
  if (!number_) return;
  Register& claims = Claims();
  std::lock_guard lock(claims.mutex);
  auto found = claims.holders.find(place_);
  if (found != claims.holders.end() && found->second == number_) claims.holders.erase(found);
}

bool Claim::Holds() const {
  Register& claims = Claims();
  std::lock_guard lock(claims.mutex);
  auto found = claims.holders.find(place_);
  return number_ && found != claims.holders.end() && found->second == number_;
}

bool Claim::IsHeld(const std::string& place) {
  Register& claims = Claims();
  std::lock_guard lock(claims.mutex);
  return claims.holders.count(place) > 0;
}

}  // namespace ebpf
