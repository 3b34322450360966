#pragma once
// XDP over netlink, as before Linux 5.9. It has no bpf_link and outlives the process. The destructor of the Link
// detaches it, at the latest when the environment ends. A killed process leaves it attached.

#include <napi.h>

#include "claim.h"
#include "fd.h"
#include "link.h"

namespace ebpf {

struct State;

class XdpLink : public CallDetachedLink {
 public:
  XdpLink(int ifindex, uint32_t flags, Fd program);
  ~XdpLink() override { Detach(); }
  int Update(int program, int expected) override;
  int Detach() override;

 private:
  int ifindex_;
  uint32_t flags_;
  // The kernel compares it with what is attached. Invalid when detached.
  Fd program_;
  Claim claim_;
};

void RegisterLinkNet(Napi::Env env, Napi::Object exports, State* state);

}  // namespace ebpf
