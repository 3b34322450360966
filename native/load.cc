#include "load.h"

#include <bpf/bpf.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <string_view>
#include <system_error>
#include <unordered_map>
#include <vector>

#include "arguments.h"
#include "checksum.h"
#include "feature_probes.h"
#include "log.h"
#include "map.h"
#include "program.h"
#include "reservation.h"
#include "signals.h"
#include "state.h"

namespace ebpf {

namespace {

// The resource of a handle, shared until the load ends.
template <typename Table>
auto Named(const Table& table, int32_t handle) {
  auto named = table.Share(handle);
  if (!named) throw std::system_error(EBADF, std::generic_category());
  return named;
}

MapEdit ReadMapEdit(const Options& options, const State& state) {
  MapEdit edit;
  static_cast<MapFields&>(edit) = ReadMapFields(options);
  edit.name = options.Get<std::string>("name");
  edit.autocreate = options.Maybe<bool>("autocreate");
  edit.pin_path = options.Maybe<std::string>("pinPath");
  edit.exclusive_program = options.Maybe<std::string>("exclusiveProgram");
  edit.contents = options.Maybe<std::vector<uint8_t>>("contents");
  if (auto map = options.Maybe<int32_t>("replaceWith")) edit.replace_with = Named(state.maps, *map);
  if (auto inner = options.Inner("inner")) edit.inner = std::make_shared<MapEdit>(ReadMapEdit(*inner, state));
  return edit;
}

ProgramEdit ReadProgramEdit(const Options& program, const State& state) {
  ProgramEdit edit;
  edit.name = program.Get<std::string>("name");
  edit.autoload = program.Maybe<bool>("autoload");
  edit.type = program.Maybe<bpf_prog_type>("type");
  edit.attach_type = program.Maybe<bpf_attach_type>("attachType");
  edit.flags = program.Maybe<uint32_t>("flags");
  edit.log_level = program.Maybe<uint32_t>("logLevel");
  edit.attach_to = program.Maybe<std::string>("attachTo");
  if (auto target = program.Maybe<int32_t>("attachProgram")) edit.attach_program = Named(state.programs, *target);
  return edit;
}

}  // namespace

LoadRequest::LoadRequest(const Options& options, const State& state) {
  // Copied, because the caller can change or transfer its buffer during the load.
  bytes = options.Maybe<std::vector<uint8_t>>("bytes").value_or(std::vector<uint8_t>());
  name = options.Get<std::string>("name");
  pin_root = options.Maybe<std::string>("pinRoot");
  btf_path = options.Maybe<std::string>("btfPath");
  kconfig = options.Maybe<std::string>("kconfig");
  token_path = options.Maybe<std::string>("tokenPath");
  log_level = options.Get<uint32_t>("logLevel");
  checksum = options.Maybe<uint32_t>("checksum");
  // A string is the name of a map or program without edits.
  options.ForEach("maps", [&](Napi::Value map) {
    if (map.IsString())
      maps.emplace_back().name = Argument(map.Env(), map, "map").As<std::string>();
    else
      maps.push_back(ReadMapEdit(Options(map.Env(), map, "map"), state));
  });
  options.ForEach("programs", [&](Napi::Value program) {
    if (program.IsString())
      programs.emplace_back().name = Argument(program.Env(), program, "program").As<std::string>();
    else
      programs.push_back(ReadProgramEdit(Options(program.Env(), program, "program"), state));
  });
}

namespace {

// A failed step, as a positive errno.
int Check(int status) { return status < 0 ? -status : 0; }

int Apply(bpf_map* map, const MapEdit& edit) {
  int error = 0;
  // The first failure ends the load, so that its errno is kept.
  auto step = [&](int status) { return (error = Check(status)) == 0; };
  if (edit.autocreate && !step(bpf_map__set_autocreate(map, *edit.autocreate))) return error;
  if (edit.replace_with && !step(bpf_map__reuse_fd(map, edit.replace_with->fd()))) return error;
  if (edit.pin_path && !step(bpf_map__set_pin_path(map, edit.pin_path->empty() ? nullptr : edit.pin_path->c_str())))
    return error;
  if (edit.type && !step(bpf_map__set_type(map, *edit.type))) return error;
  if (edit.key_size && !step(bpf_map__set_key_size(map, *edit.key_size))) return error;
  if (edit.value_size && !step(bpf_map__set_value_size(map, *edit.value_size))) return error;
  if (edit.max_entries && !step(bpf_map__set_max_entries(map, *edit.max_entries))) return error;
  if (edit.flags && !step(bpf_map__set_map_flags(map, *edit.flags))) return error;
  if (edit.numa_node && !step(bpf_map__set_numa_node(map, *edit.numa_node))) return error;
  if (edit.ifindex && !step(bpf_map__set_ifindex(map, *edit.ifindex))) return error;
  if (edit.map_extra && !step(bpf_map__set_map_extra(map, *edit.map_extra))) return error;
  if (edit.inner) {
    bpf_map* inner = bpf_map__inner_map(map);
    if ((error = inner ? Apply(inner, *edit.inner) : EINVAL)) return error;
  }
  if (edit.contents && !step(bpf_map__set_initial_value(map, edit.contents->data(), edit.contents->size())))
    return error;
  return error;
}

int Apply(bpf_program* program, const ProgramEdit& edit) {
  int error = 0;
  auto step = [&](int status) { return (error = Check(status)) == 0; };
  if (edit.autoload && !step(bpf_program__set_autoload(program, *edit.autoload))) return error;
  if (edit.type && !step(bpf_program__set_type(program, *edit.type))) return error;
  if (edit.attach_type && !step(bpf_program__set_expected_attach_type(program, *edit.attach_type))) return error;
  if (edit.flags && !step(bpf_program__set_flags(program, *edit.flags))) return error;
  if (edit.log_level && !step(bpf_program__set_log_level(program, *edit.log_level))) return error;
  if (edit.attach_to || edit.attach_program) {
    int target = edit.attach_program ? edit.attach_program->fd() : 0;
    const char* name = edit.attach_to ? edit.attach_to->c_str() : nullptr;
    if (!step(bpf_program__set_attach_target(program, target, name))) return error;
  }
  return error;
}

// The arena of an object; most have none, and none has two.
struct Arena {
  bpf_map* map = nullptr;
  // libbpf's memory for the arena before loading: the initial values of its variables, or nothing.
  void* image = nullptr;

  explicit Arena(const std::vector<bpf_map*>& maps) {
    for (bpf_map* each : maps)
      if (bpf_map__type(each) == BPF_MAP_TYPE_ARENA) map = each;
    image = Memory();
  }

  void* Memory() const {
    size_t size;
    return map ? bpf_map__initial_value(map, &size) : nullptr;
  }
  // libbpf does not map a reused arena, and keeps the memory of its initial values.
  bool IsMapped() const { return Memory() && Memory() != image; }
};

// Reserves the address range of an arena, because libbpf maps the arena over any existing mapping.
int ReserveArena(const bpf_map* map, Reservation& reserved) {
  uint64_t address = bpf_map__map_extra(map);
  size_t size = static_cast<size_t>(sysconf(_SC_PAGESIZE)) * bpf_map__max_entries(map);
  // The kernel refuses to create an arena of another size.
  if (address == 0 || size == 0 || size > size_t{1} << 32) return 0;
  // A map that is already pinned is opened, not mapped.
  const char* pin = bpf_map__pin_path(map);
  if (pin && access(pin, F_OK) == 0) return 0;
  return reserved.Take(address, size);
}

// Loads the object and finds the offset of its variables in the arena. The offset depends on the kernel, and libbpf
// reports it only to skeletons.
int LoadObject(bpf_object* object, Arena& arena, size_t& variables_at) {
  WithoutProfiler undisturbed;
  if (!arena.image) return bpf_object__load(object);
  void* variables = nullptr;
  bpf_map_skeleton map{};
  map.name = bpf_map__name(arena.map);
  map.map = &arena.map;
  map.mmaped = &variables;
  bpf_object_skeleton skeleton{};
  skeleton.sz = sizeof(skeleton);
  skeleton.name = bpf_object__name(object);
  skeleton.obj = &object;
  skeleton.map_cnt = 1;
  skeleton.map_skel_sz = sizeof(map);
  skeleton.maps = &map;
  int status = bpf_object__load_skeleton(&skeleton);
  if (status == 0) variables_at = static_cast<char*>(variables) - static_cast<char*>(arena.Memory());
  return status;
}

Fd DuplicateOrThrow(int fd) {
  Fd own = Fd::Duplicate(fd);
  if (!own.valid()) throw std::system_error(errno, std::generic_category());
  return own;
}

// The programs of the edits, in their order; nullptr for one that the object does not have. libbpf would search its list
// for each name.
std::vector<bpf_program*> ProgramsOf(bpf_object* object, const std::vector<ProgramEdit>& edits) {
  std::unordered_map<std::string_view, bpf_program*> by_name;
  for (bpf_program* program = nullptr; (program = bpf_object__next_program(object, program));)
    by_name.emplace(bpf_program__name(program), program);
  std::vector<bpf_program*> programs;
  for (const ProgramEdit& edit : edits) {
    auto found = by_name.find(edit.name);
    programs.push_back(found == by_name.end() ? nullptr : found->second);
  }
  return programs;
}

// The existing maps and programs by name. `subject` is that of the step that throws.
void Collect(const LoadRequest& request, const std::vector<bpf_map*>& maps, const std::vector<bpf_program*>& programs,
             const Arena& arena, LoadOutcome& outcome) {
  for (size_t i = 0; i < maps.size(); i++) {
    bpf_map* map = maps[i];
    // For a map that was not created, libbpf has a placeholder descriptor.
    int fd = bpf_map__autocreate(map) ? bpf_map__fd(map) : -1;
    if (fd < 0) continue;
    outcome.subject = request.maps[i].name;
    auto own = std::make_unique<Map>(DuplicateOrThrow(fd));
    if (bpf_map__type(map) == BPF_MAP_TYPE_STRUCT_OPS) own->SetStructOps(map, outcome.object);
    if (map == arena.map && arena.IsMapped()) own->LendMemory(arena.Memory(), outcome.object);
    outcome.maps.push_back({outcome.subject, std::move(own)});
  }
  for (size_t i = 0; i < programs.size(); i++) {
    int fd = programs[i] ? bpf_program__fd(programs[i]) : -1;
    if (fd < 0) continue;
    outcome.subject = request.programs[i].name;
    outcome.programs.push_back({outcome.subject, DuplicateOrThrow(fd), programs[i]});
  }
  outcome.subject.clear();
}

void LoadInto(const LoadRequest& request, LoadOutcome& outcome) {
  if (request.checksum && *request.checksum != Checksum(request.bytes.data(), request.bytes.size())) {
    outcome.error = EBADMSG;
    outcome.other_object = true;
    return;
  }
  LIBBPF_OPTS(bpf_object_open_opts, opts);
  opts.object_name = request.name.empty() ? nullptr : request.name.c_str();
  opts.pin_root_path = request.pin_root ? request.pin_root->c_str() : nullptr;
  opts.btf_custom_path = request.btf_path ? request.btf_path->c_str() : nullptr;
  opts.kconfig = request.kconfig ? request.kconfig->c_str() : nullptr;
  opts.bpf_token_path = request.token_path ? request.token_path->c_str() : nullptr;
  opts.kernel_log_level = request.log_level;
  bpf_object* object = bpf_object__open_mem(request.bytes.data(), request.bytes.size(), &opts);
  if (!object) {
    outcome.error = errno;
    return;
  }
  outcome.object = std::make_shared<Object>(object);

  // Names are read before any edit: a map that is replaced by a live one gets the live map's name in libbpf.
  std::vector<bpf_map*> maps;
  for (const MapEdit& edit : request.maps) maps.push_back(bpf_object__find_map_by_name(object, edit.name.c_str()));
  for (size_t i = 0; i < maps.size(); i++) {
    if ((outcome.error = maps[i] ? Apply(maps[i], request.maps[i]) : ENOENT)) {
      outcome.subject = request.maps[i].name;
      return;
    }
  }
  for (size_t i = 0; i < maps.size(); i++) {
    const auto& name = request.maps[i].exclusive_program;
    if (!name) continue;
    bpf_program* program = bpf_object__find_program_by_name(object, name->c_str());
    if ((outcome.error = program ? Check(bpf_map__set_exclusive_program(maps[i], program)) : ENOENT)) {
      outcome.subject = request.maps[i].name;
      return;
    }
  }
  std::vector<bpf_program*> programs = ProgramsOf(object, request.programs);
  for (size_t i = 0; i < programs.size(); i++) {
    if ((outcome.error = programs[i] ? Apply(programs[i], request.programs[i]) : ENOENT)) {
      outcome.subject = request.programs[i].name;
      return;
    }
  }
  Arena arena(maps);
  Reservation reserved;
  for (size_t i = 0; i < maps.size(); i++) {
    if (maps[i] != arena.map || !bpf_map__autocreate(arena.map) || request.maps[i].replace_with) continue;
    if ((outcome.error = ReserveArena(arena.map, reserved))) {
      outcome.subject = request.maps[i].name;
      outcome.arena_in_use = outcome.error == EEXIST;
      return;
    }
  }
  ebpf_take_probe_failure();
  ebpf_expect_trial(true);
  outcome.error = Check(LoadObject(object, arena, outcome.arena_variables_at));
  ebpf_expect_trial(false);
  // libbpf's mapping, which replaced the reservation, is removed with the object.
  if (arena.IsMapped()) reserved.HandOver();
  // If a probe failed for lack of resources, libbpf has loaded the object without a feature, or has failed. Missing
  // privileges must not fail the load: libbpf then correctly loads without the feature.
  if (int unsure = ebpf_take_probe_failure(); unsure != 0 && unsure != EPERM) outcome.error = unsure;
  if (outcome.error != 0) return;
  try {
    Collect(request, maps, programs, arena, outcome);
  } catch (const std::system_error& error) {
    outcome.error = error.code().value();
  }
}

}  // namespace

LoadOutcome Load(const LoadRequest& request) {
  bool verbose =
      request.log_level > 0 || std::any_of(request.programs.begin(), request.programs.end(),
                                           [](const ProgramEdit& edit) { return edit.log_level.value_or(0) > 0; });
  LoadOutcome outcome;
  LogScope log(verbose);
  try {
    LoadInto(request, outcome);
  } catch (...) {
    outcome.error = CaughtErrno();
  }
  outcome.log = log.Take();
  return outcome;
}

}  // namespace ebpf
