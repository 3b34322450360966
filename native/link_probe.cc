#include "link_probe.h"

#include <bpf/libbpf.h>
#include <fcntl.h>
#include <gelf.h>

#include <cerrno>
#include <memory>

#include "arguments.h"
#include "error.h"
#include "fd.h"
#include "link.h"
#include "log.h"
#include "program.h"
#include "state.h"

// Of libbpf's own files: it is compiled into this addon, in one pinned version, and knows versioned symbols.
extern "C" long elf_find_func_offset_from_file(const char* binary_path, const char* name);

namespace ebpf {

namespace {

template <typename Attach>
Napi::Value Attached(const Napi::CallbackInfo& info, Attach attach) {
  Program& program = ProgramArgument(info, 0);
  if (!program.get()) throw NativeError(info.Env(), EOPNOTSUPP, "");
  LogScope log;
  bpf_link* link = attach(program.get());
  if (!link) throw NativeError(info.Env(), errno, log.Take());
  return Give(info, std::make_shared<LibbpfLink>(link, program.object()));
}

Napi::Value LegacyKprobe(const Napi::CallbackInfo& info) {
  Options options(info, 1);
  std::string symbol = options.Get<std::string>("symbol");
  LIBBPF_OPTS(bpf_kprobe_opts, opts);
  opts.offset = options.Get<uint64_t>("offset");
  opts.retprobe = options.Get<bool>("retprobe");
  opts.attach_mode = PROBE_ATTACH_MODE_LEGACY;
  return Attached(info, [&](bpf_program* program) {
    return bpf_program__attach_kprobe_opts(program, symbol.c_str(), &opts);
  });
}

Napi::Value LegacyUprobe(const Napi::CallbackInfo& info) {
  Options options(info, 1);
  std::string path = options.Get<std::string>("path");
  LIBBPF_OPTS(bpf_uprobe_opts, opts);
  opts.retprobe = options.Get<bool>("retprobe");
  opts.attach_mode = PROBE_ATTACH_MODE_LEGACY;
  return Attached(info, [&](bpf_program* program) {
    return bpf_program__attach_uprobe_opts(program, options.Get<OrAll>("pid", {-1}), path.c_str(),
                                           options.Get<uint64_t>("offset"), &opts);
  });
}

Napi::Value Usdt(const Napi::CallbackInfo& info) {
  Options options(info, 1);
  std::string path = options.Get<std::string>("path");
  std::string provider = options.Get<std::string>("provider");
  std::string name = options.Get<std::string>("name");
  LIBBPF_OPTS(bpf_usdt_opts, opts);
  opts.usdt_cookie = options.Get<uint64_t>("cookie");
  return Attached(info, [&](bpf_program* program) {
    return bpf_program__attach_usdt(program, options.Get<OrAll>("pid", {-1}), path.c_str(), provider.c_str(),
                                    name.c_str(), &opts);
  });
}

// Where a function begins in a binary. Understands what follows an "@" too: "memcpy@GLIBC_2.14".
Napi::Value FunctionOffset(const Napi::CallbackInfo& info) {
  std::string path = Get<std::string>(info, 0, "path");
  LogScope log;
  long offset = elf_find_func_offset_from_file(path.c_str(), Get<std::string>(info, 1, "path").c_str());
  if (offset < 0) throw NativeError(info.Env(), static_cast<int>(-offset), log.Take());
  return Napi::BigInt::New(info.Env(), static_cast<uint64_t>(offset));
}

// All functions of a binary, from both of its symbol tables. libbpf's own search for several at once answers ENOENT
// for a binary that has only one of the tables.
Napi::Value Functions(const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  Fd file(open(Get<std::string>(info, 0, "path").c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.valid()) throw NativeError(env, errno, "");
  elf_version(EV_CURRENT);
  std::unique_ptr<Elf, decltype(&elf_end)> elf(elf_begin(file.get(), ELF_C_READ_MMAP, nullptr), elf_end);
  if (!elf) throw NativeError(env, ENOEXEC, "");
  Napi::Array names = Napi::Array::New(env);
  std::vector<uint64_t> offsets;
  for (Elf_Scn* section = elf_nextscn(elf.get(), nullptr); section; section = elf_nextscn(elf.get(), section)) {
    GElf_Shdr table;
    if (!gelf_getshdr(section, &table) || (table.sh_type != SHT_SYMTAB && table.sh_type != SHT_DYNSYM)) continue;
    Elf_Data* data = elf_getdata(section, nullptr);
    GElf_Sym symbol;
    for (int i = 0; data && gelf_getsym(data, i, &symbol); i++) {
      GElf_Shdr code;
      if (GELF_ST_TYPE(symbol.st_info) != STT_FUNC || symbol.st_shndx == SHN_UNDEF) continue;
      const char* name = elf_strptr(elf.get(), table.sh_link, symbol.st_name);
      if (!name || !gelf_getshdr(elf_getscn(elf.get(), symbol.st_shndx), &code)) continue;
      names.Set(names.Length(), name);
      offsets.push_back(symbol.st_value - code.sh_addr + code.sh_offset);
    }
  }
  auto places = Napi::BigUint64Array::New(env, offsets.size());
  for (size_t i = 0; i < offsets.size(); i++) places[i] = offsets[i];
  Napi::Object result = Napi::Object::New(env);
  result.Set("names", names);
  result.Set("offsets", places);
  return result;
}

}  // namespace

void RegisterLinkProbe(Napi::Env env, Napi::Object exports, State* state) {
  Export<LegacyKprobe>(env, exports, state, "attachLegacyKprobe");
  Export<LegacyUprobe>(env, exports, state, "attachLegacyUprobe");
  Export<Usdt>(env, exports, state, "attachUsdt");
  Export<FunctionOffset>(env, exports, state, "functionOffset");
  Export<Functions>(env, exports, state, "functions");
}

}  // namespace ebpf
