#pragma once
// libbpf logs through one print callback of the process, on the calling thread. A LogScope on the stack collects the
// messages of its thread. Messages outside of any scope are dropped.

#include <string>

namespace ebpf {

class LogScope {
 public:
  // `verbose` also keeps libbpf's debug messages, which contain the verifier logs of accepted programs.
  explicit LogScope(bool verbose = false);
  ~LogScope();
  LogScope(const LogScope&) = delete;
  LogScope& operator=(const LogScope&) = delete;

  std::string Take() { return std::move(text_); }

 private:
  friend struct LogPrinter;
  LogScope* outer_;
  bool verbose_;
  std::string text_;
};

}  // namespace ebpf
