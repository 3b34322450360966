import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, rmdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { cgroupOf, cgroupOwner, cgroupPaths, InvalidArgumentError } from "../../lib/index.ts";
import { cgroup2 } from "../support/cgroup2.ts";

const id = "0123456789abcdef".repeat(4);
const uid = "8f6b2c3d-1a2b-4c3d-9e8f-001122334455";
const underscored = uid.replaceAll("-", "_");
const slices = "/kubepods.slice/kubepods-burstable.slice";

const owners: Record<string, ReturnType<typeof cgroupOwner>> = {
  "/": {},
  "/system.slice": {},
  "/web/workers": {},
  "/init.scope": { unit: "init.scope" },
  "/system.slice/nginx.service": { unit: "nginx.service" },
  "/system.slice/system-getty.slice/getty@tty1.service": { unit: "getty@tty1.service" },
  "/system.slice/nginx.service/worker": { unit: "nginx.service" },
  "/system.slice/_cgroup.service": { unit: "cgroup.service" },
  "/user.slice/user-1000.slice/session-3.scope": { unit: "session-3.scope" },
  "/user.slice/user-1000.slice/user@1000.service/app.slice/app-firefox-12.scope": {
    unit: "user@1000.service",
    userUnit: "app-firefox-12.scope",
  },
  "/user.slice/user-1000.slice/user@1000.service": { unit: "user@1000.service" },
  // Docker, with the drivers systemd and cgroupfs.
  [`/system.slice/docker-${id}.scope`]: { unit: `docker-${id}.scope`, container: id, runtime: "docker" },
  [`/docker/${id}`]: { container: id, runtime: "docker" },
  // Podman; in a service; and the monitor of a container.
  [`/machine.slice/libpod-${id}.scope`]: { unit: `libpod-${id}.scope`, container: id, runtime: "podman" },
  [`/machine.slice/libpod-${id}.scope/container`]: {
    unit: `libpod-${id}.scope`,
    container: id,
    runtime: "podman",
  },
  [`/system.slice/web.service/libpod-payload-${id}`]: {
    unit: "web.service",
    container: id,
    runtime: "podman",
  },
  [`/machine.slice/libpod-conmon-${id}.scope`]: { unit: `libpod-conmon-${id}.scope` },
  // Kubernetes, with the drivers systemd and cgroupfs; a pod of the class "guaranteed"; a static pod.
  [`${slices}/kubepods-burstable-pod${underscored}.slice/cri-containerd-${id}.scope`]: {
    unit: `cri-containerd-${id}.scope`,
    pod: uid,
    container: id,
    runtime: "containerd",
  },
  [`/kubepods.slice/kubepods-pod${underscored}.slice/crio-${id}.scope`]: {
    unit: `crio-${id}.scope`,
    pod: uid,
    container: id,
    runtime: "cri-o",
  },
  [`${slices}/kubepods-burstable-pod${underscored}.slice/crio-conmon-${id}.scope`]: {
    unit: `crio-conmon-${id}.scope`,
    pod: uid,
  },
  [`/kubepods/besteffort/pod${uid}/${id}`]: { pod: uid, container: id },
  [`/kubepods/burstable/pod${id.slice(0, 32)}/${id}`]: { pod: id.slice(0, 32), container: id },
  [`/system.slice/containerd.service/kubepods-burstable-pod${underscored}.slice:cri-containerd:${id}`]: {
    unit: "containerd.service",
    pod: uid,
    container: id,
    runtime: "containerd",
  },
  // Seen from a cgroup namespace beside it; and a node of kind, which is a container itself.
  [`/../../${slices.slice(1)}/kubepods-burstable-pod${underscored}.slice/cri-containerd-${id}.scope`]: {
    unit: `cri-containerd-${id}.scope`,
    pod: uid,
    container: id,
    runtime: "containerd",
  },
  [`/docker/${"f".repeat(64)}/kubelet/kubepods/pod${uid}/${id}`]: { pod: uid, container: id },
  // Looks like one, and is not.
  [`/docker/${id.slice(1)}`]: {},
  [`/podium/${uid}`]: {},
};

for (const [path, owner] of Object.entries(owners))
  test(`cgroupOwner: ${path}`, () => {
    expect(cgroupOwner(path)).toEqual(owner);
  });

test("cgroupOf and cgroupPaths find the cgroup of a process, by its pid and by the ID of the cgroup", async () => {
  const name = `ebpf-cgroups-${process.pid}.slice`;
  const folder = join(cgroup2(), name, "nested.service");
  mkdirSync(folder, { recursive: true });
  const child = spawn("sleep", ["1000"]);
  try {
    await once(child, "spawn");
    writeFileSync(join(folder, "cgroup.procs"), `${child.pid}`);
    const path = cgroupOf(child.pid as number);
    expect(path.endsWith(`/${name}/nested.service`)).toBe(true);
    expect(cgroupOwner(path).unit).toBe("nested.service");
    const { ino } = statSync(folder, { bigint: true });
    expect(cgroupPaths().get(ino)).toBe(`/${name}/nested.service`);
    expect(cgroupPaths(join(cgroup2(), name))).toEqual(
      new Map([
        [statSync(join(cgroup2(), name), { bigint: true }).ino, "/"],
        [ino, "/nested.service"],
      ]),
    );
  } finally {
    child.kill("SIGKILL");
    await once(child, "close");
    rmdirSync(folder);
    rmdirSync(join(cgroup2(), name));
  }
});

test("cgroupOf and cgroupPaths refuse a process and a folder that do not exist", () => {
  expect(() => cgroupOf(0x7fff_fffe)).toThrow(InvalidArgumentError);
  expect(() => cgroupOf(0x7fff_fffe)).toThrow("there is no process 2147483646");
  expect(() => cgroupPaths("/no/such/folder")).toThrow('there is no folder "/no/such/folder"');
  expect(() => cgroupOwner(5 as never)).toThrow(InvalidArgumentError);
});
