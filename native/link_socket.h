#pragma once
// Attachments by BPF_PROG_ATTACH (sockmaps before Linux 6.10) and by socket option.

#include <napi.h>

#include <string>

#include "claim.h"
#include "fd.h"
#include "link.h"

namespace ebpf {

struct State;

// Ends with the target, or with this. Keeps the target alive, which for a map is what the caller wants of a link.
class AttachedProgram : public Link {
 public:
  AttachedProgram(std::string place, Fd target, Fd program, bpf_attach_type type);
  ~AttachedProgram() override { Detach(); }
  int Update(int program, int expected) override;
  int Detach() override;

 private:
  Fd target_, program_;
  bpf_attach_type type_;
  Claim claim_;
};

// Does not keep the socket open, since closing it has a meaning on the network. A descriptor number can come to mean
// another socket; the kernel's cookie tells. Which BPF program a socket has the kernel does not tell: a filter that
// another process put in the place of ours is taken for ours, one of this process or a classic one is not.
class SocketLink : public Link {
 public:
  SocketLink(int socket, uint64_t cookie, bool reuseport);
  ~SocketLink() override { Detach(); }
  int Update(int program, int expected) override;
  int Detach() override;

 private:
  // 0, -ENOLINK when the socket or its filter is gone, -ESTALE when another filter took the place of this one.
  int Check() const;
  int socket_;
  uint64_t cookie_;
  bool reuseport_;
  Claim claim_;
};

void RegisterLinkSocket(Napi::Env env, Napi::Object exports, State* state);

}  // namespace ebpf
