#pragma once
// A link: an attachment that ends when this is dropped. It shares the object of its program, since libbpf reads it
// while detaching USDT and struct_ops.

#include <bpf/libbpf.h>
#include <napi.h>

#include <memory>

#include "object.h"

namespace ebpf {

class Link {
 public:
  Link(bpf_link* link, std::shared_ptr<Object> object) : link_(link), object_(std::move(object)) {}
  ~Link() { bpf_link__destroy(link_); }
  Link(const Link&) = delete;
  Link& operator=(const Link&) = delete;

  bpf_link* get() const { return link_; }
  int fd() const { return bpf_link__fd(link_); }

 private:
  bpf_link* link_;
  std::shared_ptr<Object> object_;
};

void RegisterLink(Napi::Env env, Napi::Object exports, State* state);

}  // namespace ebpf
