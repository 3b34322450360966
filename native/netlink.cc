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

const rtattr* FirstAttribute(const tcmsg* message) {
  return reinterpret_cast<const rtattr*>(reinterpret_cast<const char*>(message) + NLMSG_ALIGN(sizeof *message));
}

int AttributesLength(const nlmsghdr* header) {
  return static_cast<int>(header->nlmsg_len - NLMSG_LENGTH(sizeof(tcmsg)));
}

void Read(const nlmsghdr* header, std::vector<Filter>& filters) {
  auto* message = static_cast<const tcmsg*>(NLMSG_DATA(header));
  Filter filter{TC_H_MAJ(message->tcm_info) >> 16, message->tcm_handle, 0, ""};
  ForEachAttribute(FirstAttribute(message), AttributesLength(header), [&](const rtattr* outer) {
    if ((outer->rta_type & NLA_TYPE_MASK) != TCA_OPTIONS) return;
    auto* nested = static_cast<const rtattr*>(RTA_DATA(outer));
    ForEachAttribute(nested, static_cast<int>(RTA_PAYLOAD(outer)), [&](const rtattr* inner) {
      if (inner->rta_type == TCA_BPF_ID) memcpy(&filter.program_id, RTA_DATA(inner), sizeof filter.program_id);
      if (inner->rta_type == TCA_BPF_NAME) filter.name = static_cast<const char*>(RTA_DATA(inner));
    });
  });
  // The first message of each priority describes the chain, not a filter.
  if (filter.handle != 0) filters.push_back(std::move(filter));
}

struct Request {
  nlmsghdr header;
  tcmsg message;
};

Request About(uint16_t type, uint16_t flags, int ifindex, uint32_t parent) {
  Request request{};
  request.header.nlmsg_len = sizeof request;
  request.header.nlmsg_type = type;
  request.header.nlmsg_flags = static_cast<uint16_t>(NLM_F_REQUEST | flags);
  request.header.nlmsg_seq = 1;
  request.message.tcm_family = AF_UNSPEC;
  request.message.tcm_ifindex = ifindex;
  request.message.tcm_parent = parent;
  return request;
}

// Calls `visit` with each message of the reply to a request for a list or an acknowledgement. Returns 0 or a negative
// errno. EINTR: the list changed during the request, and is neither the old nor the new one.
template <typename Visit>
int Ask(const Request& request, Visit visit) {
  Fd netlink(socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE));
  if (!netlink.valid()) return -errno;
  if (send(netlink.get(), &request, sizeof request, 0) < 0) return -errno;
  bool changed = false;
  alignas(nlmsghdr) char buffer[32768];
  for (;;) {
    ssize_t length = recv(netlink.get(), buffer, sizeof buffer, MSG_TRUNC);
    if (length < 0 && errno == EINTR) continue;
    if (length < 0) return -errno;
    if (length > static_cast<ssize_t>(sizeof buffer)) return -EMSGSIZE;
    auto left = static_cast<unsigned int>(length);
    for (auto* header = reinterpret_cast<nlmsghdr*>(buffer); NLMSG_OK(header, left);
         header = NLMSG_NEXT(header, left)) {
      // Other processes can send to the socket.
      if (header->nlmsg_seq != request.header.nlmsg_seq) continue;
      changed = changed || (header->nlmsg_flags & NLM_F_DUMP_INTR);
      if (header->nlmsg_type == NLMSG_ERROR) return static_cast<nlmsgerr*>(NLMSG_DATA(header))->error;
      if (header->nlmsg_type == NLMSG_DONE) {
        // From Linux 4.14 on, it contains the error that ended the list.
        int status = header->nlmsg_len >= NLMSG_LENGTH(sizeof(int)) ? *static_cast<int*>(NLMSG_DATA(header)) : 0;
        return status < 0 ? status : changed ? -EINTR : 0;
      }
      visit(header);
    }
  }
}

}  // namespace

int DumpFilters(int ifindex, uint32_t parent, std::vector<Filter>& filters) {
  int status = -EINTR;
  for (int tries = 0; status == -EINTR && tries < 10; tries++) {
    filters.clear();
    status = Ask(About(RTM_GETTFILTER, NLM_F_DUMP, ifindex, parent), [&](const nlmsghdr* header) {
      if (header->nlmsg_type == RTM_NEWTFILTER) Read(header, filters);
    });
  }
  return status;
}

int FindIngressQdisc(int ifindex, std::string& kind) {
  kind.clear();
  // Without NLM_F_ECHO, the kernel notifies listeners but not the sender.
  int status = Ask(About(RTM_GETQDISC, NLM_F_ACK | NLM_F_ECHO, ifindex, TC_H_CLSACT), [&](const nlmsghdr* header) {
    if (header->nlmsg_type != RTM_NEWQDISC) return;
    auto* message = static_cast<const tcmsg*>(NLMSG_DATA(header));
    ForEachAttribute(FirstAttribute(message), AttributesLength(header), [&](const rtattr* attribute) {
      if (attribute->rta_type == TCA_KIND) kind = static_cast<const char*>(RTA_DATA(attribute));
    });
  });
  return status == -ENOENT || status == -ENODEV ? 0 : status;
}

std::string IngressQdiscKind(int ifindex) {
  std::string kind;
  FindIngressQdisc(ifindex, kind);
  return kind;
}

}  // namespace ebpf
