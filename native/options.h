#pragma once
// Reads a plain JavaScript object as C++ values. TypeScript has validated it: what is absent is simply not asked for.

#include <napi.h>

#include <cstdint>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

namespace ebpf {

class Options {
 public:
  explicit Options(Napi::Value value) : object_(value.As<Napi::Object>()) {}

  template <typename T>
  std::optional<T> Maybe(const char* name) const {
    Napi::Value value = object_.Get(name);
    if (value.IsBigInt()) {
      bool lossless;
      return static_cast<T>(value.As<Napi::BigInt>().Uint64Value(&lossless));
    }
    if (value.IsBoolean()) return static_cast<T>(value.As<Napi::Boolean>().Value());
    if (!value.IsNumber()) return std::nullopt;
    return static_cast<T>(value.As<Napi::Number>().Int64Value());
  }

  template <typename T>
  T Number(const char* name, T fallback) const {
    return Maybe<T>(name).value_or(fallback);
  }

  std::optional<std::string> MaybeText(const char* name) const {
    Napi::Value value = object_.Get(name);
    if (!value.IsString()) return std::nullopt;
    return value.As<Napi::String>().Utf8Value();
  }

  std::string Text(const char* name, const char* fallback) const { return MaybeText(name).value_or(fallback); }

  std::optional<std::vector<uint8_t>> Bytes(const char* name) const {
    Napi::Value value = object_.Get(name);
    if (!value.IsTypedArray()) return std::nullopt;
    auto array = value.As<Napi::Uint8Array>();
    return std::vector<uint8_t>(array.Data(), array.Data() + array.ByteLength());
  }

  Napi::Value Get(const char* name) const { return object_.Get(name); }

  std::vector<std::string> Texts(const char* name) const {
    std::vector<std::string> texts;
    Napi::Value value = object_.Get(name);
    if (!value.IsArray()) return texts;
    auto array = value.As<Napi::Array>();
    texts.reserve(array.Length());
    for (uint32_t i = 0; i < array.Length(); i++) texts.push_back(array.Get(i).As<Napi::String>().Utf8Value());
    return texts;
  }

  // Of a BigUint64Array.
  std::vector<uint64_t> Words(const char* name) const {
    Napi::Value value = object_.Get(name);
    if (!value.IsTypedArray()) return {};
    auto array = value.As<Napi::BigUint64Array>();
    return std::vector<uint64_t>(array.Data(), array.Data() + array.ElementLength());
  }

  // Calls a function with each element of an array.
  template <typename Visit>
  void ForEach(const char* name, Visit visit) const {
    Napi::Value value = object_.Get(name);
    if (!value.IsArray()) return;
    auto array = value.As<Napi::Array>();
    uint32_t length = array.Length();
    for (uint32_t i = 0; i < length; i++) visit(array.Get(i));
  }

 private:
  Napi::Object object_;
};

}  // namespace ebpf
