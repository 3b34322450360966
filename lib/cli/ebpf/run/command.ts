import type { Command } from "../command.ts";
import { options, parseArguments } from "./arguments.ts";
import { runObject } from "./run-object.ts";

const help = `Usage: ebpf run [options] OBJECT

Loads a BPF object, attaches its programs and shows what they do until Ctrl-C: the records of its ring and perf buffers,
its maps and global variables, the lines of bpf_printk, and how often the programs run. OBJECT is a compiled object, or a
C source, which is compiled with clang.

  ebpf run execsnoop.bpf.o
  ebpf run --attach drop=interface=eth0,mode=generic xdp.bpf.o
  ebpf run --json --set min_ns=1000000 slow.bpf.c | jq .value

Programs:
      --set NAME=VALUE      set a global variable before loading
      --size MAP=ENTRIES    set the size of a map; for a ring buffer, in bytes
      --only NAME,...       load only these programs
      --attach PROGRAM=OPTION=VALUE,...
                            give what the section name does not say: interface, cgroup, binary, symbol, pid, event;
                            PROGRAM=VALUE gives the missing option; to=NAME sets the target of fentry, tp_btf and lsm
      --skip                run without the programs that cannot be loaded or attached here
      --pin DIRECTORY       pin maps and links below a directory of a bpffs; they remain after the end
      --watch               compile and load again when a source changes; maps are kept
      --cc COMMAND          the compiler (default: clang)
      --cflag FLAG          a flag for the compiler

Output:
      --maps                show all maps and global variables, in addition to records
      --map NAME            show this map only
      --interval SECONDS    time between two looks at maps (default: 1)
      --duration SECONDS    stop after this time
      --type BUFFER=TYPE    the type of the records of a buffer, if it is not found
      --json                one JSON object a line; integers beyond 2^53 are strings
  -h, --help                print this text
`;

export const command: Command = { help, options, run: (args) => runObject(parseArguments(args)) };
