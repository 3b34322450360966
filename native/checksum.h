#pragma once
// The checksum of an object that a generated loader describes (lib/memory/checksum.ts): FNV-1a of 32-bit words.

#include <endian.h>

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace ebpf {

inline uint32_t Checksum(const uint8_t* bytes, size_t size) {
  uint32_t sum = 0x811c9dc5;
  size_t at = 0;
  for (; at + 4 <= size; at += 4) {
    uint32_t word;
    memcpy(&word, bytes + at, sizeof word);
    sum = (sum ^ le32toh(word)) * 0x01000193;
  }
  for (; at < size; at++) sum = (sum ^ bytes[at]) * 0x01000193;
  return sum;
}

}  // namespace ebpf
