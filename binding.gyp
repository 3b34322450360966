{
  # libbpf, libelf and zlib are compiled here rather than by their own build systems: distributions' static
  # libraries are not position-independent, and this way one file serves every architecture, a user's own
  # offline build, and the sanitizers.
  # include_dirs+: before Node's headers, which bring a zlib.h of their own.
  # cflags of a configuration: Node adds -O3 to it, which would come after an -O of the target.
  "target_defaults": {
    "default_configuration": "Release",
    "cflags": ["-g", "-fPIC", "-fvisibility=hidden", "-ffunction-sections", "-fdata-sections"],
  },
  "targets": [
    {
      "target_name": "ebpf",
      "sources": ["<!@(node native/sources.cjs ebpf)"],
      "dependencies": ["hot", "bpf", "elf", "z"],
      "includes": ["native/addon.gypi"],
      "configurations": {"Release": {"cflags!": ["-O3"], "cflags": ["-Os"]}},
      "libraries": ["-ldl"],  # part of the C library from glibc 2.34 on
      "ldflags": [
        "-static-libstdc++",
        "-static-libgcc",
        "-Wl,--exclude-libs,ALL",
        "-Wl,--version-script=<(module_root_dir)/native/exports.map",
        "-Wl,-Bsymbolic",
        "-Wl,--wrap=feat_supported,--wrap=bpf_prog_load",  # native/feature_probes.c
        "-Wl,--gc-sections",  # also removes libelf's calls of deflate(), which native/vendor/zlib does not have
        "-Wl,-z,relro,-z,now",
      ],
    },
    {
      # What runs for each element, record or load. The rest is compiled for size.
      "target_name": "hot",
      "type": "static_library",
      "sources": ["<!@(node native/sources.cjs hot)"],
      "includes": ["native/addon.gypi"],
      "configurations": {"Release": {"cflags!": ["-O3"], "cflags": ["-O2"]}},
    },
    {
      "target_name": "bpf",
      "type": "static_library",
      "sources": ["<!@(node native/sources.cjs bpf)"],
      "include_dirs+": [
        "native/vendor/libbpf/src",
        "native/vendor/libbpf/include",
        "native/vendor/include",
        "native/vendor/elfutils/libelf",
        "native/vendor/zlib",
      ],
      "defines": ["_GNU_SOURCE", "_LARGEFILE64_SOURCE", "_FILE_OFFSET_BITS=64"],
      "configurations": {"Release": {"cflags!": ["-O3"], "cflags": ["-O2"]}},
      "cflags": ["-w", "-fno-asynchronous-unwind-tables"],
      "cflags_c": ["-std=gnu89"],
    },
    {
      "target_name": "elf",
      "type": "static_library",
      "sources": ["<!@(node native/sources.cjs elf)"],
      "include_dirs+": [
        "native/vendor-config/elfutils",
        "native/vendor/elfutils/lib",
        "native/vendor/elfutils/libelf",
        "native/vendor/elfutils",
        "native/vendor/zlib",
      ],
      "defines": ["HAVE_CONFIG_H", "_GNU_SOURCE"],
      "configurations": {"Release": {"cflags!": ["-O3"], "cflags": ["-Os"]}},
      "cflags": ["-w", "-fno-asynchronous-unwind-tables"],
      "cflags_c": ["-std=gnu99"],
    },
    {
      "target_name": "z",
      "type": "static_library",
      "sources": ["<!@(node native/sources.cjs z)"],
      "defines": ["HAVE_UNISTD_H", "HAVE_HIDDEN", "DYNAMIC_CRC_TABLE", "NO_GZCOMPRESS"],
      "configurations": {"Release": {"cflags!": ["-O3"], "cflags": ["-Os"]}},
      "cflags": ["-w", "-fno-asynchronous-unwind-tables"],
    },
  ],
}
