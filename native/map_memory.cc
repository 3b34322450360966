#include "map_memory.h"

#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>

#include "arguments.h"
#include "error.h"
#include "map.h"
#include "state.h"

#ifndef MAP_FIXED_NOREPLACE
#define MAP_FIXED_NOREPLACE 0x100000
#endif

namespace ebpf {

struct MapMemory::Region {
  void* address;
  size_t size;
  // The owner of the mapping, which unmaps the range.
  std::shared_ptr<void> owner;

  Region(void* address, size_t size, std::shared_ptr<void> owner)
      : address(address), size(size), owner(std::move(owner)) {}
  Region(const Region&) = delete;
  Region& operator=(const Region&) = delete;
  ~Region() {
    if (!owner) munmap(address, size);
  }

  void Blank() const {
    mmap(address, size, PROT_READ | PROT_WRITE, MAP_FIXED | MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  }
};

MapMemory::MapMemory(std::shared_ptr<Region> region, napi_ref buffer, bool writable)
    : region_(std::move(region)), buffer_(buffer), writable_(writable) {}

// At the end of the environment, no JavaScript runs any more and the range can be unmapped.
MapMemory::~MapMemory() = default;

std::unique_ptr<MapMemory> MapMemory::Make(napi_env env, const Map& map, bool writable) {
  size_t page = static_cast<size_t>(sysconf(_SC_PAGESIZE));
  // The kernel rounds the elements of an array up to 8 bytes and the whole up to pages (array_map_alloc); an arena
  // is counted in pages.
  size_t bytes = map.info().type == BPF_MAP_TYPE_ARENA ? page * map.info().max_entries
                                                       : RoundUpTo8(map.info().value_size) * map.info().max_entries;
  size_t size = (bytes + page - 1) / page * page;
  // The maximum length of an ArrayBuffer.
  if (bytes > (size_t{1} << 32)) {
    errno = E2BIG;
    return nullptr;
  }
  int protection = writable ? PROT_READ | PROT_WRITE : PROT_READ;
  void* address = map.lent_memory();
  if (!address) {
    // An arena with a fixed address has this address in every process.
    void* wanted = map.info().type == BPF_MAP_TYPE_ARENA ? reinterpret_cast<void*>(map.info().map_extra) : nullptr;
    address = mmap(wanted, size, protection, MAP_SHARED | (wanted ? MAP_FIXED_NOREPLACE : 0), map.fd(), 0);
  }
  if (address == MAP_FAILED) return nullptr;
  auto region = std::make_shared<Region>(address, size, map.lender());
  auto* hold = new std::shared_ptr<Region>(region);
  auto drop = [](napi_env, void*, void* hint) { delete static_cast<std::shared_ptr<Region>*>(hint); };
  napi_value buffer;
  if (napi_create_external_arraybuffer(env, address, bytes, drop, hold, &buffer) != napi_ok) {
    delete hold;
    // Electron does not support external memory. The caller uses lookup and update instead.
    errno = ENOTSUP;
    return nullptr;
  }
  napi_ref reference;
  if (napi_create_reference(env, buffer, 1, &reference) != napi_ok) {
    errno = ENOMEM;
    return nullptr;
  }
  return std::unique_ptr<MapMemory>(new MapMemory(std::move(region), reference, writable));
}

napi_value MapMemory::Buffer(napi_env env) const {
  napi_value buffer = nullptr;
  napi_get_reference_value(env, buffer_, &buffer);
  return buffer;
}

const void* MapMemory::address() const { return region_->address; }

void MapMemory::Release(napi_env env) {
  napi_value buffer = Buffer(env);
  if (buffer) napi_detach_arraybuffer(env, buffer);
  napi_delete_reference(env, buffer_);
  region_->Blank();
}

namespace {

// (map, writable) -> ArrayBuffer or a negative errno. One mapping for each map, made by the first call.
Napi::Value Memory(const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  Map& map = MapArgument(info);
  bool writable = Get<bool>(info, 1, "writable");
  if (!map.memory) map.memory = MapMemory::Make(env, map, writable);
  if (!map.memory) return Napi::Number::New(env, -errno);
  // A store through a read-only mapping would be a SIGSEGV.
  if (writable && !map.memory->writable()) return Napi::Number::New(env, -EACCES);
  napi_value buffer = map.memory->Buffer(env);
  return buffer ? Napi::Value(env, buffer) : Napi::Number::New(env, -ENOMEM);
}

// The address that pointers in the arena use.
Napi::Value Address(const Napi::CallbackInfo& info) {
  Map& map = MapArgument(info);
  if (!map.memory) throw BadHandle(info.Env());
  return Napi::BigInt::New(info.Env(), static_cast<uint64_t>(reinterpret_cast<uintptr_t>(map.memory->address())));
}

}  // namespace

void RegisterMapMemory(Napi::Env env, Napi::Object exports, State* state) {
  Export<Address>(env, exports, state, "mapMemoryAddress");
  Export<Memory>(env, exports, state, "mapMemory");
}

}  // namespace ebpf
