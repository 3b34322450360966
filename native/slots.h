#pragma once
// Handles: integers by which JavaScript refers to native resources.
//
// A native resource must outlive every call that uses it, must not be used after it is freed, and must be freed when
// the environment ends, even if JavaScript does not close it. A pointer wrapped in a JavaScript object guarantees none
// of these: the garbage collector frees wrappers in any order, and JavaScript can pass any object as receiver. Each
// environment therefore has tables of its resources, and JavaScript holds small integers:
//
//   bits 0..16 slot · 17..26 generation of the slot · 27..30 kind of resource
//
// A stale handle has an old generation, a handle of another kind has other bits, and an invented handle refers to an
// empty slot. All of them give nullptr. The tables are freed with the environment.

#include <cstdint>
#include <memory>
#include <vector>

#include "rules.h"

namespace ebpf {

enum class Kind : uint32_t { kObject = 1, kMap, kProgram, kLink, kDescriptor, kRing, kUserRing, kPerf };

template <typename T, Kind kind>
class Slots {
 public:
  // Returns -1 when the table is full.
  int32_t Add(std::shared_ptr<T> value) {
    CheckThread();
    uint32_t index;
    if (!free_.empty()) {
      index = free_.back();
      free_.pop_back();
    } else if (slots_.size() <= kIndexMask) {
      index = static_cast<uint32_t>(slots_.size());
      slots_.push_back({nullptr, 0});
    } else {
      return -1;
    }
    slots_[index].value = std::move(value);
    return static_cast<int32_t>(static_cast<uint32_t>(kind) << 27 | slots_[index].generation << 17 | index);
  }

  T* Get(int32_t handle) const {
    CheckThread();
    const Slot* slot = Find(handle);
    if (slot) borrowed_.Note(handle);
    return slot ? slot->value.get() : nullptr;
  }

  std::shared_ptr<T> Share(int32_t handle) const {
    CheckThread();
    const Slot* slot = Find(handle);
    return slot ? slot->value : nullptr;
  }

  std::shared_ptr<T> Remove(int32_t handle) {
    CheckThread();
    Slot* slot = const_cast<Slot*>(Find(handle));
    if (!slot) return nullptr;
    borrowed_.CheckClose(handle);
    slot->generation = (slot->generation + 1) & kGenerationMask;
    free_.push_back(static_cast<uint32_t>(handle) & kIndexMask);
    return std::move(slot->value);
  }

 private:
  static constexpr uint32_t kIndexMask = (1u << 17) - 1;
  static constexpr uint32_t kGenerationMask = (1u << 10) - 1;
  struct Slot {
    std::shared_ptr<T> value;
    uint32_t generation;
  };

  const Slot* Find(int32_t handle) const {
    uint32_t bits = static_cast<uint32_t>(handle);
    uint32_t index = bits & kIndexMask;
    if (bits >> 27 != static_cast<uint32_t>(kind) || index >= slots_.size()) return nullptr;
    const Slot& slot = slots_[index];
    return slot.value && slot.generation == (bits >> 17 & kGenerationMask) ? &slot : nullptr;
  }

  void CheckThread() const { thread_.Check("a handle is used on a thread that does not own it"); }

  std::vector<Slot> slots_;
  std::vector<uint32_t> free_;
  OwnThread thread_;
  mutable Borrowed borrowed_;
};

}  // namespace ebpf
