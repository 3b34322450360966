/** The page of an error code. */
export interface ErrorPage {
  readonly means: string;
  readonly happens: string;
  readonly remedy: string;
}

/** The pages of `ebpf explain` and of docs/error-codes.md, by error code. */
export const errorPages: Readonly<Record<string, ErrorPage>> = {
  ERR_EBPF_ADDON: {
    means: "The native addon could not be loaded.",
    happens:
      "No prebuilt file fits the processor or the C library, a bundler left the files out, or the system refuses to map them (noexec, SELinux).",
    remedy:
      "Look at `files` of the error. In a bundle, use the plugin of ebpf/plugin. On another system, run `npx ebpf build-addon`.",
  },
  ERR_EBPF_AMBIGUOUS_NAME: {
    means: "Several types of an object have the same name.",
    happens: "Objects that were linked from several files can have different structs of one name.",
    remedy: "Use one of the names in `candidates`, such as `event_2`, or rename a struct in C.",
  },
  ERR_EBPF_AMBIGUOUS_SYMBOL: {
    means: "Several functions of the kernel or of a binary have the same name.",
    happens: "Static functions of different files can share a name.",
    remedy: "Attach to one of the addresses or offsets in `candidates`.",
  },
  ERR_EBPF_ASM: {
    means: "BPF instructions are invalid.",
    happens: "An opcode is unknown, a label is undefined, a jump is too far, or text cannot be parsed.",
    remedy: "Correct the instruction that the message names.",
  },
  ERR_EBPF_ATTACH: {
    means: "A program is loaded but could not be attached.",
    happens:
      "Another program is attached exclusively, the target does not accept programs of this kind, or a function cannot be probed.",
    remedy:
      "Follow the remedy in the message. `link.query` shows what is attached; `ebpf doctor object.o` checks each program of an object.",
  },
  ERR_EBPF_ATTACH_TARGET: {
    means: "The target of a program is unknown.",
    happens:
      'The SEC name gives no target, for example SEC("xdp"), or programs of this kind are not attached at all.',
    remedy:
      "Pass the options that the message names to the function of `link`, or write them into the SEC name.",
  },
  ERR_EBPF_BTF: {
    means: "Type information (BTF) is truncated or contradicts itself.",
    happens: "A file is damaged, or a tool wrote BTF that is not valid.",
    remedy: "Compile the object again, and check the tools that changed it afterwards.",
  },
  ERR_EBPF_CLOSE: {
    means: "A collection is closed, but some of its programs stay attached.",
    happens:
      "The kernel refused to remove attachments without a bpf_link: no descriptor or memory is free, a privilege was dropped, or another process holds the probe. `errors` has the error of each link.",
    remedy: "Remove the cause and call `close()` again.",
  },
  ERR_EBPF_CLOSED: {
    means: "A map, program, link, reader or collection is used after it was closed.",
    happens: "`close()` was called, a `using` block ended, or the collection that owns it was closed.",
    remedy: "Keep the owner open for as long as its parts are used.",
  },
  ERR_EBPF_COMPILE: {
    means: "clang refused a C file.",
    happens: "The source has an error, or a header is missing. The message has what clang printed.",
    remedy: "Correct the source. `npx ebpf vmlinux -o vmlinux.h` writes the types of the kernel.",
  },
  ERR_EBPF_DWARF: {
    means: "Debugging information (DWARF) cannot be read.",
    happens: "It is truncated, contradicts itself, is split into other files, or has an unknown form.",
    remedy: "Compile with `clang -g` and without -gsplit-dwarf.",
  },
  ERR_EBPF_ELF: {
    means: "A file is not a valid ELF file.",
    happens: "It is another kind of file, or it is truncated or damaged.",
    remedy: "Pass the object that clang wrote, or the binary to probe.",
  },
  ERR_EBPF_ENCODE: {
    means: "A value does not fit its C type. Nothing was stored.",
    happens: "A number is out of range, a text is too long, a field is missing or has the wrong kind.",
    remedy: "`path` names the field, `expected` what its type holds. 64-bit integers are bigint.",
  },
  ERR_EBPF_INTERRUPTED: {
    means: "The process received a signal that ends it.",
    happens: "It is the abort reason of the signal of `untilInterrupted()`.",
    remedy: "Close what is open and end. Loops of this package end by themselves.",
  },
  ERR_EBPF_INVALID_ARGUMENT: {
    means: "An argument has the wrong type or is out of range. The call did nothing.",
    happens: "The message has the argument, the expected value and the received value.",
    remedy: "Correct the call. TypeScript finds most of these errors at compile time.",
  },
  ERR_EBPF_KEY_EXIST: {
    means: "The map already has an entry for the key.",
    happens: "`update` was called with mode `noexist`.",
    remedy: "Use mode `any` to replace the entry, or handle this error as the answer.",
  },
  ERR_EBPF_KEY_NOT_EXIST: {
    means: "The map has no entry for the key.",
    happens: "`lookup` or a batch met a key without an entry, or `update` with mode `exist`.",
    remedy: "Use `get`, which returns undefined, or handle this error as the answer.",
  },
  ERR_EBPF_LINK: {
    means: "An operation on an existing link failed.",
    happens: "The kernel refused to update, detach or pin it.",
    remedy: "Follow the remedy in the message. `ebpf docs attach-support` lists which links can be updated.",
  },
  ERR_EBPF_LINK_OBJECTS: {
    means: "Objects could not be linked into one.",
    happens:
      "Two of them define the same symbol, or the definition of an extern is missing or has another type.",
    remedy: "`log` has the messages of libbpf's linker.",
  },
  ERR_EBPF_LOAD: {
    means: "An object could not be loaded, and the verifier was not the reason.",
    happens:
      "A map was refused, a CO-RE field or a function does not exist in this kernel, or the system has reached a limit.",
    remedy:
      "Follow the remedy in the message; `log` has the messages of libbpf. `ebpf doctor object.o` names each part that fails.",
  },
  ERR_EBPF_MAP_ACCESS: {
    means: "The map does not allow the operation from user space.",
    happens: "It is frozen, or was created with rdonly, wronly or without the operation.",
    remedy: "Write before the map is frozen, or change its flags.",
  },
  ERR_EBPF_MAP_BATCH: {
    means: "A batch stopped before its end.",
    happens: "One entry was refused. `count` entries were processed before it.",
    remedy: "`cause` has the reason. Continue after the entry, or repeat it alone.",
  },
  ERR_EBPF_MAP_CHANGED: {
    means: "A map changed faster than it could be read.",
    happens: "Entries were deleted while it was iterated, again and again.",
    remedy: "Try again, read in batches, or let programs write into a second map.",
  },
  ERR_EBPF_MAP_FULL: {
    means: "The map has no room for another entry.",
    happens: "It has `maxEntries` entries, or an index is beyond the end of an array.",
    remedy: "Raise maxEntries before loading, delete entries, or use an LRU map.",
  },
  ERR_EBPF_MAP_INCOMPATIBLE: {
    means: "An existing map differs from what is expected.",
    happens: "A pinned map, or one that replaces a map of an object, has another type, size or flags.",
    remedy: "`differences` lists what differs. Remove the pin, or change the definition.",
  },
  ERR_EBPF_NOT_BPF: {
    means: "An ELF file is not for BPF.",
    happens: "It was compiled for another machine, for example without --target=bpf.",
    remedy: "Compile with `clang --target=bpf`.",
  },
  ERR_EBPF_NOT_EXIST: {
    means: "No map, program or link of the kernel has the ID.",
    happens: "The object was freed, or the ID belongs to an object of another kind.",
    remedy: "Hold an open object instead of an ID, or treat this error as the answer.",
  },
  ERR_EBPF_NOT_SUPPORTED: {
    means: "This kernel does not support the operation.",
    happens: "It is too old, or built without an option. The message has the version or the option.",
    remedy:
      "Check with `features` first, and use another way on old kernels. `ebpf check` examines an object on several kernels.",
  },
  ERR_EBPF_NO_BTF: {
    means: "Type information (BTF) is needed and missing.",
    happens: "The object was compiled without -g or stripped, or the kernel has no CONFIG_DEBUG_INFO_BTF.",
    remedy: "Compile with `clang -g`, strip with `llvm-strip -g`, or pass the option kernelBtf of load.",
  },
  ERR_EBPF_NO_INTERFACE: {
    means: "No network interface has the name or index.",
    happens: "It does not exist, or is in another network namespace.",
    remedy: "`ip link` lists the interfaces of the namespace.",
  },
  ERR_EBPF_NO_SYMBOL: {
    means: "The kernel or a binary has no such function.",
    happens:
      "It is spelled differently, was inlined by the compiler, is in a module that is not loaded, or the binary is stripped.",
    remedy: "`nearest` lists similar names. An offset or an address works without a symbol.",
  },
  ERR_EBPF_OBJECT_FILE: {
    means: "An object file could not be read.",
    happens: "The path is wrong, or the process may not read it. `cause` is the error of Node.js.",
    remedy: "Relative paths start at the working directory of the process: pass an absolute one.",
  },
  ERR_EBPF_OBJECT_FORMAT: {
    means: "A section of an object is invalid.",
    happens: "A map definition, a program or a variable contradicts the object's symbols or types.",
    remedy: "Compile with the headers of libbpf that come with this package.",
  },
  ERR_EBPF_PERMISSION: {
    means: "The process does not have permission for the operation.",
    happens:
      "A capability is missing, or a user namespace, a seccomp filter, lockdown, kernel.unprivileged_bpf_disabled or RLIMIT_MEMLOCK blocks it.",
    remedy:
      "The message names the privilege. `ebpf doctor` shows those of this process; `ebpf docs privileges` lists what each kind needs.",
  },
  ERR_EBPF_PIN: {
    means: "A pin could not be created, opened or removed.",
    happens: "The path is not in a BPF file system, exists already, or belongs to another user.",
    remedy: "Pin below /sys/fs/bpf. `mount -t bpf bpf /sys/fs/bpf` mounts it.",
  },
  ERR_EBPF_PLATFORM: {
    means: "The operating system is not Linux.",
    happens: "The operation needs the Linux kernel. Reading objects and generating code work on any system.",
    remedy: "Run it on Linux, in a container or a VM.",
  },
  ERR_EBPF_PROGRAM_TYPE: {
    means: "A program has the wrong type for the hook.",
    happens: "A function of `link` was called with a program of another SEC name.",
    remedy: "Use the function for the type, `program.attach()`, or another SEC name.",
  },
  ERR_EBPF_RECORD: {
    means: "A record of a program does not fit the type of the reader.",
    happens: "The program sends another struct, or fewer bytes. `bytes` is a copy of the record.",
    remedy: "Pass the type that the program sends. `ebpf inspect` shows which types are sent where.",
  },
  ERR_EBPF_RING_CORRUPT: {
    means: "A ring buffer has no valid record at the read position.",
    happens: "Another reader consumes the same ring buffer.",
    remedy: "Read each ring buffer in one place.",
  },
  ERR_EBPF_RING_FULL: {
    means: "A user ring buffer has no room.",
    happens: "Programs consume records slower than they are sent.",
    remedy: "Run the consuming program, wait, or use a larger buffer.",
  },
  ERR_EBPF_SYSTEM: {
    means: "A system call failed.",
    happens: "No other class fits. `errnoName` has the reason; EMFILE and ENFILE are limits of open files.",
    remedy: "Follow the remedy in the message, if there is one.",
  },
  ERR_EBPF_UNKNOWN_NAME: {
    means: "An object has no map, program, variable or type with the name.",
    happens: "It is spelled differently, or the object is older than the code that uses it.",
    remedy: "`nearest` lists similar names. `ebpf inspect object.o` lists all.",
  },
  ERR_EBPF_UPGRADE: {
    means:
      "A running version could not be replaced by a new one. The old one runs, unless the message says otherwise.",
    happens:
      "A map has another layout that cannot be converted by the names of its fields, the health check failed, or the folder has pins of something else.",
    remedy:
      "The message names the map and the fields, or the cause. `ebpf docs upgrade` describes what can be handed over.",
  },
  ERR_EBPF_UPGRADE_LOCKED: {
    means: "Another process upgrades the programs of the same folder.",
    happens: "Two loaders were started at once, or a canary is neither promoted nor rolled back.",
    remedy: "Wait until it has finished. The end of the process releases the lock.",
  },
  ERR_EBPF_VERIFIER: {
    means: "The verifier of the kernel refused a program.",
    happens: "It cannot prove that the program is safe. `error.explain()` shows where and why.",
    remedy: "Follow the help of the report. `ebpf docs verifier` explains how to read it.",
  },
};
