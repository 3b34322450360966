import { readFileSync } from "node:fs";
import { asm, KernelSymbols } from "../../../lib/index.ts";
import { PerfMap } from "../../../lib/process/perf-map.ts";
import { parseLine } from "../../../lib/trace/trace-line.ts";
import { noLines, parseLog, printReport, reportOf } from "../../../lib/verifier/index.ts";
import type { Target } from "./target.ts";
import { mutateText } from "./text-mutator.ts";

const text = (input: Uint8Array) => Buffer.from(input).toString("utf8");

const logs = [
  "0: R1=ctx() R10=fp0\n; return *p; @ a.bpf.c:7\n0: (61) r0 = *(u32 *)(r1 +0)\nR1 invalid mem access 'scalar'\nprocessed 1 insns (limit 1000000) max_states_per_insn 0 total_states 0 peak_states 0 mark_read 0\n",
  "func#0 @0\n0: R1=ctx(off=0,imm=0) R10=fp0\n0: (18) r1 = 0xffff8881 ; R1_w=map_ptr(ks=4,vs=8)\n2: (85) call bpf_map_lookup_elem#1 ; R0=map_value_or_null(id=1,off=0,ks=4,vs=8)\n3: (79) r1 = *(u64 *)(r0 +0)\nR0 invalid mem access 'map_value_or_null'\n",
  "from 3 to 5: R0=scalar(smin=0,smax=255,umax=255,var_off=(0x0; 0xff)) R10=fp0 fp-8=mmmmmmmm\n5: (0f) r1 += r0\n6: safe\nlast_idx 5 first_idx 0\nregs=1 stack=0 before 4: (bf) r1 = r10\ninvalid variable-offset write to stack R1 var_off=(0x0; 0xff) off=-8 size=1\n",
  "The sequence of 8193 jumps is too complex.\nprocessed 1000001 insns (limit 1000000) max_states_per_insn 4 total_states 1 peak_states 1 mark_read 0\n",
  "back-edge from insn 4 to 1\n",
];

const verifierLog: Target = {
  name: "verifier-log",
  seeds: logs.map((log) => Buffer.from(log)),
  mutate: mutateText,
  read(input) {
    const program = { name: "fuzz", type: "xdp", section: "xdp" };
    const report = reportOf(parseLog(text(input)), { program } as Parameters<typeof reportOf>[1], noLines);
    if (report !== undefined) printReport(report);
  },
};

const kallsyms: Target = {
  name: "kallsyms",
  seeds: [
    readFileSync("/proc/kallsyms", "utf8").split("\n").slice(0, 200).join("\n"),
    "ffffffffc0000000 t nf_nat_setup_info\t[nf_nat]\nffffffffc0000100 T bpf_prog_6deef7357e7b4530_x\t[bpf]\n0000000000000000 A fixed_percpu_data\n",
  ].map((seed) => Buffer.from(seed)),
  mutate: mutateText,
  read(input) {
    const symbols = new KernelSymbols(text(input));
    for (const address of [0n, 0xffffffff81000010n, 0xffffffffc0000004n, 2n ** 64n - 1n])
      symbols.find(address);
    for (const name of symbols.functionNames()) symbols.functions(name);
    symbols.functions("nf_nat:nf_nat_setup_info");
    symbols.functions("__proto__");
  },
};

const assembly: Target = {
  name: "assembly",
  seeds: [
    Buffer.from("r0 = 0\nif r1 > 7 goto +1\ncall 1\nexit"),
    Buffer.from(
      "r1 = *(u64 *)(r10 -8)\nlock *(u64 *)(r1 +0) += r2\nr0 = atomic_fetch_add((u64 *)(r1 +0), r0)\nw0 = w1\nif w0 s< -1 goto out\nr1 = 0x1122334455667788 ll\ncall bpf_map_lookup_elem\nout:\nr0 = be16 r0\nexit\n",
    ),
    Buffer.from(
      "r1 = map[fd:3]\nr2 = (s8)r3\ngotol +2\nmay_goto +1\nr0 = *(u8 *)skb[12]\nr1 = addr_space_cast(r1, 0, 1)\nexit",
    ),
  ],
  mutate: mutateText,
  read(input) {
    for (const notation of ["kernel", "llvm"] as const) {
      const items = asm.parse(text(input), { notation });
      asm.print(items, { notation });
      asm.encode(items);
    }
  },
};

/** Written by other processes: node --perf-basic-prof and its like. */
const perfMap: Target = {
  name: "perf-map",
  seeds: [
    Buffer.from(
      "7f0000001000 40 main\n0x7F0000002000 10 LazyCompile:~f /a b.js:1:2\n7f0000001000 20 moved\n",
    ),
    Buffer.from("ffffffffffffffff ffffffffffffffff last\n0 0 first\n"),
  ],
  mutate: mutateText,
  read(input) {
    const map = new PerfMap(text(input));
    for (const address of [0n, 0x7f00_0000_1004n, 2n ** 64n - 1n]) map.find(address);
  },
};

/** Lines of the trace pipe, whose text is that of any program. */
const traceLine: Target = {
  name: "trace-line",
  seeds: [
    Buffer.from("           <...>-1234    [001] d..21  5678.123456: bpf_trace_printk: hello - 1 [002]: x\n"),
    Buffer.from("  a b-c-77      (     77) [000] ...1.1 1.5: bpf_trace_printk: \n"),
    Buffer.from("CPU:1 [LOST 12 EVENTS]\n"),
  ],
  mutate: mutateText,
  read(input) {
    for (const line of text(input).split("\n")) parseLine(line);
  },
};

/** Readers of text. */
export const textTargets: readonly Target[] = [verifierLog, kallsyms, assembly, perfMap, traceLine];
