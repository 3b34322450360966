#include "js_memory.h"

#include <cerrno>

#include "error.h"

namespace ebpf {

Napi::Value JsMemory::Make(Napi::Env env, size_t bytes) {
  Release();
  napi_value buffer;
  void* data;
  if (napi_create_arraybuffer(env, bytes, &data, &buffer) != napi_ok) throw NativeError(env, ENOMEM, "");
  reference_ = Napi::Persistent(Napi::Object(env, buffer));
  data_ = static_cast<uint8_t*>(data);
  size_ = bytes;
  return Napi::Value(env, buffer);
}

void JsMemory::Release() {
  reference_.Reset();
  data_ = nullptr;
  size_ = 0;
}

}  // namespace ebpf
