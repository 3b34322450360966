#pragma once
// Memory of JavaScript's own that C++ writes to, again and again: nothing is made for each record.

#include <napi.h>

#include <cstddef>
#include <cstdint>

namespace ebpf {

class JsMemory {
 public:
  // An ArrayBuffer in place of the one before. Throws Napi::Error when there is no memory.
  Napi::Value Make(Napi::Env env, size_t bytes);
  // Lets go of it; to be called while the environment is alive.
  void Release();

  // nullptr before Make.
  uint8_t* data() const { return data_; }
  size_t size() const { return size_; }

 private:
  Napi::ObjectReference reference_;
  uint8_t* data_ = nullptr;
  size_t size_ = 0;
};

}  // namespace ebpf
