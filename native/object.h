#pragma once
// A loaded object file. After loading, it is kept for its programs and links: attaching by SEC name, USDT and
// struct_ops read its tables. Programs and links share ownership, and the last one frees it. libbpf does not lock
// objects, so the object is used only on the environment's thread after loading.

#include <bpf/libbpf.h>
#include <napi.h>

#include "rules.h"

namespace ebpf {

struct State;

class Object {
 public:
  explicit Object(bpf_object* object) : object_(object) {}
  ~Object() { bpf_object__close(object_); }
  Object(const Object&) = delete;
  Object& operator=(const Object&) = delete;

  bpf_object* get() const {
    alive_.Check("a loaded object is used after it was freed");
    thread_.Check("a loaded object is used on a thread that does not own it");
    return object_;
  }
  // The thread of the pool that loaded the object passes it to the environment's thread.
  void TakeOver() { thread_.TakeOver(); }

 private:
  bpf_object* object_;
  OwnThread thread_;
  Alive alive_;
};

void RegisterObject(Napi::Env env, Napi::Object exports, State* state);

}  // namespace ebpf
