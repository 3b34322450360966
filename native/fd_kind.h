#pragma once
// What a descriptor is of. The kernel describes maps, programs and links in one call, each in a form of its own, and the
// answer for one would be read as that of another.

namespace ebpf {

bool IsMap(int fd);
bool IsProgram(int fd);
// Of a bpf_link.
bool IsLink(int fd);

}  // namespace ebpf
