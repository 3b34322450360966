#pragma once
// Loading an object: bytes and a list of edits go in, file descriptors and libbpf's words come out. It is split in
// three so that the middle part, which can take seconds, runs on a thread of the pool and touches no JavaScript:
// LoadRequest is read on the environment's thread, Load runs anywhere, its outcome is handed out on the
// environment's thread again.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "arguments.h"
#include "fd.h"
#include "map_fields.h"
#include "object.h"

namespace ebpf {

struct MapEdit : MapFields {
  std::string name;
  std::optional<bool> autocreate;
  std::optional<std::string> pin_path;
  std::optional<std::vector<uint8_t>> contents;
  std::shared_ptr<class Map> reuse;
  // Of the prototype of the maps inside a map of maps.
  std::shared_ptr<MapEdit> inner;
};

struct ProgramEdit {
  std::string name;
  std::optional<bool> autoload;
  std::optional<bpf_prog_type> type;
  std::optional<bpf_attach_type> attach_type;
  std::optional<uint32_t> flags;
  std::optional<std::string> attach_target;
  std::shared_ptr<class Program> attach_program;
};

struct LoadRequest {
  LoadRequest(const Options& options, const State& state);

  std::vector<uint8_t> bytes;
  std::string name;
  std::optional<std::string> pin_root, btf_path, kconfig, token_path;
  uint32_t log_level;
  // Every map and program of the object that is asked for, edited or not.
  std::vector<MapEdit> maps;
  std::vector<ProgramEdit> programs;
};

struct LoadedMap {
  std::string name;
  std::unique_ptr<class Map> map;
};

struct LoadedProgram {
  std::string name;
  Fd fd;
  bpf_program* program;
};

struct LoadOutcome {
  int error = 0;  // positive
  // The map or program that the failed step was about; empty when it was about the whole object.
  std::string subject;
  // The address range of an arena is taken by something of this process.
  bool arena_in_use = false;
  std::string log;
  std::shared_ptr<Object> object;
  // Those that exist.
  std::vector<LoadedMap> maps;
  std::vector<LoadedProgram> programs;
  // Bytes from the start of the arena to the object's variables in it.
  size_t arena_variables_at = 0;
};

LoadOutcome Load(const LoadRequest& request);

}  // namespace ebpf
