#include "error.h"

#include <cerrno>
#include <cstring>

namespace ebpf {

Napi::Error NativeError(Napi::Env env, int error, const std::string& log) {
  Napi::Error value = Napi::Error::New(env, strerror(error));
  value.Set("errno", Napi::Number::New(env, error));
  value.Set("log", Napi::String::New(env, log));
  return value;
}

Napi::Error BadHandle(Napi::Env env) { return NativeError(env, EBADF, ""); }

}  // namespace ebpf
