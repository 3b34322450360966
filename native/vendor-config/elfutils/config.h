/* What elfutils' configure would find on Linux with glibc or musl, as far as libelf asks. Written by hand so that
 * building needs no autoconf, and one file serves every architecture and compiler. */
#ifndef EBPF_ELFUTILS_CONFIG_H
#define EBPF_ELFUTILS_CONFIG_H

#define PACKAGE_NAME "elfutils"
#define PACKAGE_VERSION "0.192"

#define HAVE_DECL_MEMPCPY 1
#define HAVE_DECL_MEMRCHR 1
#define HAVE_DECL_REALLOCARRAY 1
#define HAVE_ERR_H 1
#define HAVE_FALLTHROUGH 1
#define HAVE_MREMAP 1
#define HAVE_STDATOMIC_H 1
#define HAVE_VISIBILITY 1

/* musl lacks these; libelf has its own. */
#include <features.h>
#ifdef __GLIBC__
#define HAVE_DECL_POWEROF2 1
#define HAVE_DECL_RAWMEMCHR 1
#define HAVE_ERROR_H 1
#endif

/* libelf reads unaligned words on x86 unless told that a sanitizer watches. */
#ifndef CHECK_UNDEFINED
#define CHECK_UNDEFINED 0
#endif

#include <eu-config.h>

#endif
