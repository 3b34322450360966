#pragma once
// A range of addresses that nothing of the process has, kept free of others until a mapping takes its place.
//
// libbpf maps an arena with MAP_FIXED at the address that the object asks for (map_extra), over what the process has
// there. So the range is reserved first, which fails when any of it is taken, and libbpf's mapping replaces the
// reservation.

#include <cstddef>
#include <cstdint>

#include "fd.h"

namespace ebpf {

class Reservation {
 public:
  Reservation() = default;
  // Gives the range back, unless something else has taken its place.
  ~Reservation() { GiveBack(); }
  Reservation(const Reservation&) = delete;
  Reservation& operator=(const Reservation&) = delete;

  // 0 or a positive errno: EEXIST when the process uses a part of the range.
  int Take(uint64_t address, size_t size);
  // What has replaced the reservation has an owner of its own.
  void HandOver() { size_ = 0; }

 private:
  void GiveBack();
  bool IsThere() const;

  // Of no length. Its inode tells the reservation from a mapping of anybody else.
  Fd file_;
  uint64_t address_ = 0;
  size_t size_ = 0;
};

}  // namespace ebpf
