export const help = `Usage: bpf2ts [options] OBJECT...
       bpf2ts [options] [NAME] SOURCE.c [-- FLAG...]
       bpf2ts [options] NAME SOURCE.c... [-- FLAG...]

Writes a typed TypeScript loader for a BPF object.

  bpf2ts counter.bpf.o            writes counter.bpf.ts, with loadCounter() in it
  bpf2ts counter.bpf.c            the same, after compiling the source with clang
  bpf2ts Calls counter.bpf.c      the same, as calls.bpf.ts with loadCalls()

Reading an object needs no clang, no Linux and no privilege. Both byte orders are supported. The same object gives the
same file on every machine. Node 22.18 and later run the TypeScript of the file directly. Commit the file, and run
bpf2ts --check in CI.

Output
  -o, --output FILE       path of the loader (default: ./STEM.ts)
  -d, --output-dir DIR    folder for the files (default: the current folder)
      --stem STEM         base name of the files (default: counter.bpf for counter.bpf.c or NAME Counter)
  -t, --type NAME         also generate this struct, union, enum or typedef; repeatable
      --type MAP=NAME     type of the records of this ring or perf buffer; repeatable
      --field NAME=MEANING  what a field means, as in event.saddr=ipv4, with the names and words of "ebpf docs types":
                          ipv4, ipv6, mac, text, bytes, ktime, be, le or host; repeatable
      --no-global-types   generate only the types of records and those given by --type
      --object embed      embed the object in the loader (default)
      --object file       write the object next to the loader, as STEM.o
      --js                write JavaScript and declarations (STEM.js, STEM.d.ts) instead of TypeScript
      --no-strip          keep the debug information (DWARF) of the object

Compiling
      --cc COMMAND        the compiler (default: clang, or the newest clang-N in the PATH)
      --cflags FLAGS      compiler flags as one argument; or pass them after --
      --target TARGET     bpf (this machine's byte order, the default), bpfel, bpfeb, or a CPU: amd64, arm64, riscv64,
                          s390x, ... which also defines __TARGET_ARCH_.... Several, as in amd64,arm64, give one loader
                          each: counter_amd64.bpf.ts, counter_arm64.bpf.ts
      --depfile FILE      write a rule for make with the dependencies of the loader
  The package contains the headers of libbpf: #include <bpf/bpf_helpers.h> needs no installation.

Instead of writing
      --check             write nothing; exit with status 1 if the files are stale
      --watch             write again after each change of an input, until Ctrl-C
      --json              describe the object as JSON on stdout

  -h, --help              print this text
      --version           print the version of this package

The definition of a ring or perf buffer does not give the type of its records. bpf2ts finds it in the programs and the
debug information. If it cannot, add a variable of the type to the C file:

  const struct event *unused __attribute__((unused));

Exit status: 0 done, 1 failed (or stale, with --check), 2 wrong usage.
`;
