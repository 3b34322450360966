/** Denial of an access by the JavaScript runtime, before the kernel was asked. */
export interface RuntimeDenial {
  /** The subject of a message: `Deno denied ...`. */
  readonly runtime: "Deno" | "Node's permission model";
  /** The option of the runtime that grants access. */
  readonly remedy: string;
}

/** Recognizes a denial by the permissions of Deno or Node.js. Returns undefined for an error of the kernel. */
export function runtimeDenial(path: string, cause: unknown): RuntimeDenial | undefined {
  if (isDenoDenial(cause)) {
    // Deno requires more than --allow-read for files of the kernel and of processes.
    const flag = /^\/(sys|proc|dev|etc)(\/|$)/.test(path) ? "--allow-all" : `--allow-read=${path}`;
    return { runtime: "Deno", remedy: `Pass ${flag} to deno` };
  }
  if ((cause as NodeJS.ErrnoException | undefined)?.code !== "ERR_ACCESS_DENIED") return undefined;
  return { runtime: "Node's permission model", remedy: `Pass --allow-fs-read=${path} to node` };
}

/** Whether Deno denied an access. Its older versions have another name for the error. */
export function isDenoDenial(cause: unknown): boolean {
  return /^(NotCapable|PermissionDenied)$/.test((cause as Error | undefined)?.name ?? "");
}
