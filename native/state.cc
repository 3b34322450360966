#include "state.h"

#include "link.h"
#include "link_tc.h"
#include "map.h"
#include "object.h"
#include "perf_buffer.h"
#include "poller.h"
#include "program.h"
#include "ring_buffer.h"
#include "user_ring_buffer.h"

namespace ebpf {

State::State() = default;
State::~State() = default;

}  // namespace ebpf
