{
  # libbpf, libelf and zlib are compiled here rather than by their own build systems: distributions' static
  # libraries are not position-independent, and this way one file serves every architecture, a user's own
  # offline build, and the sanitizers.
  # include_dirs+: before Node's headers, which bring a zlib.h of their own.
  "target_defaults": {
    "default_configuration": "Release",
    "cflags": ["-O2", "-g", "-fPIC", "-fvisibility=hidden", "-ffunction-sections", "-fdata-sections"],
  },
  "targets": [
    {
      "target_name": "ebpf",
      "sources": ["<!@(node native/sources.cjs ebpf)"],
      "dependencies": ["bpf", "elf", "z"],
      "include_dirs+": [
        "<!(node -p \"require('node-addon-api').include_dir\")",
        "native/vendor/include",
        "native/vendor/elfutils/libelf",
      ],
      "defines": [
        "_GNU_SOURCE",
        "NAPI_VERSION=8",  # 10 makes Node 20 crash while loading
        "NAPI_CPP_EXCEPTIONS",
        "NODE_API_SWALLOW_UNTHROWABLE_EXCEPTIONS",  # a worker being terminated is no reason to abort
      ],
      "libraries": ["-ldl"],  # part of the C library from glibc 2.34 on
      "cflags": ["-Wall", "-Wextra"],
      "cflags!": ["-fno-exceptions"],
      "cflags_cc!": ["-fno-exceptions", "-fno-rtti", "-std=gnu++17", "-std=gnu++20"],
      "cflags_cc": ["-std=c++17", "-fexceptions", "-fvisibility-inlines-hidden"],
      "ldflags": [
        "-static-libstdc++",
        "-static-libgcc",
        "-Wl,--exclude-libs,ALL",
        "-Wl,--version-script=<(module_root_dir)/native/exports.map",
        "-Wl,-Bsymbolic",
        "-Wl,--wrap=feat_supported",  # native/feature_probes.c
        "-Wl,--gc-sections",
        "-Wl,-z,relro,-z,now",
      ],
    },
    {
      "target_name": "bpf",
      "type": "static_library",
      "sources": ["<!@(node native/sources.cjs bpf)"],
      "include_dirs+": [
        "native/vendor/libbpf/src",
        "native/vendor/libbpf/include",
        "native/vendor/libbpf/include/uapi",
        "native/vendor/elfutils/libelf",
        "native/vendor/zlib",
      ],
      "defines": ["_GNU_SOURCE", "_LARGEFILE64_SOURCE", "_FILE_OFFSET_BITS=64"],
      "cflags": ["-w"],
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
      "cflags": ["-w"],
      "cflags_c": ["-std=gnu99"],
    },
    {
      "target_name": "z",
      "type": "static_library",
      "sources": ["<!@(node native/sources.cjs z)"],
      "defines": ["HAVE_UNISTD_H", "HAVE_HIDDEN"],
      "cflags": ["-w"],
    },
  ],
}
