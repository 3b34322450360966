#pragma once
// Loading an object and attaching all its programs by libbpf alone, for the C program and for the bare addon.
#include <bpf/libbpf.h>

#include "peer.h"

enum { MOST_PROGRAMS = 64 };

struct attached {
  struct bpf_object* object;
  struct bpf_link* links[MOST_PROGRAMS];
  int count;
};

static inline void load_and_attach(struct attached* all, const char* path) {
  all->count = 0;
  all->object = bpf_object__open_file(path, NULL);
  check(!all->object, "open");
  check(bpf_object__load(all->object), "load");
  struct bpf_program* program;
  bpf_object__for_each_program(program, all->object) {
    check(all->count == MOST_PROGRAMS, "too many programs");
    all->links[all->count] = bpf_program__attach(program);
    check(!all->links[all->count++], "attach");
  }
}

static inline void undo(struct attached* all) {
  while (all->count > 0) bpf_link__destroy(all->links[--all->count]);
  bpf_object__close(all->object);
}

// Brings into the caches what loading needs.
static inline void warm(const char* path) {
  struct bpf_object* object = bpf_object__open_file(path, NULL);
  check(!object, "open");
  check(bpf_object__load(object), "load");
  bpf_object__close(object);
}
