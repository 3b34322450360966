// Runs a program without an event (BPF_PROG_TEST_RUN). Like loading it is split in three, so that the run itself can
// take place on a thread of the pool.

#include <bpf/bpf.h>

#include <cerrno>
#include <system_error>
#include <vector>

#include "arguments.h"
#include "error.h"
#include "program.h"
#include "state.h"

namespace ebpf {

namespace {

// More than the largest packet with fragments, on pages of 64 KiB.
constexpr uint64_t kMostData = 16 << 20;
using Room = UpTo<kMostData>;

// Buffers whose size is a 32-bit number for the kernel.
std::optional<std::vector<uint8_t>> Input(const Options& options, const char* name) {
  auto bytes = options.Maybe<std::vector<uint8_t>>(name);
  if (bytes && bytes->size() > kMostData) throw std::system_error(E2BIG, std::generic_category(), name);
  return bytes;
}

struct TestRun {
  TestRun(std::shared_ptr<Program> program, const Options& options)
      : program(std::move(program)),
        data(Input(options, "data")),
        context(Input(options, "context")),
        data_out(options.Get<Room>("dataOutSize")),
        context_out(options.Get<Room>("contextOutSize")),
        repeat(options.Get<int32_t>("repeat")),
        flags(options.Get<uint32_t>("flags")),
        cpu(options.Get<uint32_t>("cpu")),
        batch_size(options.Get<uint32_t>("batchSize")) {}

  void Run() {
    LIBBPF_OPTS(bpf_test_run_opts, opts);
    if (data) {
      opts.data_in = data->data();
      opts.data_size_in = static_cast<uint32_t>(data->size());
    }
    if (context) {
      opts.ctx_in = context->data();
      opts.ctx_size_in = static_cast<uint32_t>(context->size());
    }
    // Programs without data also refuse an empty buffer.
    if (!data_out.empty()) {
      opts.data_out = data_out.data();
      opts.data_size_out = static_cast<uint32_t>(data_out.size());
    }
    if (!context_out.empty()) {
      opts.ctx_out = context_out.data();
      opts.ctx_size_out = static_cast<uint32_t>(context_out.size());
    }
    opts.repeat = repeat;
    opts.flags = flags;
    opts.cpu = cpu;
    opts.batch_size = batch_size;
    int status = bpf_prog_test_run_opts(program->fd(), &opts);
    error = status < 0 ? -status : 0;
    // With ENOSPC, the kernel returns the required size.
    if (opts.data_size_out < data_out.size()) data_out.resize(opts.data_size_out);
    if (opts.ctx_size_out < context_out.size()) context_out.resize(opts.ctx_size_out);
    return_value = opts.retval;
    duration = opts.duration;
  }

  std::shared_ptr<Program> program;
  std::optional<std::vector<uint8_t>> data, context;
  std::vector<uint8_t> data_out, context_out;
  int repeat;
  uint32_t flags, cpu, batch_size;

  int error = 0;  // positive
  uint32_t return_value = 0, duration = 0;
};

Napi::Value Outcome(Napi::Env env, const TestRun& run) {
  Napi::Object result = Napi::Object::New(env);
  result.Set("returnValue", run.return_value);
  result.Set("duration", run.duration);
  result.Set("data", Napi::Buffer<uint8_t>::Copy(env, run.data_out.data(), run.data_out.size()));
  // A syscall program changes its context in place.
  const std::vector<uint8_t>& context = run.context_out.empty() && run.context ? *run.context : run.context_out;
  result.Set("context", Napi::Buffer<uint8_t>::Copy(env, context.data(), context.size()));
  return result;
}

class TestRunWorker : public Napi::AsyncWorker {
 public:
  TestRunWorker(Napi::Env env, TestRun run)
      : Napi::AsyncWorker(env), deferred_(Napi::Promise::Deferred::New(env)), run_(std::move(run)) {}

  Napi::Promise Promise() const { return deferred_.Promise(); }

 protected:
  void Execute() override {
    try {
      run_.Run();
    } catch (...) {
      run_.error = CaughtErrno();
    }
  }

  void OnOK() override {
    Settle(Env(), deferred_, [&] {
      if (run_.error) throw NativeError(Env(), run_.error, "");
      return Outcome(Env(), run_);
    });
  }

 private:
  Napi::Promise::Deferred deferred_;
  TestRun run_;
};

TestRun Read(const Napi::CallbackInfo& info) {
  auto program = StateOf(info).programs.Share(Get<int32_t>(info, 0, "handle"));
  if (!program) throw BadHandle(info.Env());
  return TestRun(std::move(program), Options(info, 1));
}

Napi::Value RunAsync(const Napi::CallbackInfo& info) {
  auto* worker = new TestRunWorker(info.Env(), Read(info));
  worker->Queue();
  return worker->Promise();
}

Napi::Value RunSync(const Napi::CallbackInfo& info) {
  TestRun run = Read(info);
  run.Run();
  if (run.error) throw NativeError(info.Env(), run.error, "");
  return Outcome(info.Env(), run);
}

}  // namespace

void RegisterProgramRun(Napi::Env env, Napi::Object exports, State* state) {
  Export<RunAsync>(env, exports, state, "programTestRun");
  Export<RunSync>(env, exports, state, "programTestRunSync");
}

}  // namespace ebpf
