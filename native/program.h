#pragma once
// A program: its file descriptor, and libbpf's struct if an object of this process contains it.

#include <bpf/libbpf.h>
#include <napi.h>

#include <memory>

#include "fd.h"
#include "object.h"
#include "rules.h"

namespace ebpf {

class Program {
 public:
  Program(Fd fd, bpf_program* program, std::shared_ptr<Object> object)
      : fd_(std::move(fd)), program_(program), object_(std::move(object)) {}

  int fd() const {
    alive_.Check("a program is used after it was freed");
    return fd_.get();
  }
  // nullptr for a program that was opened from a pin, an ID or a descriptor.
  bpf_program* get() const { return program_; }
  const std::shared_ptr<Object>& object() const { return object_; }

 private:
  Fd fd_;
  bpf_program* program_;
  std::shared_ptr<Object> object_;
  Alive alive_;
};

// Returns the ID of a program, or 0 with errno set.
uint32_t ProgramId(int program);
// Returns the program of a handle. Throws NativeError if there is none.
Program& ProgramArgument(const Napi::CallbackInfo& info, size_t index = 0);

void RegisterProgram(Napi::Env env, Napi::Object exports, State* state);
void RegisterProgramCreate(Napi::Env env, Napi::Object exports, State* state);
void RegisterProgramInfo(Napi::Env env, Napi::Object exports, State* state);
void RegisterProgramOpen(Napi::Env env, Napi::Object exports, State* state);
void RegisterProgramRun(Napi::Env env, Napi::Object exports, State* state);

}  // namespace ebpf
