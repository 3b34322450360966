#pragma once
// Attachments by BPF_PROG_ATTACH (sockmaps before Linux 6.10) and by socket option.

#include <napi.h>

#include "fd.h"
#include "link.h"

namespace ebpf {

struct State;

// Ends with the target, or with this. Keeps the target alive, which for a map is what the caller wants of a link.
class AttachedProgram : public Link {
 public:
  AttachedProgram(Fd target, Fd program, bpf_attach_type type)
      : target_(std::move(target)), program_(std::move(program)), type_(type) {}
  ~AttachedProgram() override { Detach(); }
  int Update(int program, int expected) override;
  int Detach() override;

 private:
  Fd target_, program_;
  bpf_attach_type type_;
};

// Does not keep the socket open, since closing it has a meaning on the network. A descriptor number can come to mean
// another socket; the kernel's cookie tells.
class SocketLink : public Link {
 public:
  SocketLink(int socket, uint64_t cookie, bool reuseport) : socket_(socket), cookie_(cookie), reuseport_(reuseport) {}
  ~SocketLink() override { Detach(); }
  int Update(int program, int expected) override;
  int Detach() override;

 private:
  bool IsSame() const;
  int socket_;
  uint64_t cookie_;
  bool reuseport_;
};

void RegisterLinkSocket(Napi::Env env, Napi::Object exports, State* state);

}  // namespace ebpf
