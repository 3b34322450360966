#include "netlink.h"

#include <arpa/inet.h>
#include <linux/netlink.h>
#include <linux/pkt_cls.h>
#include <linux/pkt_sched.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "fd.h"

namespace ebpf {

namespace {

template <typename Visit>
void ForEachAttribute(const rtattr* attribute, int length, Visit visit) {
  for (; RTA_OK(attribute, length); attribute = RTA_NEXT(attribute, length)) visit(attribute);
}

void Read(const nlmsghdr* header, std::vector<Filter>& filters) {
  auto* message = static_cast<const tcmsg*>(NLMSG_DATA(header));
  Filter filter{TC_H_MAJ(message->tcm_info) >> 16, message->tcm_handle, 0, ""};
  auto* first = reinterpret_cast<const rtattr*>(reinterpret_cast<const char*>(message) + NLMSG_ALIGN(sizeof *message));
  ForEachAttribute(first, static_cast<int>(header->nlmsg_len - NLMSG_LENGTH(sizeof *message)), [&](const rtattr* outer) {
    if ((outer->rta_type & NLA_TYPE_MASK) != TCA_OPTIONS) return;
    auto* nested = static_cast<const rtattr*>(RTA_DATA(outer));
    ForEachAttribute(nested, static_cast<int>(RTA_PAYLOAD(outer)), [&](const rtattr* inner) {
      if (inner->rta_type == TCA_BPF_ID) memcpy(&filter.program_id, RTA_DATA(inner), sizeof filter.program_id);
      if (inner->rta_type == TCA_BPF_NAME) filter.name = static_cast<const char*>(RTA_DATA(inner));
    });
  });
  // The first message of a priority describes the chain, not a filter.
  if (filter.handle != 0) filters.push_back(std::move(filter));
}

}  // namespace

int DumpFilters(int ifindex, uint32_t parent, std::vector<Filter>& filters) {
  Fd netlink(socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE));
  if (!netlink.valid()) return -errno;
  struct {
    nlmsghdr header;
    tcmsg message;
  } request{};
  request.header.nlmsg_len = sizeof request;
  request.header.nlmsg_type = RTM_GETTFILTER;
  request.header.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
  request.message.tcm_family = AF_UNSPEC;
  request.message.tcm_ifindex = ifindex;
  request.message.tcm_parent = parent;
  if (send(netlink.get(), &request, sizeof request, 0) < 0) return -errno;

  alignas(nlmsghdr) char buffer[32768];
  for (;;) {
    ssize_t length = recv(netlink.get(), buffer, sizeof buffer, 0);
    if (length < 0 && errno == EINTR) continue;
    if (length < 0) return -errno;
    auto left = static_cast<unsigned int>(length);
    for (auto* header = reinterpret_cast<nlmsghdr*>(buffer); NLMSG_OK(header, left); header = NLMSG_NEXT(header, left)) {
      if (header->nlmsg_type == NLMSG_DONE) return 0;
      if (header->nlmsg_type == NLMSG_ERROR) return static_cast<nlmsgerr*>(NLMSG_DATA(header))->error;
      if (header->nlmsg_type == RTM_NEWTFILTER) Read(header, filters);
    }
  }
}

}  // namespace ebpf
