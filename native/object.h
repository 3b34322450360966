#pragma once
// A loaded object file. Once loaded it is kept only for what its programs and links still need of it: attaching by
// SEC name, USDT and struct_ops read its tables. Programs and links therefore share it, and the last one frees it.
// libbpf does not lock an object: all use after loading is on the environment's own thread.

#include <bpf/libbpf.h>
#include <napi.h>

namespace ebpf {

struct State;

class Object {
 public:
  explicit Object(bpf_object* object) : object_(object) {}
  ~Object() { bpf_object__close(object_); }
  Object(const Object&) = delete;
  Object& operator=(const Object&) = delete;

  bpf_object* get() const { return object_; }

 private:
  bpf_object* object_;
};

void RegisterObject(Napi::Env env, Napi::Object exports, State* state);

}  // namespace ebpf
