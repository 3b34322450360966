#pragma once
// libbpf speaks through one print callback of the whole process, on whichever thread called it. A LogScope on the
// stack collects what is said on its own thread while it lives; what is said outside of any scope is dropped.

#include <string>

namespace ebpf {

class LogScope {
 public:
  // `verbose` keeps libbpf's debug messages too: it is where verifier logs of programs that passed are printed.
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
