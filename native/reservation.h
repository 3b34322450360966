#pragma once
// A reserved range of unused addresses, for a mapping that replaces the reservation.
//
// libbpf maps an arena with MAP_FIXED at the address in the object (map_extra), over any existing mapping. The range is
// therefore reserved first, which fails if a part is in use, and libbpf's mapping replaces the reservation.

#include <cstddef>
#include <cstdint>

#include "fd.h"

namespace ebpf {

class Reservation {
 public:
  Reservation() = default;
  // Unmaps the range, unless another mapping replaced it.
  ~Reservation() { GiveBack(); }
  Reservation(const Reservation&) = delete;
  Reservation& operator=(const Reservation&) = delete;

  // 0 or a positive errno: EEXIST when the process uses a part of the range.
  int Take(uint64_t address, size_t size);
  // The mapping that replaced the reservation has another owner.
  void HandOver() { size_ = 0; }

 private:
  void GiveBack();
  bool IsThere() const;

  // An empty file. Its inode identifies the reservation.
  Fd file_;
  uint64_t address_ = 0;
  size_t size_ = 0;
};

}  // namespace ebpf
