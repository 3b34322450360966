#include "reservation.h"

#include <sys/mman.h>
#include <sys/stat.h>

#include <cerrno>
#include <cinttypes>
#include <cstdio>
#include <memory>

#ifndef MAP_FIXED_NOREPLACE
#define MAP_FIXED_NOREPLACE 0x100000
#endif

namespace ebpf {

int Reservation::Take(uint64_t address, size_t size) {
  file_ = Fd(memfd_create("ebpf-reserved", MFD_CLOEXEC));
  if (!file_.valid()) return errno;
  void* wanted = reinterpret_cast<void*>(address);
  void* got = mmap(wanted, size, PROT_NONE, MAP_SHARED | MAP_NORESERVE | MAP_FIXED_NOREPLACE, file_.get(), 0);
  if (got == MAP_FAILED) return errno;
  if (got != wanted) {
    // A kernel before 4.17 treats the address as a hint.
    munmap(got, size);
    return EEXIST;
  }
  address_ = address;
  size_ = size;
  return 0;
}

void Reservation::GiveBack() {
  // Before Linux 6.12, a failed mapping can remove the mapping that it should replace, and another thread can then get
  // the range.
  if (size_ > 0 && IsThere()) munmap(reinterpret_cast<void*>(address_), size_);
  size_ = 0;
}

bool Reservation::IsThere() const {
  struct stat file;
  std::unique_ptr<FILE, decltype(&fclose)> maps(fopen("/proc/self/maps", "re"), fclose);
  if (!maps || fstat(file_.get(), &file) != 0) return false;
  char line[512];
  while (fgets(line, sizeof line, maps.get())) {
    uint64_t start, end, inode;
    if (sscanf(line, "%" SCNx64 "-%" SCNx64 " %*s %*s %*s %" SCNu64, &start, &end, &inode) == 3 && start == address_ &&
        end == address_ + size_)
      return inode == file.st_ino;
  }
  return false;
}

}  // namespace ebpf
