#pragma once
// A JavaScript buffer that C++ writes to repeatedly, so that no object is created for each record.
//
// User code that has the buffer can move its memory (`transfer`), and the memory can be freed. Code must therefore call
// Now() in each call for buffers that user codecs can reach. data() is for buffers that do not leave this package.

#include <napi.h>

#include <cstddef>
#include <cstdint>

#include "arguments.h"

namespace ebpf {

// A zeroed ArrayBuffer and its memory. Throws if there is no memory; napi_create_arraybuffer would end the process.
Napi::ArrayBuffer NewArrayBuffer(Napi::Env env, size_t bytes);

class JsMemory {
 public:
  // Replaces the previous ArrayBuffer. Throws Napi::Error if there is no memory.
  Napi::Value Make(Napi::Env env, size_t bytes);
  // Releases the buffer. Must be called while the environment is alive.
  void Release();

  // nullptr before Make.
  uint8_t* data() const { return data_; }
  size_t size() const { return size_; }
  // Empty before Make, and after the memory was moved. The result is valid until JavaScript runs again.
  Span Now() const;

 private:
  Napi::ObjectReference reference_;
  uint8_t* data_ = nullptr;
  size_t size_ = 0;
};

}  // namespace ebpf
