#include "object.h"

#include <bpf/btf.h>

#include <cerrno>

#include "error.h"
#include "load.h"
#include "log.h"
#include "map.h"
#include "program.h"
#include "state.h"

namespace ebpf {

namespace {

Napi::Value HandOut(Napi::Env env, State& state, LoadOutcome& outcome) {
  Napi::Object result = Napi::Object::New(env);
  result.Set("log", outcome.log);
  Napi::Array maps = Napi::Array::New(env, outcome.maps.size());
  for (uint32_t i = 0; i < outcome.maps.size(); i++) {
    std::unique_ptr<Map>& map = outcome.maps[i].map;
    maps.Set(i, map ? state.maps.Add(std::move(map)) : -1);
  }
  Napi::Array programs = Napi::Array::New(env, outcome.programs.size());
  for (uint32_t i = 0; i < outcome.programs.size(); i++) {
    LoadedProgram& program = outcome.programs[i];
    programs.Set(i, program.fd.valid()
                        ? state.programs.Add(std::make_shared<Program>(std::move(program.fd), program.program, outcome.object))
                        : -1);
  }
  result.Set("object", state.objects.Add(outcome.object));
  result.Set("maps", maps);
  result.Set("programs", programs);
  return result;
}

Napi::Error Failure(Napi::Env env, const LoadOutcome& outcome) {
  Napi::Error error = NativeError(env, outcome.error, outcome.log);
  error.Set("subject", outcome.subject);
  return error;
}

class LoadWorker : public Napi::AsyncWorker {
 public:
  LoadWorker(Napi::Env env, State& state, LoadRequest request)
      : Napi::AsyncWorker(env), deferred_(Napi::Promise::Deferred::New(env)), state_(state), request_(std::move(request)) {}

  Napi::Promise Promise() const { return deferred_.Promise(); }

 protected:
  void Execute() override { outcome_ = Load(request_); }

  void OnOK() override {
    if (outcome_.error)
      deferred_.Reject(Failure(Env(), outcome_).Value());
    else
      deferred_.Resolve(HandOut(Env(), state_, outcome_));
  }

 private:
  Napi::Promise::Deferred deferred_;
  State& state_;
  LoadRequest request_;
  LoadOutcome outcome_;
};

Napi::Value LoadAsync(const Napi::CallbackInfo& info) {
  State& state = StateOf(info);
  auto* worker = new LoadWorker(info.Env(), state, LoadRequest(Options(info[0]), state));
  worker->Queue();
  return worker->Promise();
}

Napi::Value LoadSync(const Napi::CallbackInfo& info) {
  State& state = StateOf(info);
  LoadOutcome outcome = Load(LoadRequest(Options(info[0]), state));
  if (outcome.error) throw Failure(info.Env(), outcome);
  return HandOut(info.Env(), state, outcome);
}

Napi::Value Close(const Napi::CallbackInfo& info) {
  StateOf(info).objects.Remove(info[0].As<Napi::Number>().Int32Value());
  return info.Env().Undefined();
}

// The global variables where libbpf has put them: it fills in the offsets that clang leaves open.
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

// What libbpf makes of an object without loading it: the referee of our own readers.
Napi::Value Inspect(const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  auto bytes = info[0].As<Napi::Uint8Array>();
  LIBBPF_OPTS(bpf_object_open_opts, opts);
  std::string name = info[1].IsString() ? info[1].As<Napi::String>().Utf8Value() : "";
  opts.object_name = name.empty() ? nullptr : name.c_str();
  LogScope log;
  bpf_object* raw = bpf_object__open_mem(bytes.Data(), bytes.ByteLength(), &opts);
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
    entry.Set("contents", contents ? Napi::Value(Napi::Buffer<uint8_t>::Copy(env, static_cast<const uint8_t*>(contents), size)) : env.Null());
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
