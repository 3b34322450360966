#include "js_memory.h"

#include <cerrno>

#include "error.h"

namespace ebpf {

Napi::ArrayBuffer NewArrayBuffer(Napi::Env env, size_t bytes) {
  try {
    auto constructor = env.Global().Get("ArrayBuffer").As<Napi::Function>();
    Napi::Object buffer = constructor.New({Napi::Number::New(env, static_cast<double>(bytes))});
    if (buffer.IsArrayBuffer()) return buffer.As<Napi::ArrayBuffer>();
  } catch (const Napi::Error&) {
    // A RangeError.
  }
  throw NativeError(env, ENOMEM, "");
}

Napi::Value JsMemory::Make(Napi::Env env, size_t bytes) {
  Release();
  Napi::ArrayBuffer buffer = NewArrayBuffer(env, bytes);
  reference_ = Napi::Persistent(buffer.As<Napi::Object>());
  data_ = static_cast<uint8_t*>(buffer.Data());
  size_ = bytes;
  return buffer;
}

void JsMemory::Release() {
  reference_.Reset();
  data_ = nullptr;
  size_ = 0;
}

Span JsMemory::Now() const {
  if (reference_.IsEmpty()) return {};
  napi_env env = reference_.Env();
  napi_value buffer;
  void* data;
  size_t size;
  if (napi_get_reference_value(env, reference_, &buffer) != napi_ok || !buffer ||
      napi_get_arraybuffer_info(env, buffer, &data, &size) != napi_ok || data != data_ || size != size_)
    return {};
  return {static_cast<uint8_t*>(data), size};
}

}  // namespace ebpf
