// The handler for an exception that leaves a noexcept function. libstdc++'s handler also demangles the name of the
// exception's type, which needs 40 KB of code.
#include <cstdio>
#include <cstdlib>
#include <exception>

namespace __gnu_cxx {
void __verbose_terminate_handler() {
  const char* reason = "an exception of unknown type";
  try {
    if (auto current = std::current_exception()) std::rethrow_exception(current);
    reason = "no exception";
  } catch (const std::exception& error) {
    reason = error.what();
  } catch (...) {
  }
  std::fprintf(stderr, "ebpf: terminated: %s\n", reason);
  std::abort();
}
}  // namespace __gnu_cxx
