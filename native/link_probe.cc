#include "link_probe.h"

#include <bpf/libbpf.h>
#include <fcntl.h>
#include <gelf.h>

#include <cerrno>
#include <cstdlib>
#include <memory>

#include "error.h"
#include "fd.h"
#include "link.h"
#include "log.h"
#include "options.h"
#include "program.h"
#include "state.h"

// Of libbpf's own files: it is compiled into this addon, in one pinned version, and reads symbols (versioned ones,
// those of separate symbol tables) better than a second reader here would.
extern "C" {
int elf_resolve_syms_offsets(const char* binary_path, int cnt, const char** syms, unsigned long** offsets, int st_type);
int elf_resolve_pattern_offsets(const char* binary_path, const char* pattern, unsigned long** offsets, size_t* cnt);
long elf_find_func_offset_from_file(const char* binary_path, const char* name);
}

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
  Options options(info[1]);
  std::string symbol = options.Text("symbol", "");
  LIBBPF_OPTS(bpf_kprobe_opts, opts);
  opts.offset = options.Number<size_t>("offset", 0);
  opts.retprobe = options.Number<bool>("retprobe", false);
  opts.attach_mode = PROBE_ATTACH_MODE_LEGACY;
  return Attached(info, [&](bpf_program* program) {
    return bpf_program__attach_kprobe_opts(program, symbol.c_str(), &opts);
  });
}

Napi::Value LegacyUprobe(const Napi::CallbackInfo& info) {
  Options options(info[1]);
  std::string path = options.Text("path", "");
  LIBBPF_OPTS(bpf_uprobe_opts, opts);
  opts.retprobe = options.Number<bool>("retprobe", false);
  opts.attach_mode = PROBE_ATTACH_MODE_LEGACY;
  return Attached(info, [&](bpf_program* program) {
    return bpf_program__attach_uprobe_opts(program, options.Number<int32_t>("pid", -1), path.c_str(),
                                           options.Number<size_t>("offset", 0), &opts);
  });
}

Napi::Value Usdt(const Napi::CallbackInfo& info) {
  Options options(info[1]);
  std::string path = options.Text("path", "");
  std::string provider = options.Text("provider", "");
  std::string name = options.Text("name", "");
  LIBBPF_OPTS(bpf_usdt_opts, opts);
  opts.usdt_cookie = options.Number<uint64_t>("cookie", 0);
  return Attached(info, [&](bpf_program* program) {
    return bpf_program__attach_usdt(program, options.Number<int32_t>("pid", -1), path.c_str(), provider.c_str(),
                                    name.c_str(), &opts);
  });
}

// Offsets in a binary: of `symbols` in their order, or of all functions that match `pattern`.
Napi::Value SymbolOffsets(const Napi::CallbackInfo& info) {
  Options options(info[0]);
  std::string path = options.Text("path", "");
  std::vector<std::string> symbols = options.Texts("symbols");
  LogScope log;
  unsigned long* raw = nullptr;
  size_t count = symbols.size();
  int status;
  if (auto pattern = options.MaybeText("pattern")) {
    status = elf_resolve_pattern_offsets(path.c_str(), pattern->c_str(), &raw, &count);
  } else if (count == 1) {
    // Understands what follows an "@" too: "memcpy@GLIBC_2.14".
    long offset = elf_find_func_offset_from_file(path.c_str(), symbols[0].c_str());
    status = offset < 0 ? static_cast<int>(offset) : 0;
    raw = static_cast<unsigned long*>(malloc(sizeof *raw));
    *raw = static_cast<unsigned long>(offset);
  } else {
    std::vector<const char*> names;
    for (const std::string& symbol : symbols) names.push_back(symbol.c_str());
    status = elf_resolve_syms_offsets(path.c_str(), static_cast<int>(count), names.data(), &raw, STT_FUNC);
  }
  std::unique_ptr<unsigned long, decltype(&free)> owner(raw, free);
  if (status < 0) throw NativeError(info.Env(), -status, log.Take());
  auto offsets = Napi::BigUint64Array::New(info.Env(), count);
  for (size_t i = 0; i < count; i++) offsets[i] = raw[i];
  return offsets;
}

// The functions of a binary, from both of its symbol tables: to tell the nearest to one that is not there.
Napi::Value FunctionNames(const Napi::CallbackInfo& info) {
  Napi::Array names = Napi::Array::New(info.Env());
  Fd file(open(info[0].As<Napi::String>().Utf8Value().c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.valid()) return names;
  elf_version(EV_CURRENT);
  std::unique_ptr<Elf, decltype(&elf_end)> elf(elf_begin(file.get(), ELF_C_READ_MMAP, nullptr), elf_end);
  if (!elf) return names;
  for (Elf_Scn* section = elf_nextscn(elf.get(), nullptr); section; section = elf_nextscn(elf.get(), section)) {
    GElf_Shdr header;
    if (!gelf_getshdr(section, &header) || (header.sh_type != SHT_SYMTAB && header.sh_type != SHT_DYNSYM)) continue;
    Elf_Data* data = elf_getdata(section, nullptr);
    GElf_Sym symbol;
    for (int i = 0; data && gelf_getsym(data, i, &symbol); i++) {
      if (GELF_ST_TYPE(symbol.st_info) != STT_FUNC || symbol.st_shndx == SHN_UNDEF) continue;
      if (const char* name = elf_strptr(elf.get(), header.sh_link, symbol.st_name)) names.Set(names.Length(), name);
    }
  }
  return names;
}

}  // namespace

void RegisterLinkProbe(Napi::Env env, Napi::Object exports, State* state) {
  Export<LegacyKprobe>(env, exports, state, "attachLegacyKprobe");
  Export<LegacyUprobe>(env, exports, state, "attachLegacyUprobe");
  Export<Usdt>(env, exports, state, "attachUsdt");
  Export<FunctionNames>(env, exports, state, "functionNames");
  Export<SymbolOffsets>(env, exports, state, "symbolOffsets");
}

}  // namespace ebpf
