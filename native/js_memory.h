#pragma once
// Memory of JavaScript's own that C++ writes to, again and again: nothing is made for each record.
//
// Code that gets hold of the buffer can move its memory elsewhere (`transfer`), where it is freed. What a user's codec
// can reach is therefore taken from Now() in each call, and data() is for buffers that never leave our TypeScript.

#include <napi.h>

#include <cstddef>
#include <cstdint>

#include "arguments.h"

namespace ebpf {

// An ArrayBuffer of zeros, and where its memory is. The engine throws when there is no memory, where
// napi_create_arraybuffer would end the process.
Napi::ArrayBuffer NewArrayBuffer(Napi::Env env, size_t bytes);

class JsMemory {
 public:
  // An ArrayBuffer in place of the one before. Throws Napi::Error when there is no memory.
  Napi::Value Make(Napi::Env env, size_t bytes);
  // Lets go of it; to be called while the environment is alive.
  void Release();

  // nullptr before Make.
  uint8_t* data() const { return data_; }
  size_t size() const { return size_; }
  // Without bytes before Make, and when the memory was moved. Good for as long as no JavaScript runs.
  Span Now() const;

 private:
  Napi::ObjectReference reference_;
  uint8_t* data_ = nullptr;
  size_t size_ = 0;
};

}  // namespace ebpf
