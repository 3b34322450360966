import { EbpfError, type EbpfErrorOptions } from "./ebpf-error.ts";

/** A running version could not be replaced with a new one. The old version runs, unless the message says otherwise. */
export class UpgradeError extends EbpfError {
  static override readonly name: string = "UpgradeError";
  /** The folder of the pins. */
  readonly folder: string;
  constructor(message: string, options: EbpfErrorOptions & { folder: string }) {
    super("ERR_EBPF_UPGRADE", message, { operation: "upgrade", ...options });
    this.folder = options.folder;
  }
}

/** Another process upgrades the programs of the same folder. Nothing was changed. */
export class UpgradeLockedError extends EbpfError {
  static override readonly name: string = "UpgradeLockedError";
  /** The folder of the pins. */
  readonly folder: string;
  /** The ID of the process; undefined when it is in another PID namespace. */
  readonly pid: number | undefined;
  constructor(options: { folder: string; pid: number | undefined }) {
    const { folder, pid } = options;
    const holder = pid === undefined ? "another process" : `process ${pid}`;
    super("ERR_EBPF_UPGRADE_LOCKED", `${holder} is upgrading "${folder}"`, {
      operation: "upgrade",
      remedy: "Try again when it has finished. The end of the process releases the lock",
    });
    this.folder = folder;
    this.pid = pid;
  }
}
