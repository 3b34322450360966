/** What is fetched, where from, and what of it we keep. The only place that names a version. */

export interface Pin {
  /** Folder under native/vendor, and name of the Debian source package. */
  readonly name: string;
  readonly version: string;
  /** A different packing of the same release has a different checksum, hence a list. */
  readonly archives: readonly Archive[];
  /** Paths inside the archive (its first folder stripped) that are unpacked: a file, or a folder's files of some kinds. */
  readonly keep: readonly Keep[];
}

export type Archive =
  /** In Debian's source index, found there by its checksum: the Debian revision does not matter. */
  | { readonly from: "debian"; readonly sha256: string; readonly suites: readonly string[] }
  /** The project's own release. */
  | { readonly from: "upstream"; readonly sha256: string; readonly url: string };

export type Keep = string | { readonly folder: string; readonly extensions: readonly string[] };

const libbpfSha256 = "7ab5feffbf78557f626f2e3e3204788528394494715a30fc2070fcddc2051b7b";
const elfutilsSha256 = "616099beae24aba11f9b63d86ca6cc8d566d968b802391334c91df54eab416b4";

export const pins: readonly Pin[] = [
  {
    name: "libbpf",
    version: "1.7.0",
    archives: [
      { from: "debian", sha256: libbpfSha256, suites: ["forky", "sid"] },
      {
        from: "upstream",
        sha256: libbpfSha256,
        url: "https://github.com/libbpf/libbpf/archive/refs/tags/v1.7.0.tar.gz",
      },
    ],
    keep: [
      "LICENSE",
      "LICENSE.BSD-2-Clause",
      "LICENSE.LGPL-2.1",
      { folder: "src", extensions: [".c", ".h"] },
      { folder: "include", extensions: [".h"] },
    ],
  },
  {
    name: "elfutils",
    version: "0.192",
    archives: [
      { from: "debian", sha256: elfutilsSha256, suites: ["trixie"] },
      {
        from: "upstream",
        sha256: elfutilsSha256,
        url: "https://sourceware.org/elfutils/ftp/0.192/elfutils-0.192.tar.bz2",
      },
    ],
    keep: [
      "AUTHORS",
      "COPYING",
      "COPYING-GPLV2",
      "COPYING-LGPLV3",
      "version.h",
      // Of lib, what libelf includes.
      ...["crc32.c", "eu-config.h", "eu-search.c", "eu-search.h", "locks.h", "next_prime.c", "system.h"].map(
        (name) => `lib/${name}`,
      ),
      { folder: "libelf", extensions: [".c", ".h"] },
    ],
  },
  {
    name: "zlib",
    version: "1.3.1",
    archives: [
      {
        from: "debian",
        sha256: "60dd315c07f616887caa029408308a018ace66e3d142726a97db164b3b8f69fb",
        suites: ["trixie"],
      },
      {
        from: "upstream",
        sha256: "9a93b2b7dfdac77ceba5a558a580e74667dd6fede4585b91eefb60f03b72df23",
        url: "https://github.com/madler/zlib/releases/download/v1.3.1/zlib-1.3.1.tar.gz",
      },
    ],
    // What decompresses: libbpf reads /proc/config.gz, and libelf compressed sections. Nothing is compressed.
    keep: [
      ...["LICENSE", "README", "adler32.c", "crc32.c", "gzclose.c", "gzguts.h", "gzlib.c", "gzread.c"],
      ...["inffast.c", "inffast.h", "inffixed.h", "inflate.c", "inflate.h", "inftrees.c", "inftrees.h"],
      ...["zconf.h", "zlib.h", "zutil.c", "zutil.h"],
    ],
  },
];
