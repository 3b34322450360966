#pragma once
// Errors are passed to JavaScript as an errno and libbpf's log. TypeScript adds the class and the remedy.

#include <napi.h>

#include <string>

namespace ebpf {

// `error` is positive. TypeScript recognizes these errors by their properties `errno` and `log`.
Napi::Error NativeError(Napi::Env env, int error, const std::string& log);

// For an unknown handle. This is a defect in the TypeScript code of this package.
Napi::Error BadHandle(Napi::Env env);

// Called in a catch block. Returns the positive errno of a C++ exception: ENOMEM for failed allocations and for lengths
// beyond the limit of a container.
int CaughtErrno();

}  // namespace ebpf
