#include "link.h"

#include <bpf/bpf.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <utility>

#include "arguments.h"
#include "error.h"
#include "fd_kind.h"
#include "log.h"
#include "program.h"
#include "state.h"

namespace ebpf {

namespace {

int UpdateKernelLink(int link, int program, int expected) {
  LIBBPF_OPTS(bpf_link_update_opts, opts);
  if (expected >= 0) {
    opts.flags = BPF_F_REPLACE;
    opts.old_prog_fd = expected;
  }
  return bpf_link_update(link, program, &opts);
}

Link& LinkArgument(const Napi::CallbackInfo& info) {
  Link* link = StateOf(info).links.Get(Get<int32_t>(info, 0, "handle"));
  if (!link) throw BadHandle(info.Env());
  return *link;
}

Napi::Value Status(const Napi::CallbackInfo& info, int status) { return Napi::Number::New(info.Env(), status); }

Napi::Value Close(const Napi::CallbackInfo& info) {
  auto& links = StateOf(info).links;
  int32_t handle = Get<int32_t>(info, 0, "handle");
  if (auto link = links.Share(handle)) {
    if (int status = link->Close()) return Status(info, status);
  }
  links.Remove(handle);
  return Status(info, 0);
}

Napi::Value FileDescriptor(const Napi::CallbackInfo& info) { return Status(info, LinkArgument(info).fd()); }

Napi::Value Update(const Napi::CallbackInfo& info) {
  int expected = info[2].IsNumber() ? ProgramArgument(info, 2).fd() : -1;
  return Status(info, LinkArgument(info).Update(ProgramArgument(info, 1).fd(), expected));
}

Napi::Value Detach(const Napi::CallbackInfo& info) { return Status(info, LinkArgument(info).Detach()); }

Napi::Value Pin(const Napi::CallbackInfo& info) {
  int fd = LinkArgument(info).fd();
  if (fd < 0) return Status(info, -EOPNOTSUPP);
  return Status(info, bpf_obj_pin(fd, Get<std::string>(info, 1, "path").c_str()));
}

Napi::Value FromPin(const Napi::CallbackInfo& info) {
  Fd fd(bpf_obj_get(Get<std::string>(info, 0, "path").c_str()));
  if (!fd.valid()) throw NativeError(info.Env(), errno, "");
  // A pin of a map or a program also opens.
  if (!IsLink(fd.get())) throw NativeError(info.Env(), EBADF, "");
  return Give(info, std::make_shared<KernelLink>(std::move(fd)));
}

Napi::Value FromId(const Napi::CallbackInfo& info) {
  return GiveDescriptor(info, bpf_link_get_fd_by_id(Get<uint32_t>(info, 0, "id")));
}

Napi::Value FromFd(const Napi::CallbackInfo& info) {
  Fd fd = Fd::Duplicate(Get<Descriptor>(info, 0, "fd"));
  if (!fd.valid()) throw NativeError(info.Env(), errno, "");
  if (!IsLink(fd.get())) throw NativeError(info.Env(), EBADF, "");
  return Give(info, std::make_shared<KernelLink>(std::move(fd)));
}

Napi::Value NextId(const Napi::CallbackInfo& info) {
  uint32_t next;
  int status = bpf_link_get_next_id(Get<uint32_t>(info, 0, "id"), &next);
  return Napi::Number::New(info.Env(), status < 0 ? status : static_cast<double>(next));
}

Napi::Value Group(const Napi::CallbackInfo& info) {
  std::vector<std::shared_ptr<Link>> links;
  for (int32_t handle : Get<std::vector<int32_t>>(info, 0, "links")) {
    auto link = StateOf(info).links.Remove(handle);
    if (!link) throw BadHandle(info.Env());
    links.push_back(std::move(link));
  }
  return Give(info, std::make_shared<LinkGroup>(std::move(links)));
}

}  // namespace

int Link::Update(int, int) { return -EOPNOTSUPP; }

bool Link::Failed(int status) {
  switch (status) {
    case 0:
    case -ESTALE:
    case -ENOLINK:
    case -ENOENT:
    case -ENODEV:
    case -ENXIO:
    case -ESRCH:
      return false;
    default:
      return true;
  }
}

int KernelLink::Update(int program, int expected) { return UpdateKernelLink(fd_.get(), program, expected); }

int KernelLink::Detach() { return bpf_link_detach(fd_.get()); }

LibbpfLink::LibbpfLink(bpf_link* link, std::shared_ptr<Object> object) : link_(link), object_(std::move(object)) {
  int fd = bpf_link__fd(link);
  fd_ = fd > 0 && IsLink(fd) ? fd : -1;
}

int LibbpfLink::Update(int program, int expected) {
  return fd_ < 0 ? -EOPNOTSUPP : UpdateKernelLink(fd_, program, expected);
}

int LibbpfLink::Detach() { return fd_ >= 0 ? bpf_link_detach(fd_) : Close(); }

int LibbpfLink::Close() {
  int status = Destroy();
  return Failed(status) ? status : 0;
}

int LibbpfLink::Destroy() {
  fd_ = -1;
  LogScope log;
  // libbpf frees the link whatever it returns. What is left to do after a failure is known to the classes below.
  bpf_link__destroy(std::exchange(link_, nullptr));
  return 0;
}

int LinkGroup::Detach() {
  int first = 0;
  for (auto& link : links_) {
    int status = link->Detach();
    if (!first) first = status;
  }
  return first;
}

Napi::Value Give(const Napi::CallbackInfo& info, std::shared_ptr<Link> link) {
  int32_t handle = StateOf(info).links.Add(std::move(link));
  if (handle < 0) throw NativeError(info.Env(), EMFILE, "");
  return Napi::Number::New(info.Env(), handle);
}

Napi::Value GiveDescriptor(const Napi::CallbackInfo& info, int fd) {
  if (fd < 0) throw NativeError(info.Env(), errno, "");
  return Give(info, std::make_shared<KernelLink>(Fd(fd)));
}

void RegisterLink(Napi::Env env, Napi::Object exports, State* state) {
  Export<Close>(env, exports, state, "linkClose");
  Export<FileDescriptor>(env, exports, state, "linkFd");
  Export<Update>(env, exports, state, "linkUpdate");
  Export<Detach>(env, exports, state, "linkDetach");
  Export<Pin>(env, exports, state, "linkPin");
  Export<FromPin>(env, exports, state, "linkFromPin");
  Export<FromId>(env, exports, state, "linkFromId");
  Export<FromFd>(env, exports, state, "linkFromFd");
  Export<NextId>(env, exports, state, "linkNextId");
  Export<Group>(env, exports, state, "linkGroup");
}

}  // namespace ebpf
