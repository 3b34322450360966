#include "log.h"

#include <bpf/libbpf.h>

#include <cerrno>
#include <cstdarg>
#include <cstdio>
#include <cstring>
#include <mutex>

namespace ebpf {

namespace {
thread_local LogScope* current = nullptr;
std::once_flag registered;
}  // namespace

struct LogPrinter {
  static int Print(libbpf_print_level level, const char* format, va_list args) {
    LogScope* scope = current;
    if (!scope || (level == LIBBPF_DEBUG && !scope->verbose_)) return 0;
    // The message about loading a skeleton is caused by load.cc, and would hide the real failure.
    if (strstr(format, "failed to load BPF skeleton")) return 0;
    // libbpf reads errno after it has printed.
    int saved = errno;
    va_list again;
    va_copy(again, args);
    int length = vsnprintf(nullptr, 0, format, args);
    try {
      if (length > 0) {
        size_t start = scope->text_.size();
        scope->text_.resize(start + length + 1);
        vsnprintf(&scope->text_[start], length + 1, format, again);
        scope->text_.resize(start + length);
      }
    } catch (...) {
      // No memory for the message. An exception must not pass through libbpf.
    }
    va_end(again);
    errno = saved;
    return 0;
  }
};

LogScope::LogScope(bool verbose) : outer_(current), verbose_(verbose) {
  std::call_once(registered, [] { libbpf_set_print(LogPrinter::Print); });
  current = this;
}

LogScope::~LogScope() { current = outer_; }

}  // namespace ebpf
