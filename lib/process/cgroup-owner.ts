import { checkText } from "../arguments/index.ts";

/** The software that started a container, if the names of its cgroups show it. */
export type ContainerRuntime = "docker" | "containerd" | "cri-o" | "podman";

/** The owner of a cgroup. A property is absent when the path does not contain it. */
export interface CgroupOwner {
  /** The unit of the system's systemd: `nginx.service`, `user@1000.service`, `docker-0123….scope`. */
  readonly unit?: string;
  /** The unit of a user's systemd: `app-firefox-1234.scope`. */
  readonly userUnit?: string;
  /** The UID of the Kubernetes pod. The UID of a static pod is 32 hexadecimal digits, any other has dashes. */
  readonly pod?: string;
  /** The ID of the container: 64 hexadecimal digits. */
  readonly container?: string;
  /** Absent for a container whose cgroup has only its ID as name, as with the cgroupfs driver of Kubernetes. */
  readonly runtime?: ContainerRuntime;
}

const unitName = /^[\w:.\\@-]+\.(?:service|scope|socket|mount|swap)$/;
const sliceName = /^[\w:.\\@-]+\.slice$/;
const podName =
  /(?:^|-)pod([0-9a-f]{8}(?:[-_][0-9a-f]{4}){3}[-_][0-9a-f]{12}|[0-9a-f]{32})(?:\.slice(?::.*)?)?$/;
// "crio-conmon-ID.scope" and "libpod-conmon-ID.scope" have the monitor of a container, not the container.
const containerName =
  /^(?:(docker|cri-containerd|nerdctl|crio|libpod|libpod-payload)-|[\w.-]*:(cri-containerd|nerdctl|crio):)?([0-9a-f]{64})(?:\.scope)?$/;

const runtimes: Readonly<Record<string, ContainerRuntime>> = {
  docker: "docker",
  "cri-containerd": "containerd",
  nerdctl: "containerd",
  crio: "cri-o",
  libpod: "podman",
  "libpod-payload": "podman",
};

/**
 * Returns the systemd unit, the Kubernetes pod and the container that a cgroup belongs to, from its path. Reads no files.
 *
 * Supports the paths of systemd, Docker, containerd, CRI-O, Podman and the kubelet, with both of its cgroup drivers.
 * For nested containers, it returns the innermost.
 *
 * @param path - The path below the cgroup mount, as in /proc/PID/cgroup: `/system.slice/nginx.service`.
 * @throws {@link InvalidArgumentError} for a value that is not text.
 *
 * @example
 * ```ts
 * cgroupOwner(cgroupOf(process.pid)); // { unit: "docker-4f6f….scope", container: "4f6f…", runtime: "docker" }
 * ```
 */
export function cgroupOwner(path: string): CgroupOwner {
  const names = checkText(path, "path of cgroupOwner").split("/").map(unescaped);
  return { ...unitsOf(names), ...podOf(names), ...containerOf(names) };
}

/** Removes the "_" that systemd adds before a name that could collide with a file of the kernel: "_cgroup.service". */
function unescaped(name: string): string {
  return name.startsWith("_") ? name.slice(1) : name;
}

/** Returns the first name below the slices, like sd_pid_get_unit and sd_pid_get_user_unit. */
function unitsOf(names: readonly string[]): Pick<CgroupOwner, "unit" | "userUnit"> {
  const rest = names.filter((name) => name !== "" && name !== "..");
  const unit = belowSlices(rest);
  if (unit === undefined) return {};
  if (!/^(?:user@\d+\.service|session-.+\.scope)$/.test(unit)) return { unit };
  const userUnit = belowSlices(rest.slice(rest.indexOf(unit) + 1));
  return userUnit === undefined ? { unit } : { unit, userUnit };
}

function belowSlices(names: readonly string[]): string | undefined {
  const first = names.find((name) => !sliceName.test(name));
  return first !== undefined && unitName.test(first) ? first : undefined;
}

function podOf(names: readonly string[]): Pick<CgroupOwner, "pod"> {
  const uid = lastMatch(names, podName)?.[1];
  return uid === undefined ? {} : { pod: uid.replaceAll("_", "-") };
}

function containerOf(names: readonly string[]): Pick<CgroupOwner, "container" | "runtime"> {
  const found = lastMatch(names, containerName);
  const container = found?.[3];
  if (container === undefined) return {};
  const prefix = found?.[1] ?? found?.[2] ?? "";
  // Docker with the cgroupfs driver: /docker/ID. Podman: /libpod_parent/libpod-ID.
  const runtime =
    runtimes[prefix] ?? (names.at(names.indexOf(found?.[0] ?? "") - 1) === "docker" ? "docker" : undefined);
  return runtime === undefined ? { container } : { container, runtime };
}

function lastMatch(names: readonly string[], pattern: RegExp): RegExpExecArray | undefined {
  for (let i = names.length - 1; i >= 0; i--) {
    const match = pattern.exec(names[i] as string);
    if (match !== null) return match;
  }
  return undefined;
}
