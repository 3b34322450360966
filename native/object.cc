#include "object.h"

#include <bpf/btf.h>

#include <cerrno>
#include <vector>

#include "arguments.h"
#include "error.h"
#include "load.h"
#include "log.h"
#include "map.h"
#include "program.h"
#include "state.h"

namespace ebpf {

namespace {

// A new array of pairs of name and handle. Removes the handles if something throws.
template <typename Table>
class Handles {
 public:
  Handles(Napi::Env env, Table& table, size_t count) : array_(Napi::Array::New(env, count)), table_(table) {
    given_.reserve(count);
  }
  ~Handles() {
    for (int32_t handle : given_) table_.Remove(handle);
  }
  template <typename T>
  void Add(const std::string& name, std::shared_ptr<T> value) {
    Napi::Array pair = Napi::Array::New(array_.Env(), 2);
    pair.Set(uint32_t{0}, name);
    int32_t handle = table_.Add(std::move(value));
    if (handle < 0) throw NativeError(array_.Env(), EMFILE, "");
    given_.push_back(handle);
    pair.Set(uint32_t{1}, handle);
    array_.Set(static_cast<uint32_t>(given_.size() - 1), pair);
  }
  Napi::Array Keep() {
    given_.clear();
    return array_;
  }

 private:
  Napi::Array array_;
  Table& table_;
  std::vector<int32_t> given_;
};

Napi::Value HandOut(Napi::Env env, State& state, LoadOutcome& outcome) {
  Napi::Object result = Napi::Object::New(env);
  result.Set("log", outcome.log);
  Handles maps(env, state.maps, outcome.maps.size());
  for (LoadedMap& loaded : outcome.maps) maps.Add(loaded.name, std::shared_ptr<Map>(std::move(loaded.map)));
  Handles programs(env, state.programs, outcome.programs.size());
  for (LoadedProgram& loaded : outcome.programs)
    programs.Add(loaded.name, std::make_shared<Program>(std::move(loaded.fd), loaded.program, outcome.object));
  outcome.object->TakeOver();
  int32_t object = state.objects.Add(outcome.object);
  if (object < 0) throw NativeError(env, EMFILE, "");
  result.Set("object", object);
  result.Set("maps", maps.Keep());
  result.Set("programs", programs.Keep());
  result.Set("arenaVariablesAt", static_cast<double>(outcome.arena_variables_at));
  return result;
}

Napi::Error Failure(Napi::Env env, const LoadOutcome& outcome) {
  Napi::Error error = NativeError(env, outcome.error, outcome.log);
  error.Set("subject", outcome.subject);
  if (outcome.arena_in_use) error.Set("step", "arena");
  if (outcome.other_object) error.Set("step", "checksum");
  return error;
}

class LoadWorker : public Napi::AsyncWorker {
 public:
  LoadWorker(Napi::Env env, State& state, LoadRequest request)
      : Napi::AsyncWorker(env),
        deferred_(Napi::Promise::Deferred::New(env)),
        state_(state),
        request_(std::move(request)) {}

  Napi::Promise Promise() const { return deferred_.Promise(); }

 protected:
  void Execute() override { outcome_ = Load(request_); }

  void OnOK() override {
    Settle(Env(), deferred_, [&] {
      if (outcome_.error) throw Failure(Env(), outcome_);
      return HandOut(Env(), state_, outcome_);
    });
  }

 private:
  Napi::Promise::Deferred deferred_;
  State& state_;
  LoadRequest request_;
  LoadOutcome outcome_;
};

Napi::Value LoadAsync(const Napi::CallbackInfo& info) {
  State& state = StateOf(info);
  auto* worker = new LoadWorker(info.Env(), state, LoadRequest(Options(info, 0), state));
  worker->Queue();
  return worker->Promise();
}

Napi::Value LoadSync(const Napi::CallbackInfo& info) {
  State& state = StateOf(info);
  LoadOutcome outcome = Load(LoadRequest(Options(info, 0), state));
  if (outcome.error) throw Failure(info.Env(), outcome);
  return HandOut(info.Env(), state, outcome);
}

Napi::Value Close(const Napi::CallbackInfo& info) {
  StateOf(info).objects.Remove(Get<int32_t>(info, 0, "handle"));
  return info.Env().Undefined();
}

// The global variables with libbpf's offsets, which clang does not set.
Napi::Array InspectVariables(Napi::Env env, const btf* types, const bpf_map* map) {
  Napi::Array variables = Napi::Array::New(env);
  const btf_type* section = types ? btf__type_by_id(types, bpf_map__btf_value_type_id(map)) : nullptr;
  if (!section || !btf_is_datasec(section)) return variables;
  const btf_var_secinfo* entries = btf_var_secinfos(section);
  for (uint32_t i = 0; i < btf_vlen(section); i++) {
    const btf_type* variable = btf__type_by_id(types, entries[i].type);
    if (!variable || !btf_is_var(variable)) continue;
    Napi::Object entry = Napi::Object::New(env);
    entry.Set("name", btf__name_by_offset(types, variable->name_off));
    entry.Set("offset", entries[i].offset);
    entry.Set("size", entries[i].size);
    entry.Set("type", variable->type);
    entry.Set("isStatic", btf_var(variable)->linkage == BTF_VAR_STATIC);
    variables.Set(variables.Length(), entry);
  }
  return variables;
}

// Describes an object as libbpf reads it, without loading it. Tests compare this package's readers with it.
Napi::Value Inspect(const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  Span bytes = Get<Span>(info, 0, "bytes");
  LIBBPF_OPTS(bpf_object_open_opts, opts);
  std::string name = Argument(info, 1, "name").absent() ? "" : Get<std::string>(info, 1, "name");
  opts.object_name = name.empty() ? nullptr : name.c_str();
  LogScope log;
  bpf_object* raw = bpf_object__open_mem(bytes.data, bytes.size, &opts);
  if (!raw) throw NativeError(env, errno, log.Take());
  Object object(raw);

  Napi::Array maps = Napi::Array::New(env);
  bpf_map* map;
  bpf_object__for_each_map(map, raw) {
    Napi::Object entry = Napi::Object::New(env);
    entry.Set("name", bpf_map__name(map));
    entry.Set("type", static_cast<uint32_t>(bpf_map__type(map)));
    entry.Set("keySize", bpf_map__key_size(map));
    entry.Set("valueSize", bpf_map__value_size(map));
    entry.Set("maxEntries", bpf_map__max_entries(map));
    entry.Set("flags", bpf_map__map_flags(map));
    entry.Set("numaNode", bpf_map__numa_node(map));
    entry.Set("mapExtra", Napi::BigInt::New(env, static_cast<uint64_t>(bpf_map__map_extra(map))));
    entry.Set("pinPath", bpf_map__pin_path(map) ? Napi::String::New(env, bpf_map__pin_path(map)) : env.Null());
    entry.Set("autocreate", bpf_map__autocreate(map));
    entry.Set("internal", bpf_map__is_internal(map));
    entry.Set("keyType", bpf_map__btf_key_type_id(map));
    entry.Set("valueType", bpf_map__btf_value_type_id(map));
    size_t size = 0;
    const void* contents = bpf_map__initial_value(map, &size);
    entry.Set("contents",
              contents ? Napi::Value(Napi::Buffer<uint8_t>::Copy(env, static_cast<const uint8_t*>(contents), size))
                       : env.Null());
    entry.Set("variables", InspectVariables(env, bpf_object__btf(raw), map));
    maps.Set(maps.Length(), entry);
  }
  Napi::Array programs = Napi::Array::New(env);
  bpf_program* program;
  bpf_object__for_each_program(program, raw) {
    Napi::Object entry = Napi::Object::New(env);
    entry.Set("name", bpf_program__name(program));
    entry.Set("section", bpf_program__section_name(program));
    entry.Set("type", static_cast<uint32_t>(bpf_program__type(program)));
    entry.Set("attachType", static_cast<uint32_t>(bpf_program__expected_attach_type(program)));
    entry.Set("autoload", bpf_program__autoload(program));
    entry.Set("autoattach", bpf_program__autoattach(program));
    entry.Set("flags", bpf_program__flags(program));
    entry.Set("instructions", static_cast<double>(bpf_program__insn_cnt(program)));
    programs.Set(programs.Length(), entry);
  }
  Napi::Object result = Napi::Object::New(env);
  result.Set("maps", maps);
  result.Set("programs", programs);
  return result;
}

}  // namespace

void RegisterObject(Napi::Env env, Napi::Object exports, State* state) {
  Export<LoadAsync>(env, exports, state, "load");
  Export<LoadSync>(env, exports, state, "loadSync");
  Export<Close>(env, exports, state, "objectClose");
  Export<Inspect>(env, exports, state, "objectInspect");
}

}  // namespace ebpf
