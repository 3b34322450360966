export const help = `Usage: bpf2ts [options] OBJECT...
       bpf2ts [options] NAME SOURCE.c... [-- FLAG...]

Writes a typed TypeScript loader for a BPF object.

  bpf2ts counter.bpf.o            writes counter.bpf.ts, with loadCounter() in it
  bpf2ts Counter counter.bpf.c    compiles the source with clang first

An object is read as it is: no clang, no Linux, no privilege is needed for it, and it may be of either byte order.
The same object gives the same file on every machine. What is written is TypeScript that Node 22 and later run as it
is; commit it, and let CI run bpf2ts --check.

What is written
  -o, --output FILE       the loader's file (default: ./STEM.ts)
  -d, --output-dir DIR    where files go (default: the current folder)
      --stem STEM         what files are called (default: counter.bpf for counter.bpf.o or NAME Counter)
  -t, --type NAME         also this struct, union, enum or typedef of the object; can be given again
      --type MAP=NAME     the records of this ring or perf buffer are of that type
      --no-global-types   no types but those named by --type and those of records
      --object embed      the object is in the loader (default)
      --object file       the object is written beside the loader, as STEM.o
      --js                JavaScript and declarations (STEM.js, STEM.d.ts) in place of TypeScript
      --no-strip          keep what debuggers read (DWARF) in the object

Compiling
      --cc COMMAND        the compiler (default: clang, or the newest clang-N in the PATH)
      --cflags FLAGS      flags for it, in one word; or give them after --
      --target TARGET     bpf (this machine's byte order, the default), bpfel, bpfeb, or a CPU: amd64, arm64, riscv64,
                          s390x, ... which also defines __TARGET_ARCH_... for it. Of several, amd64,arm64, each gets a
                          loader of its own: counter_amd64.bpf.ts, counter_arm64.bpf.ts
      --depfile FILE      write a rule for make that says what the loader depends on
  libbpf's headers are brought along: #include <bpf/bpf_helpers.h> works with nothing installed.

Instead of writing
      --check             write nothing; end with 1 when what is on disk is stale
      --watch             write again whenever an input changes, until Ctrl-C
      --json              describe the object as JSON on stdout

  -h, --help              this text
      --version           the version of this package

Ring and perf buffers: the object does not say of what type their records are, and a struct that no map and no
variable uses is not in the object at all. Mention it in the C file, and it is found:

  const struct event *unused __attribute__((unused));

Exit status: 0 done, 1 failed (or stale, with --check), 2 wrong usage.
`;
