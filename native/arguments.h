#pragma once
// Converts arguments from JavaScript to C++ values. TypeScript checks them before, with better messages; these checks
// are the last ones. A value that does not fit is not converted: numbers are not truncated, text does not end early at
// a NUL, and a typed array must have the element type that is read. Other values throw EINVAL with the argument's name.

#include <linux/bpf.h>
#include <napi.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace ebpf {

// A descriptor of this process: 0 or more.
struct Descriptor {
  int value;
  operator int() const { return value; }
};

// A process or a CPU. -1 means all of them.
struct OrAll {
  int value;
  operator int() const { return value; }
};

// A number of bytes or of elements.
template <uint64_t kMost>
struct UpTo {
  size_t value;
  operator size_t() const { return value; }
};

// The memory of a Uint8Array. The pointer is valid until JavaScript runs again.
struct Span {
  uint8_t* data = nullptr;
  size_t size = 0;
};

// One argument, or one property of an object of options.
class Argument {
 public:
  Argument(Napi::Env env, napi_value value, const char* name) : env_(env), value_(value), name_(name) {}
  // Absent arguments are undefined.
  Argument(const Napi::CallbackInfo& info, size_t index, const char* name) : Argument(info.Env(), info[index], name) {}

  // Undefined or null.
  bool absent() const;

  template <typename T>
  T As() const {
    T result;
    Read(&result);
    return result;
  }

  [[noreturn]] void Refuse(const char* expected) const;

 private:
  // Integers come as a number or a bigint.
  void Read(uint32_t* result) const;
  void Read(int32_t* result) const;
  void Read(uint64_t* result) const;
  // A number within the range of a C enum. Conversion of other numbers is undefined behaviour in C++.
  void Read(bpf_prog_type* result) const;
  void Read(bpf_map_type* result) const;
  void Read(bpf_attach_type* result) const;
  void Read(bpf_cgroup_iter_order* result) const;
  void Read(bool* result) const;
  void Read(Descriptor* result) const;
  void Read(OrAll* result) const;
  template <uint64_t kMost>
  void Read(UpTo<kMost>* result) const {
    result->value = static_cast<size_t>(Integer(0, static_cast<int64_t>(kMost), "a size within bounds"));
  }
  // Text without NUL, for C.
  void Read(std::string* result) const;
  void Read(std::vector<std::string>* result) const;
  // Of a Uint8Array whose buffer is not detached.
  void Read(Span* result) const;
  void Read(std::vector<uint8_t>* result) const;
  // Of a BigUint64Array.
  void Read(std::vector<uint64_t>* result) const;
  void Read(std::vector<int32_t>* result) const;
  void Read(Napi::Function* result) const;
  void Read(Napi::Array* result) const;
  void Read(Napi::Object* result) const;
  void Read(Napi::Int32Array* result) const;

  int64_t Integer(int64_t least, int64_t most, const char* expected) const;
  Span TypedArray(napi_typedarray_type type, const char* expected) const;

  Napi::Env env_;
  napi_value value_;
  const char* name_;
};

template <typename T>
T Get(const Napi::CallbackInfo& info, size_t index, const char* name) {
  return Argument(info, index, name).As<T>();
}

// Whether the conversion to bpf_prog_type is defined.
bool IsProgramType(uint32_t number);

// For functions without the C++ wrapper. Return false for values of another type or range.
bool ReadExact(napi_env env, napi_value value, int32_t* result);
bool ReadExact(napi_env env, napi_value value, uint32_t* result);
// Up to 2^53, in a number.
bool ReadExact(napi_env env, napi_value value, uint64_t* result);
bool ReadExact(napi_env env, napi_value value, bool* result);
// Text without NUL. The buffer receives as much as fits, followed by a NUL.
bool ReadText(napi_env env, napi_value value, char* buffer, size_t size);
// The bytes of a Uint8Array. A detached one has no bytes.
bool ReadSpan(napi_env env, napi_value value, Span* result);

// A plain object of options. Absent and undefined properties are skipped.
class Options {
 public:
  Options(Napi::Env env, napi_value value, const char* name) : object_(Argument(env, value, name).As<Napi::Object>()) {}
  Options(const Napi::CallbackInfo& info, size_t index) : Options(info.Env(), info[index], "options") {}

  template <typename T>
  std::optional<T> Maybe(const char* name) const {
    Argument argument(object_.Env(), object_.Get(name), name);
    if (argument.absent()) return std::nullopt;
    return argument.As<T>();
  }

  template <typename T>
  T Get(const char* name, T fallback = T()) const {
    return Maybe<T>(name).value_or(fallback);
  }

  // A nested object, if present.
  std::optional<Options> Inner(const char* name) const {
    auto inner = Maybe<Napi::Object>(name);
    if (!inner) return std::nullopt;
    return Options(object_.Env(), *inner, name);
  }

  // Calls a function with each element of an array.
  template <typename Visit>
  void ForEach(const char* name, Visit visit) const {
    auto array = Maybe<Napi::Array>(name);
    uint32_t length = array ? array->Length() : 0;
    for (uint32_t i = 0; i < length; i++) visit(array->Get(i));
  }

 private:
  Napi::Object object_;
};

}  // namespace ebpf
