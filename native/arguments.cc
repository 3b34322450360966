#include "arguments.h"

#include <cerrno>
#include <cmath>
#include <cstring>

#include "error.h"

namespace ebpf {

namespace {

// Numbers above are not exact.
constexpr double kExact = 9007199254740991;

bool InRange(double value, double least, double most) {
  return value >= least && value <= most && std::trunc(value) == value;
}

// The highest value of an enum without a type of its own whose highest constant is `last`.
constexpr int64_t HighestOf(int64_t last) {
  int64_t highest = 1;
  while (highest < last) highest = 2 * highest + 1;
  return highest;
}

}  // namespace

void Argument::Refuse(const char* expected) const {
  Napi::Error error = NativeError(env_, EINVAL, "");
  error.Set("message", std::string(name_) + ": expected " + expected);
  throw error;
}

bool Argument::absent() const {
  napi_valuetype type;
  return napi_typeof(env_, value_, &type) != napi_ok || type == napi_undefined || type == napi_null;
}

int64_t Argument::Integer(int64_t least, int64_t most, const char* expected) const {
  napi_valuetype type;
  if (napi_typeof(env_, value_, &type) != napi_ok) Refuse(expected);
  int64_t integer = 0;
  if (type == napi_bigint) {
    bool lossless = false;
    if (napi_get_value_bigint_int64(env_, value_, &integer, &lossless) != napi_ok || !lossless) Refuse(expected);
  } else {
    double number;
    if (napi_get_value_double(env_, value_, &number) != napi_ok || !InRange(number, -kExact, kExact)) Refuse(expected);
    integer = static_cast<int64_t>(number);
  }
  if (integer < least || integer > most) Refuse(expected);
  return integer;
}

void Argument::Read(uint32_t* result) const { *result = static_cast<uint32_t>(Integer(0, UINT32_MAX, "u32")); }

void Argument::Read(int32_t* result) const { *result = static_cast<int32_t>(Integer(INT32_MIN, INT32_MAX, "i32")); }

void Argument::Read(uint64_t* result) const {
  napi_valuetype type;
  if (napi_typeof(env_, value_, &type) != napi_ok) Refuse("u64");
  if (type != napi_bigint) {
    *result = static_cast<uint64_t>(Integer(0, INT64_MAX, "u64"));
    return;
  }
  bool lossless = false;
  if (napi_get_value_bigint_uint64(env_, value_, result, &lossless) != napi_ok || !lossless) Refuse("u64");
}

void Argument::Read(bpf_prog_type* result) const {
  *result = static_cast<bpf_prog_type>(Integer(0, HighestOf(__MAX_BPF_PROG_TYPE), "a type of program"));
}

void Argument::Read(bpf_map_type* result) const {
  *result = static_cast<bpf_map_type>(Integer(0, HighestOf(__MAX_BPF_MAP_TYPE), "a type of map"));
}

void Argument::Read(bpf_attach_type* result) const {
  *result = static_cast<bpf_attach_type>(Integer(0, HighestOf(__MAX_BPF_ATTACH_TYPE), "a type of attachment"));
}

void Argument::Read(bpf_cgroup_iter_order* result) const {
  *result = static_cast<bpf_cgroup_iter_order>(Integer(0, HighestOf(BPF_CGROUP_ITER_CHILDREN), "an order"));
}

void Argument::Read(bool* result) const {
  if (napi_get_value_bool(env_, value_, result) != napi_ok) Refuse("a boolean");
}

void Argument::Read(Descriptor* result) const {
  result->value = static_cast<int>(Integer(0, INT32_MAX, "a descriptor"));
}

void Argument::Read(OrAll* result) const {
  result->value = static_cast<int>(Integer(-1, INT32_MAX, "an integer from -1 to 2147483647"));
}

void Argument::Read(std::string* result) const {
  Napi::Value value(env_, value_);
  if (!value.IsString()) Refuse("text");
  *result = value.As<Napi::String>().Utf8Value();
  if (result->find('\0') != std::string::npos) Refuse("text without NUL");
}

void Argument::Read(std::vector<std::string>* result) const {
  auto array = As<Napi::Array>();
  uint32_t length = array.Length();
  for (uint32_t i = 0; i < length; i++) result->push_back(Argument(env_, array.Get(i), name_).As<std::string>());
}

Span Argument::TypedArray(napi_typedarray_type wanted, const char* expected) const {
  bool is = false, detached = false;
  napi_typedarray_type type;
  size_t length;
  void* data;
  napi_value buffer;
  if (napi_is_typedarray(env_, value_, &is) != napi_ok || !is ||
      napi_get_typedarray_info(env_, value_, &type, &length, &data, &buffer, nullptr) != napi_ok || type != wanted)
    Refuse(expected);
  // Shared memory cannot be detached, and napi_is_detached_arraybuffer does not accept it.
  if (napi_is_detached_arraybuffer(env_, buffer, &detached) == napi_ok && detached)
    Refuse("a buffer that is not detached");
  return {static_cast<uint8_t*>(data), length};
}

void Argument::Read(Span* result) const { *result = TypedArray(napi_uint8_array, "a Uint8Array"); }

void Argument::Read(std::vector<uint8_t>* result) const {
  Span span = As<Span>();
  result->assign(span.data, span.data + span.size);
}

void Argument::Read(std::vector<uint64_t>* result) const {
  Span span = TypedArray(napi_biguint64_array, "a BigUint64Array");
  result->resize(span.size);
  if (span.size > 0) memcpy(result->data(), span.data, span.size * sizeof(uint64_t));
}

void Argument::Read(std::vector<int32_t>* result) const {
  auto array = As<Napi::Array>();
  uint32_t length = array.Length();
  for (uint32_t i = 0; i < length; i++) result->push_back(Argument(env_, array.Get(i), name_).As<int32_t>());
}

void Argument::Read(Napi::Function* result) const {
  Napi::Value value(env_, value_);
  if (!value.IsFunction()) Refuse("a function");
  *result = value.As<Napi::Function>();
}

void Argument::Read(Napi::Array* result) const {
  Napi::Value value(env_, value_);
  if (!value.IsArray()) Refuse("an array");
  *result = value.As<Napi::Array>();
}

void Argument::Read(Napi::Object* result) const {
  Napi::Value value(env_, value_);
  if (!value.IsObject()) Refuse("an object");
  *result = value.As<Napi::Object>();
}

void Argument::Read(Napi::Int32Array* result) const {
  TypedArray(napi_int32_array, "an Int32Array");
  *result = Napi::Value(env_, value_).As<Napi::Int32Array>();
}

bool IsProgramType(uint32_t number) { return number <= HighestOf(__MAX_BPF_PROG_TYPE); }

bool ReadText(napi_env env, napi_value value, char* buffer, size_t size) {
  size_t length;
  return napi_get_value_string_utf8(env, value, buffer, size, &length) == napi_ok && length == strlen(buffer);
}

bool ReadSpan(napi_env env, napi_value value, Span* result) {
  napi_typedarray_type type;
  void* data;
  if (napi_get_typedarray_info(env, value, &type, &result->size, &data, nullptr, nullptr) != napi_ok) return false;
  result->data = static_cast<uint8_t*>(data);
  return type == napi_uint8_array;
}

bool ReadExact(napi_env env, napi_value value, int32_t* result) {
  double number;
  if (napi_get_value_double(env, value, &number) != napi_ok || !(number >= INT32_MIN && number <= INT32_MAX))
    return false;
  *result = static_cast<int32_t>(number);
  return *result == number;
}

bool ReadExact(napi_env env, napi_value value, uint32_t* result) {
  double number;
  if (napi_get_value_double(env, value, &number) != napi_ok || !(number >= 0 && number <= UINT32_MAX)) return false;
  *result = static_cast<uint32_t>(number);
  return *result == number;
}

bool ReadExact(napi_env env, napi_value value, uint64_t* result) {
  double number;
  if (napi_get_value_double(env, value, &number) != napi_ok || !(number >= 0 && number <= kExact)) return false;
  *result = static_cast<uint64_t>(number);
  return static_cast<double>(*result) == number;
}

bool ReadExact(napi_env env, napi_value value, bool* result) {
  return napi_get_value_bool(env, value, result) == napi_ok;
}

}  // namespace ebpf
