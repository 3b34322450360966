// kernels: native
import { spawnSync } from "node:child_process";
import { expect, test } from "vitest";
import { Map as BpfMap, enableStats } from "../../../lib/index.ts";
import { kill, loadAlone } from "../../support/link.ts";
import { Terminal } from "../../support/tmux.ts";
import { ebpf as command, RunningCommand } from "../run/command.ts";

function ebpf(...args: string[]): { status: number | null; stdout: string; stderr: string } {
  return spawnSync(process.execPath, [command, ...args], {
    encoding: "utf8",
    timeout: 20_000,
    env: { ...process.env, NO_COLOR: "1" },
  });
}

function json(...args: string[]): Record<string, unknown>[] {
  const { stdout, stderr } = ebpf(...args, "--json");
  expect(stderr).toBe("");
  return stdout
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
}

function counts() {
  return BpfMap.create({
    type: "hash",
    name: "cli_counts",
    key: "u32",
    value: { packets: "u64", comm: "char[8]" },
    maxEntries: 8,
  });
}

test("a map is listed, shown, changed and dumped by ID and by name", () => {
  using map = counts();
  map.set(7, { packets: 2n ** 60n, comm: "seven" });
  expect(json("maps").find(({ id }) => id === map.id)).toMatchObject({
    name: "cli_counts",
    type: "hash",
    keySize: 4,
  });
  expect(ebpf("maps", "cli_counts").stdout).toMatch(/max entries +8/);
  // The map has BTF, and JSON keeps the digits of a large integer.
  expect(json("maps", `${map.id}`, "--dump")).toEqual([
    { key: 7, value: { packets: "1152921504606846976", comm: "seven" } },
  ]);
  expect(ebpf("maps", `${map.id}`, "--set", '8={"packets":5,"comm":"eight"}').status).toBe(0);
  expect(map.get(8)).toEqual({ packets: 5n, comm: "eight" });
  expect(ebpf("maps", "cli_counts", "--delete", "7").status).toBe(0);
  expect(map.has(7)).toBe(false);
  expect(ebpf("maps", "cli_counts", "--delete", "7")).toMatchObject({
    status: 1,
    stderr: expect.stringContaining('map "cli_counts" has no entry "7"'),
  });
  expect(ebpf("maps", "cli_counts", "--set", "seven=0")).toMatchObject({
    status: 2,
    stderr: expect.stringContaining('key of map "cli_counts": expected an integer'),
  });
});

test("an option without its dashes is refused with the command that is meant", () => {
  for (const [command, option] of [
    ["maps", "dump"],
    ["programs", "dump"],
    ["links", "detach"],
  ] as const)
    expect(ebpf(command, option, "blocked")).toMatchObject({
      status: 2,
      stderr: expect.stringContaining(`received 2. Did you mean: ebpf ${command} --${option} blocked`),
    });
});

test("a name that two maps have is refused with their IDs", () => {
  using first = counts();
  using second = counts();
  expect(ebpf("maps", "cli_counts", "--dump")).toMatchObject({
    status: 2,
    stderr: expect.stringContaining(`expected an ID: ${first.id}, ${second.id}`),
  });
  expect(ebpf("maps", "no_such_map")).toMatchObject({
    status: 1,
    stderr: expect.stringContaining("no_such_map"),
  });
  expect(ebpf("maps", "--dump").status).toBe(2);
});

test("a program and its link are listed, shown and dumped", () => {
  using loaded = loadAlone("link_trace", "on_tp");
  using link = loaded.program.attach();
  const { id } = loaded.program.info();
  expect(json("programs").find((program) => program["id"] === id)).toMatchObject({ name: "on_tp" });
  expect(ebpf("programs", `${id}`).stdout).toMatch(/instructions +\d+ after verification/);
  expect(ebpf("programs", `${id}`, "--dump").stdout).toContain("exit");
  expect(json("links").find((one) => one["id"] === link.id)).toMatchObject({
    programId: id,
    programName: "on_tp",
    target: expect.stringContaining("sys_enter_kill"),
  });
});

test("top measures a program that runs, in a pipe and on a terminal", async () => {
  using loaded = loadAlone("link_trace", "on_tp");
  using _link = loaded.program.attach();
  const { id } = loaded.program.info();
  using _stats = enableStats();
  using run = new RunningCommand(["top", "--json", "--interval", "0.3"]);
  const mine = () =>
    run.stdout
      .split("\n")
      .slice(0, -1)
      .map((line) => JSON.parse(line))
      .filter((program) => program.id === id);
  await run.until(() => mine().length > 0);
  kill(100);
  await run.until(() => mine().some(({ runsPerSecond, cpuShare }) => runsPerSecond > 50 && cpuShare > 0));
  expect(await run.end()).toBe(0);

  using terminal = new Terminal(`${process.execPath} ${command} top --interval 0.3`);
  const screen = await terminal.until((text) => text.includes("on_tp"));
  expect(screen).toMatch(/^\d+ programs? +\S+ runs\/s +[\d.]+% of a CPU/);
  expect(screen).toContain("CPU▾");
  for (const line of screen.split("\n")) expect(line.length).toBeLessThanOrEqual(80);
  terminal.keys("i");
  await terminal.until((text) => text.includes("ID▾"));
  terminal.keys("q");
  // The screen of before is back.
  expect(await terminal.until((text) => text.includes("status 0"))).not.toContain("on_tp");
});

test("completions have every command and option, and the shell accepts them", () => {
  const script = ebpf("completions", "bash").stdout;
  const complete = (line: string) =>
    spawnSync(
      "bash",
      [
        "-c",
        `eval "$1"; COMP_WORDS=($2); COMP_CWORD=$((\${#COMP_WORDS[@]} - 1)); _ebpf; echo "\${COMPREPLY[@]}"`,
        "bash",
        script,
        line,
      ],
      { encoding: "utf8", timeout: 20_000 },
    ).stdout.trim();
  expect(complete("ebpf pro")).toBe("programs");
  expect(complete("ebpf run --at")).toBe("--attach");
  expect(complete("ebpf vmlinux --m")).toBe("--module");
  for (const shell of ["zsh", "fish"]) expect(ebpf("completions", shell).stdout).toContain("interval");
  expect(ebpf("completions", "csh")).toMatchObject({
    status: 2,
    stderr: expect.stringContaining('unknown shell "csh"; expected one of bash, zsh, fish'),
  });
});
