#pragma once
// Loads an object. The input is the object's bytes and a list of edits; the output is file descriptors and libbpf's
// log. Loading has three parts, because the second can take seconds and runs on a thread of the pool without
// JavaScript: the environment's thread reads a LoadRequest, Load runs on any thread, and the environment's thread
// returns the result.

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
  // The name of the only program that may use the map.
  std::optional<std::string> exclusive_program;
  std::optional<std::vector<uint8_t>> contents;
  std::shared_ptr<class Map> replace_with;
  // The inner map of a map of maps.
  std::shared_ptr<MapEdit> inner;
};

struct ProgramEdit {
  std::string name;
  std::optional<bool> autoload;
  std::optional<bpf_prog_type> type;
  std::optional<bpf_attach_type> attach_type;
  std::optional<uint32_t> flags, log_level;
  std::optional<std::string> attach_to;
  std::shared_ptr<class Program> attach_program;
};

struct LoadRequest {
  LoadRequest(const Options& options, const State& state);

  std::vector<uint8_t> bytes;
  std::string name;
  std::optional<std::string> pin_root, btf_path, kconfig, token_path;
  uint32_t log_level;
  // That of the bytes, for maps and programs which a generated loader lists.
  std::optional<uint32_t> checksum;
  // All requested maps and programs of the object, edited or not.
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
  // The map or program of the failed step. Empty if the step concerned the whole object.
  std::string subject;
  // The address range of an arena is in use in this process.
  bool arena_in_use = false;
  // The bytes have another checksum.
  bool other_object = false;
  std::string log;
  std::shared_ptr<Object> object;
  // Those that exist.
  std::vector<LoadedMap> maps;
  std::vector<LoadedProgram> programs;
  // Offset of the object's variables in the arena, in bytes.
  size_t arena_variables_at = 0;
};

LoadOutcome Load(const LoadRequest& request);

}  // namespace ebpf
