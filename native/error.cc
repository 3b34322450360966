#include "error.h"

#include <cerrno>
#include <cstring>
#include <new>
#include <stdexcept>
#include <system_error>

namespace ebpf {

Napi::Error NativeError(Napi::Env env, int error, const std::string& log) {
  Napi::Error value = Napi::Error::New(env, strerror(error));
  value.Set("errno", Napi::Number::New(env, error));
  value.Set("log", Napi::String::New(env, log));
  return value;
}

Napi::Error BadHandle(Napi::Env env) { return NativeError(env, EBADF, ""); }

int CaughtErrno() {
  try {
    throw;
  } catch (const std::system_error& error) {
    return error.code().value();
  } catch (const std::bad_alloc&) {
    return ENOMEM;
  } catch (const std::length_error&) {
    return ENOMEM;
  } catch (...) {
    return EINVAL;
  }
}

}  // namespace ebpf
