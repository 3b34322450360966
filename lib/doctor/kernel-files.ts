import type { Btf } from "../btf/index.ts";
import { InvalidArgumentError } from "../errors/index.ts";
import { configValue, readConfigFile } from "../kernel/config.ts";
import { isAtLeast } from "../kernel/version.ts";

/** A kernel that does not run here, known from its files. */
export class KernelFiles {
  /** The version: `6.1`. */
  readonly version: string;
  /** The types of the kernel. Undefined if they are unknown. */
  readonly btf: Btf | undefined;
  readonly #config: string | undefined;

  private constructor(version: string, config: string | undefined, btf: Btf | undefined) {
    this.version = version;
    this.#config = config;
    this.btf = btf;
  }

  /**
   * @param config - The path of its configuration, such as `/boot/config-6.1.0` or a copy of `/proc/config.gz`.
   * @param version - Its version. Default: that in the configuration.
   * @throws {@link InvalidArgumentError} when neither gives the version. The error of Node.js when the file cannot be read.
   */
  static read({ config, btf, version }: { config?: string; btf?: Btf; version?: string }): KernelFiles {
    const text = config === undefined ? undefined : readConfigFile(config);
    const found = version ?? /^# Linux\/\S+ (\d+\.\d+)\S* .*Configuration/m.exec(text ?? "")?.[1];
    if (found === undefined || !/^\d+\.\d+/.test(found))
      throw new InvalidArgumentError(
        config === undefined
          ? "version of the kernel: expected text such as 6.1"
          : `"${config}" is not the configuration of a kernel: it has no line "# Linux/… Kernel Configuration"`,
      );
    return new KernelFiles(found, text, btf);
  }

  /** Returns `Needs Linux 6.6, that kernel is 6.1`. Undefined if the kernel is new enough. */
  needs(since: string | undefined): string | undefined {
    return since === undefined || isAtLeast(this.version, since)
      ? undefined
      : `Needs Linux ${since}, that kernel is ${this.version}`;
  }

  /** The byte order. Undefined if neither the types nor the configuration show it. */
  get littleEndian(): boolean | undefined {
    if (this.btf !== undefined) return this.btf.littleEndian;
    const text = this.#config;
    if (text === undefined) return undefined;
    return ["CONFIG_CPU_BIG_ENDIAN", "CONFIG_S390"].every((option) => configValue(text, option) === "n");
  }

  /**
   * Returns the reason if the kernel is built without one of these options. Undefined if it has them or its
   * configuration is unknown.
   */
  lacks(options: readonly string[]): string | undefined {
    const text = this.#config;
    if (text === undefined) return undefined;
    const missing = options.filter((option) => configValue(text, option) === "n");
    return missing.length > 0 ? `That kernel is built without ${missing.join(" and ")}` : undefined;
  }
}
