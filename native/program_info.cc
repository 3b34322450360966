// The kernel's information about a program: numbers in one object, and tables of raw records that TypeScript decodes.

#include <bpf/bpf.h>
#include <bpf/btf.h>

#include <cerrno>
#include <cstring>
#include <vector>

#include "arguments.h"
#include "error.h"
#include "program.h"
#include "state.h"

namespace ebpf {

namespace {

// The running kernel does not have the fields after `length`.
#define KNOWN(field) (offsetof(bpf_prog_info, field) + sizeof(raw.field) <= length)

Napi::Value Info(const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  bpf_prog_info raw{};
  uint32_t length = sizeof raw;
  if (bpf_prog_get_info_by_fd(ProgramArgument(info).fd(), &raw, &length) != 0) throw NativeError(env, errno, "");
  auto big = [&](uint64_t value) { return Napi::BigInt::New(env, value); };
  Napi::Object result = Napi::Object::New(env);
  result.Set("id", raw.id);
  result.Set("type", raw.type);
  result.Set("name", std::string(raw.name, strnlen(raw.name, sizeof raw.name)));
  result.Set("tag", Napi::Buffer<uint8_t>::Copy(env, raw.tag, sizeof raw.tag));
  result.Set("btfId", raw.btf_id);
  result.Set("createdByUid", raw.created_by_uid);
  result.Set("gplCompatible", static_cast<bool>(raw.gpl_compatible));
  result.Set("loadTime", big(raw.load_time));
  result.Set("ifindex", raw.ifindex);
  result.Set("jitedSize", raw.jited_prog_len);
  result.Set("translatedSize", raw.xlated_prog_len);
  result.Set("runTime", big(raw.run_time_ns));
  result.Set("runCount", big(raw.run_cnt));
  if (KNOWN(recursion_misses)) result.Set("recursionMisses", big(raw.recursion_misses));
  if (KNOWN(verified_insns)) result.Set("verifiedInstructions", raw.verified_insns);
  if (KNOWN(attach_btf_id)) {
    result.Set("attachBtfObjectId", raw.attach_btf_obj_id);
    result.Set("attachBtfId", raw.attach_btf_id);
  }
  return result;
}

#undef KNOWN

// A table in bpf_prog_info: its pointer, its number of records and the size of a record.
struct Table {
  __u32 bpf_prog_info::* count;
  __u64 pointer_offset;
  __u32 record_size;
  __u32 bpf_prog_info::* record_size_field;
};

// In the order of `programTables` in lib/native/program.ts.
const Table tables[] = {
    {&bpf_prog_info::nr_map_ids, offsetof(bpf_prog_info, map_ids), 4, nullptr},
    {&bpf_prog_info::xlated_prog_len, offsetof(bpf_prog_info, xlated_prog_insns), 1, nullptr},
    {&bpf_prog_info::jited_prog_len, offsetof(bpf_prog_info, jited_prog_insns), 1, nullptr},
    {&bpf_prog_info::nr_func_info, offsetof(bpf_prog_info, func_info), 0, &bpf_prog_info::func_info_rec_size},
    {&bpf_prog_info::nr_line_info, offsetof(bpf_prog_info, line_info), 0, &bpf_prog_info::line_info_rec_size},
    {&bpf_prog_info::nr_jited_ksyms, offsetof(bpf_prog_info, jited_ksyms), 8, nullptr},
    {&bpf_prog_info::nr_jited_func_lens, offsetof(bpf_prog_info, jited_func_lens), 4, nullptr},
    {&bpf_prog_info::nr_jited_line_info, offsetof(bpf_prog_info, jited_line_info), 0,
     &bpf_prog_info::jited_line_info_rec_size},
};

// The bytes of one table. Null if this process may not read it.
Napi::Value TableBytes(const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  int fd = ProgramArgument(info).fd();
  uint32_t index = Get<uint32_t>(info, 1, "table");
  if (index >= sizeof tables / sizeof *tables) throw NativeError(env, EINVAL, "");
  const Table& table = tables[index];

  bpf_prog_info raw{};
  uint32_t length = sizeof raw;
  if (bpf_prog_get_info_by_fd(fd, &raw, &length) != 0) throw NativeError(env, errno, "");
  uint32_t count = raw.*table.count;
  uint32_t record_size = table.record_size_field ? raw.*table.record_size_field : table.record_size;
  std::vector<uint8_t> bytes(static_cast<size_t>(count) * record_size);

  // The other tables are not requested.
  raw = {};
  raw.*table.count = count;
  if (table.record_size_field) raw.*table.record_size_field = record_size;
  uint64_t pointer = reinterpret_cast<uintptr_t>(bytes.data());
  memcpy(reinterpret_cast<char*>(&raw) + table.pointer_offset, &pointer, sizeof pointer);
  length = sizeof raw;
  if (count > 0) {
    if (bpf_prog_get_info_by_fd(fd, &raw, &length) != 0) throw NativeError(env, errno, "");
    // The kernel clears the pointer if the records contain addresses that this process may not see.
    memcpy(&pointer, reinterpret_cast<char*>(&raw) + table.pointer_offset, sizeof pointer);
    if (pointer == 0) return env.Null();
  }
  Napi::Object result = Napi::Object::New(env);
  result.Set("recordSize", record_size);
  result.Set("bytes", Napi::Buffer<uint8_t>::Copy(env, bytes.data(), bytes.size()));
  return result;
}

}  // namespace

void RegisterProgramInfo(Napi::Env env, Napi::Object exports, State* state) {
  Export<Info>(env, exports, state, "programInfo");
  Export<TableBytes>(env, exports, state, "programTable");
}

}  // namespace ebpf
