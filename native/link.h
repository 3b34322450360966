#pragma once
// A link: an attachment that is detached by the destructor.
//
// Only newer kinds of attachment have a kernel object (bpf_link) that detaches when its last descriptor is closed.
// Older kinds are detached by a second call, which their class makes. A link shares ownership of its program's object
// if libbpf reads the object while detaching (USDT and struct_ops).

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

  // The descriptor of the bpf_link. -1 for an attachment without bpf_link.
  virtual int fd() const { return -1; }
  // Replaces the program without a gap. `expected` is the program that must be attached now, or -1.
  // Returns 0 or a negative errno. EOPNOTSUPP if the kernel cannot replace programs of this kind.
  virtual int Update(int program, int expected);
  // Detaches now, even if the link is pinned or open elsewhere. After a failure, the link can detach once more.
  virtual int Detach() = 0;
  // Ends the attachment as far as a call is needed for it; the destructor closes descriptors. Returns 0, or a negative
  // errno if the program stays attached. The link can be closed once more then.
  virtual int Close() { return 0; }

 protected:
  // Whether a removal failed. It did not if there is nothing to remove: the attachment or its target is gone, or the
  // place belongs to another program (ESTALE).
  static bool Failed(int status);
};

// An attachment without bpf_link, which stays until a call removes it.
class CallDetachedLink : public Link {
 public:
  int Close() override {
    int status = Detach();
    return Failed(status) ? status : 0;
  }
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

// A link that libbpf created and detaches: probes in tracefs, USDT, struct_ops. Not used for perf events, because
// libbpf disables the event on close, which also stops a pinned link.
class LibbpfLink : public Link {
 public:
  LibbpfLink(bpf_link* link, std::shared_ptr<Object> object);
  ~LibbpfLink() override { LibbpfLink::Destroy(); }
  int fd() const override { return fd_; }
  int Update(int program, int expected) override;
  int Detach() override;
  int Close() override;
  bpf_link* get() const { return link_; }

 protected:
  // Frees libbpf's link. Returns 0 or a negative errno.
  virtual int Destroy();

 private:
  bpf_link* link_;
  std::shared_ptr<Object> object_;
  // -1 if libbpf's descriptor is not that of a bpf_link: it can be a perf event, a map, or invalid (USDT).
  int fd_;
};

// Several attachments as one link: a perf event on every CPU. Its program cannot be replaced, because the kernel does
// not replace programs of perf events.
class LinkGroup : public Link {
 public:
  explicit LinkGroup(std::vector<std::shared_ptr<Link>> links) : links_(std::move(links)) {}
  int Detach() override;

 private:
  std::vector<std::shared_ptr<Link>> links_;
};

// Stores a link and returns its handle.
Napi::Value Give(const Napi::CallbackInfo& info, std::shared_ptr<Link> link);
// The link of a descriptor that a call returned. Throws with errno if the descriptor is negative.
Napi::Value GiveDescriptor(const Napi::CallbackInfo& info, int fd);

void RegisterLink(Napi::Env env, Napi::Object exports, State* state);

}  // namespace ebpf
