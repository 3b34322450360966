#pragma once
// Filters of tc's clsact qdisc. They have no bpf_link and outlive the process. The destructor of the Link removes them,
// at the latest when the environment ends. A killed process leaves them attached.

#include <bpf/libbpf.h>
#include <napi.h>

#include <memory>

#include "claim.h"
#include "fd.h"
#include "link.h"

namespace ebpf {

struct State;

// The clsact qdisc of a device, shared by all filters of this environment on the device. The last filter removes it,
// unless it existed before or contains other filters.
class Qdisc {
 public:
  explicit Qdisc(int ifindex) : ifindex_(ifindex) {}
  ~Qdisc() { Remove(); }
  Qdisc(const Qdisc&) = delete;
  Qdisc& operator=(const Qdisc&) = delete;

  // Creates the qdisc unless the device has one. Called for each filter, because anyone can delete the qdisc. Returns 0
  // or a negative errno.
  int Create();
  // A filter disappeared, perhaps with its qdisc: the current qdisc can belong to another process.
  void Disown() { ours_ = false; }
  // Removes the qdisc if Create made it and no filter is left. Returns 0 or a negative errno.
  int Remove();

 private:
  int ifindex_;
  bool ours_ = false;
};

class FilterLink : public CallDetachedLink {
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
  // Returns 0 if the filter has the program of this link, -ESTALE if it has another, and -ENOLINK if it is gone.
  int Check() const;
  // Returns 0, -ESTALE if another program has taken the place, or why the filter is still attached.
  int RemoveFilter();
  bool is_attached_ = true;
  // Null when the filter and, after the last filter, the qdisc are removed.
  std::shared_ptr<Qdisc> qdisc_;
  Place place_;
  // Kept open so that its ID is not reused.
  Fd program_;
  uint32_t program_id_;
  Claim claim_;
};

void RegisterLinkTc(Napi::Env env, Napi::Object exports, State* state);

}  // namespace ebpf
