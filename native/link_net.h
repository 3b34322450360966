#pragma once
// Attachments to network devices that are made over netlink: XDP as before Linux 5.9, and tc's clsact. They have no
// bpf_link, and stay when the process ends: they are undone when their Link is dropped, at the latest with the
// environment. A process that is killed leaves them behind.

#include <napi.h>

#include <memory>

#include "fd.h"
#include "link.h"

namespace ebpf {

struct State;

class XdpLink : public Link {
 public:
  XdpLink(int ifindex, uint32_t flags, Fd program) : ifindex_(ifindex), flags_(flags), program_(std::move(program)) {}
  ~XdpLink() override { Detach(); }
  int Update(int program, int expected) override;
  int Detach() override;

 private:
  int ifindex_;
  uint32_t flags_;
  // Whoever attached another program meanwhile keeps it: the kernel compares. Invalid when detached.
  Fd program_;
};

// The clsact qdisc of a device, shared by the filters that this process hangs in it. The last of them removes it,
// unless it was there before or someone else uses it.
class Qdisc {
 public:
  Qdisc(int ifindex, bool ours) : ifindex_(ifindex), ours_(ours) {}
  ~Qdisc();
  Qdisc(const Qdisc&) = delete;
  Qdisc& operator=(const Qdisc&) = delete;

 private:
  int ifindex_;
  bool ours_;
};

class FilterLink : public Link {
 public:
  FilterLink(std::shared_ptr<Qdisc> qdisc, int ifindex, bpf_tc_attach_point point, uint32_t handle, uint32_t priority)
      : qdisc_(std::move(qdisc)), ifindex_(ifindex), point_(point), handle_(handle), priority_(priority) {}
  ~FilterLink() override { Detach(); }
  int Update(int program, int expected) override;
  int Detach() override;

 private:
  // Null when detached.
  std::shared_ptr<Qdisc> qdisc_;
  int ifindex_;
  bpf_tc_attach_point point_;
  uint32_t handle_, priority_;
};

void RegisterLinkNet(Napi::Env env, Napi::Object exports, State* state);

}  // namespace ebpf
