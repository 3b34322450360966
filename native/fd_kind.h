#pragma once
// The kind of object behind a descriptor. One system call describes maps, programs and links in different structs, so
// the kind must be known before the result is read.

namespace ebpf {

bool IsMap(int fd);
bool IsProgram(int fd);
// A bpf_link.
bool IsLink(int fd);

}  // namespace ebpf
