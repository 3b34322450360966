#pragma once
// A link: an attachment that ends when this is dropped.
//
// The kernel knows several ways to attach, and only the newer ones have an object of their own, a bpf_link, that ends
// with its file descriptor. The older ones are undone by an opposite call, which the class of each makes. All share
// the object of their program where libbpf reads it while detaching (USDT and struct_ops).

#include <bpf/libbpf.h>
#include <napi.h>

#include <memory>
#include <vector>

#include "fd.h"
#include "object.h"

namespace ebpf {

struct State;

class Link {
 public:
  Link() = default;
  virtual ~Link() = default;
  Link(const Link&) = delete;
  Link& operator=(const Link&) = delete;

  // Of the kernel's bpf_link; -1 for an attachment that has none.
  virtual int fd() const { return -1; }
  // Puts another program in place, without a gap. `expected` is the program that must stand there now, or -1.
  // Answers 0 or a negative errno, EOPNOTSUPP where the kernel knows no such thing.
  virtual int Update(int program, int expected);
  // Detaches now, even if the link is pinned or open elsewhere.
  virtual int Detach() = 0;
};

// A bpf_link of the kernel.
class KernelLink : public Link {
 public:
  explicit KernelLink(Fd fd) : fd_(std::move(fd)) {}
  int fd() const override { return fd_.get(); }
  int Update(int program, int expected) override;
  int Detach() override;

 private:
  Fd fd_;
};

// A link that libbpf made and knows how to undo: old probes in tracefs, USDT, struct_ops. Not used for perf events:
// libbpf disables the event on the way out, which stops a pinned link too.
class LibbpfLink : public Link {
 public:
  LibbpfLink(bpf_link* link, std::shared_ptr<Object> object);
  ~LibbpfLink() override { bpf_link__destroy(link_); }
  int fd() const override { return fd_; }
  int Update(int program, int expected) override;
  int Detach() override;
  bpf_link* get() const { return link_; }

 private:
  bpf_link* link_;
  std::shared_ptr<Object> object_;
  // libbpf's idea of a descriptor may be that of a perf event, of a map, or nonsense (USDT): -1 for those.
  int fd_;
};

// Several attachments that the caller sees as one: a perf event on every CPU. Its program cannot be replaced: the kernel
// replaces that of no perf event, and an update that stops half-way would leave a mixture.
class LinkGroup : public Link {
 public:
  explicit LinkGroup(std::vector<std::shared_ptr<Link>> links) : links_(std::move(links)) {}
  int Detach() override;

 private:
  std::vector<std::shared_ptr<Link>> links_;
};

// Its handle, for JavaScript.
Napi::Value Give(const Napi::CallbackInfo& info, std::shared_ptr<Link> link);
// The link of a descriptor that a call has just answered; throws with errno when that is negative.
Napi::Value GiveDescriptor(const Napi::CallbackInfo& info, int fd);

void RegisterLink(Napi::Env env, Napi::Object exports, State* state);

}  // namespace ebpf
