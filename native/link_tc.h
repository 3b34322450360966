#pragma once
// Filters of tc's clsact. They have no bpf_link, and stay when the process ends: they are undone when their Link is
// dropped, at the latest with the environment. A process that is killed leaves them behind.

#include <bpf/libbpf.h>
#include <napi.h>

#include <memory>

#include "claim.h"
#include "fd.h"
#include "link.h"

namespace ebpf {

struct State;

// The clsact qdisc of a device, shared by the filters that this environment has in it. The last of them removes it,
// unless it was there before or holds other filters.
class Qdisc {
 public:
  explicit Qdisc(int ifindex) : ifindex_(ifindex) {}
  ~Qdisc();
  Qdisc(const Qdisc&) = delete;
  Qdisc& operator=(const Qdisc&) = delete;

  // Makes the qdisc unless the device has one. Asked for each filter, since anyone can delete it. Answers 0 or a
  // negative errno.
  int Create();
  // A filter has vanished, and the qdisc with it perhaps: what is there now may be another's.
  void Disown() { ours_ = false; }

 private:
  int ifindex_;
  bool ours_ = false;
};

class FilterLink : public Link {
 public:
  struct Place {
    int ifindex;
    bpf_tc_attach_point point;
    uint32_t handle, priority;
  };
  FilterLink(std::shared_ptr<Qdisc> qdisc, const Place& place, Fd program, uint32_t program_id);
  ~FilterLink() override { Detach(); }
  int Update(int program, int expected) override;
  int Detach() override;

 private:
  // 0 when the filter has the program of this link; -ESTALE when it has another, -ENOLINK when it is gone.
  int Check() const;
  // Null when detached.
  std::shared_ptr<Qdisc> qdisc_;
  Place place_;
  // Open, so that no other program gets its ID.
  Fd program_;
  uint32_t program_id_;
  Claim claim_;
};

void RegisterLinkTc(Napi::Env env, Napi::Object exports, State* state);

}  // namespace ebpf
