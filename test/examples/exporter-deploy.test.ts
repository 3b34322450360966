// kernels: native
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { cgroup2 } from "../support/cgroup2.ts";
import { requires } from "../support/requires.ts";
import { containerCgroup, exporterProgram, samplesOf, startExporter } from "./exporter.ts";

const root = join(import.meta.dirname, "../..");
const deploy = join(root, "bpf-examples/exporter/deploy");
const text = (name: string) => readFileSync(join(deploy, name), "utf8");
const unit = text("ebpf-exporter.service");

/** The words after a key of the unit, of its last line with that key. */
function setting(key: string): string[] {
  return [...unit.matchAll(new RegExp(`^${key}=(.*)$`, "gm"))].at(-1)?.[1]?.split(" ") ?? [];
}

const capabilities = setting("AmbientCapabilities");

test("systemd accepts the unit, and finds it little exposed", (context) => {
  requires(context, existsSync("/usr/bin/systemd-analyze"), "no systemd-analyze: apt-get install systemd");
  const path = join(deploy, "ebpf-exporter.service");
  const analyze = (...args: string[]) => spawnSync("systemd-analyze", args, { encoding: "utf8" });
  const verified = analyze("verify", path);
  // The test's machine has neither the exporter nor, perhaps, Node where the unit has them.
  const complaints = verified.stderr
    .split("\n")
    .filter((line) => line !== "" && !/is not executable/.test(line));
  expect(complaints).toEqual([]);
  const security = analyze("security", "--offline=true", "--threshold=20", path);
  expect(security.status, security.stdout).toBe(0);
});

test("the exporter works as another user, with the capabilities of the unit only and without a place to write", {
  timeout: 60_000,
}, async (context) => {
  requires(context, !existsSync(join(cgroup2(), "cgroup.type")), "cgroups: this is a cgroup namespace");
  const place = mkdtempSync(join(tmpdir(), "ebpf-exporter-"));
  try {
    // The checkout where every user can reach it, as in /opt; all else read-only, as ProtectSystem=strict has it.
    const mount = `mount --make-rprivate / && mount -t tmpfs -o mode=755 none ${place} && mkdir ${place}/checkout && \
      mount --bind ${root} ${place}/checkout && mount -o remount,bind,ro ${place}/checkout && \
      mount -o remount,bind,ro / && exec "$@"`;
    const set = capabilities.map((name) => name.toLowerCase().replace("cap_", "+")).join(",");
    const drop = [
      "--bounding-set",
      `-all,${set}`,
      "--inh-caps",
      `-all,${set}`,
      "--ambient-caps",
      `-all,${set}`,
    ];
    const before = [
      ...["unshare", "--mount", "sh", "-c", mount, "sh"],
      ...["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--no-new-privs", ...drop],
    ];
    using cgroup = containerCgroup();
    const program = exporterProgram.replace(root, join(place, "checkout"));
    await using exporter = await startExporter([], before, program);
    const status = readFileSync(`/proc/${exporter.pid}/status`, "utf8");
    expect(/^Uid:\s+(\d+)/m.exec(status)?.[1]).toBe("65534");
    expect(/^NoNewPrivs:\s+(\d)/m.exec(status)?.[1]).toBe("1");
    // CAP_NET_ADMIN is 12, CAP_PERFMON 38, CAP_BPF 39.
    const all = ((1n << 12n) | (1n << 38n) | (1n << 39n)).toString(16).padStart(16, "0");
    for (const name of ["CapPrm", "CapEff", "CapBnd", "CapAmb"])
      expect(new RegExp(`^${name}:\\s+(\\w+)`, "m").exec(status)?.[1], name).toBe(all);
    await cgroup.run("/bin/true; echo hello >/dev/udp/127.0.0.1/9");
    const metrics = await (await fetch(exporter.said)).text();
    const container = `container_id="${cgroup.container}"`;
    expect(samplesOf(metrics, "ebpf_process_starts_total", container, '"true"')).toEqual([1]);
    expect(samplesOf(metrics, "ebpf_network_packets_total", container, '"udp"', '"transmit"')).toEqual([1]);
    expect(samplesOf(metrics, "ebpf_cpu_wait_seconds_count", container)[0]).toBeGreaterThan(0);
    await exporter.stop();
  } finally {
    rmSync(place, { recursive: true });
  }
});

test("a missing capability is named", async () => {
  const before = ["setpriv", "--bounding-set", "-all,+bpf,+perfmon", "--inh-caps", "-all"];
  await expect(startExporter([], before)).rejects.toThrow("CAP_NET_ADMIN");
  await using exporter = await startExporter(["--no-network"], before);
  await exporter.stop();
});

test("the DaemonSet has the capabilities of the unit, and mounts the folders that the exporter reads", () => {
  const { spec } = parse(text("daemonset.yaml")).spec.template;
  const [container] = spec.containers;
  const { securityContext: security, volumeMounts, args } = container;
  expect(security.capabilities.add.map((name: string) => `CAP_${name}`)).toEqual(capabilities);
  expect(security.capabilities.drop).toEqual(["ALL"]);
  expect(security).toMatchObject({
    privileged: false,
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
  });
  expect(volumeMounts.map(({ readOnly }: { readOnly: boolean }) => readOnly)).toEqual([true]);
  expect(args).toContain(`--cgroup-root=${volumeMounts[0].mountPath}`);
  expect(spec.volumes.map(({ hostPath }: { hostPath: { path: string } }) => hostPath.path)).toEqual([
    "/sys/fs/cgroup",
  ]);
  for (const name of ["hostPID", "hostNetwork", "hostIPC"]) expect(spec).not.toHaveProperty(name);
});

test("the image has the versions that are tested here, and every file that the exporter imports", () => {
  const wanted = JSON.parse(text("package.json")).dependencies as Record<string, string>;
  const { devDependencies } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  for (const [name, version] of Object.entries(wanted))
    if (name !== "ebpf") expect(version, name).toBe(devDependencies[name]);
  const copied = [...text("Dockerfile").matchAll(/^COPY ([\w*.]+) \.\/\w*$/gm)].map(([, name]) => name);
  expect(copied).toEqual(["*.ts", "metrics", "export"]);
  const sources = join(deploy, "..");
  const imported = spawnSync("grep", ["-rhoE", 'from "\\.[^"]+"', "--include=*.ts", sources], {
    encoding: "utf8",
  });
  const folders = [...imported.stdout.matchAll(/"\.{1,2}\/(\w+)\//g)].map(([, folder]) => folder);
  expect([...new Set(folders)].sort()).toEqual(["export", "metrics"]);
});
