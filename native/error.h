#pragma once
// Errors cross to JavaScript bare: errno and libbpf's own words. TypeScript makes classes and remedies of them.

#include <napi.h>

#include <string>

namespace ebpf {

// `error` is positive. Has the properties `errno` and `log`, by which TypeScript tells it from other errors.
Napi::Error NativeError(Napi::Env env, int error, const std::string& log);

// For a handle that names nothing: a defect of our own TypeScript, which closes handles before it forgets them.
Napi::Error BadHandle(Napi::Env env);

// In a catch block: the positive errno of an exception that is none of JavaScript's. ENOMEM for memory that there is
// not, and for lengths that no container takes.
int CaughtErrno();

}  // namespace ebpf
