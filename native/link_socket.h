#pragma once
// Attachments by BPF_PROG_ATTACH (sockmaps before Linux 6.10) and by socket option.

#include <napi.h>

#include <string>

#include "claim.h"
#include "fd.h"
#include "link.h"

namespace ebpf {

struct State;

// Detached with the target or by the destructor. Keeps the target (a map) alive.
class AttachedProgram : public CallDetachedLink {
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

// Does not keep the socket open, because closing a socket is visible on the network. The socket's cookie detects that a
// descriptor number was reused. The kernel does not report which BPF program a socket has: a BPF filter that another
// process attached in its place is not detected. A filter of this process, or a classic one, is.
class SocketLink : public CallDetachedLink {
 public:
  SocketLink(std::string place, int socket, uint64_t cookie, bool reuseport);
  ~SocketLink() override { Detach(); }
  int Update(int program, int expected) override;
  int Detach() override;

 private:
  // Returns 0, -ENOLINK if the socket or its filter is gone, -ESTALE if another filter replaced this one, or the error
  // of a system call.
  int Check() const;
  int CheckGroup() const;
  int socket_;
  uint64_t cookie_;
  bool reuseport_;
  Claim claim_;
};

void RegisterLinkSocket(Napi::Env env, Napi::Object exports, State* state);

}  // namespace ebpf
