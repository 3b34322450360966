# What the targets of our own C++ have in common.
{
  "include_dirs+": [
    "<!(node -p \"require('node-addon-api').include_dir\")",
    "vendor/include",
    "vendor/elfutils/libelf",
  ],
  "defines": [
    "_GNU_SOURCE",
    "NAPI_VERSION=8",  # 10 makes Node 20 crash while loading
    "NAPI_CPP_EXCEPTIONS",
    "NODE_API_SWALLOW_UNTHROWABLE_EXCEPTIONS",  # a worker being terminated is no reason to abort
  ],
  "cflags": ["-Wall", "-Wextra"],
  "cflags!": ["-fno-exceptions"],
  "cflags_cc!": ["-fno-exceptions", "-fno-rtti", "-std=gnu++17", "-std=gnu++20"],
  "cflags_cc": ["-std=c++17", "-fexceptions", "-fvisibility-inlines-hidden"],
}
