import type { Case } from "../case.ts";
import type { Finding, Mark } from "../finding.ts";
import { type Rule, rule } from "../rule.ts";

/** Regions that a lock, RCU, disabled preemption or disabled interrupts open. */
const regions: Readonly<Record<string, { opens: RegExp; what: string; open: string; close: string }>> = {
  bpf_spin_lock: {
    opens: /^bpf_(res_)?spin_lock(_irqsave)?$/,
    what: "a lock is held",
    open: "bpf_spin_lock()",
    close: "bpf_spin_unlock()",
  },
  bpf_rcu_read_lock: {
    opens: /^bpf_rcu_read_lock$/,
    what: "RCU is read-locked",
    open: "bpf_rcu_read_lock()",
    close: "bpf_rcu_read_unlock()",
  },
  bpf_preempt_disable: {
    opens: /^bpf_preempt_disable$/,
    what: "preemption is disabled",
    open: "bpf_preempt_disable()",
    close: "bpf_preempt_enable()",
  },
  bpf_local_irq_save: {
    opens: /^bpf_local_irq_save$/,
    what: "interrupts are disabled",
    open: "bpf_local_irq_save()",
    close: "bpf_local_irq_restore()",
  },
};

/** Locks and other regions with an end. */
export const lockRules: readonly Rule[] = [
  rule("call-under-lock", /^(?:global )?function calls are not allowed while holding a lock,?$/, (_, c) =>
    under(c, "bpf_spin_lock"),
  ),
  rule(
    "call-under-lock",
    /^helper call is not allowed while holding a lock|^(?:calling \S+|\S+) is not allowed (?:while|with) .*lock/,
    (_, c) => under(c, "bpf_spin_lock"),
  ),
  rule(
    "not-closed",
    /^BPF_EXIT instruction(?: in (?:main prog|callback))? cannot be used inside (bpf_\w+?)-ed region$/,
    ([region = ""], c) => under(c, region),
  ),
  rule(
    "call-in-region",
    /^(?:\S+(?: \S+)*) cannot be used inside (bpf_\w+?)-ed region$/,
    ([region = ""], c) => under(c, region),
  ),
  rule(
    "call-under-lock",
    /^(?:(\w+) not allowed|can't (?:res_)?spin_\{lock,unlock\}) in rbtree cb$/,
    ([name], c) => ({
      title: `${name ?? c.callee ?? "a lock function"}() is called in the callback of bpf_rbtree_add(), which runs under the lock of the tree`,
      label: "not allowed in the callback",
      help: "Only compare the two nodes in the callback",
    }),
  ),
  rule("not-closed", /^bpf_spin_unlock is missing$/, (_, c) => under(c, "bpf_spin_lock")),
  rule(
    "not-closed",
    /^(\d+ )?bpf_(preempt_enable|rcu_read_unlock|res_spin_unlock)s? (is|are) missing$/,
    ([, what = ""], c) =>
      under(
        c,
        what === "preempt_enable"
          ? "bpf_preempt_disable"
          : what === "rcu_read_unlock"
            ? "bpf_rcu_read_lock"
            : "bpf_spin_lock",
      ),
  ),
  rule("unlock", /^(\w+_unlock\w*) without taking a lock$/, ([unlock = ""]) => ({
    title: `${unlock}() is called where no lock is held`,
    help: /res_spin/.test(unlock)
      ? `Unlock only where ${unlock.replace(/unlock_irqrestore$/, "lock_irqsave").replace("unlock", "lock")}() returned 0: it fails where it would wait for ever`
      : "Take the lock on every path that leads here",
  })),
  rule("unlock", /^(\w+_unlock) of different lock$/, ([unlock = ""], c) => ({
    title: `${unlock}() receives another lock than the one that is held`,
    marks: [opened(c, "bpf_spin_lock")],
    help: "Unlock through the same pointer that was locked",
  })),
  rule("unlock", /^(\w+_unlock) cannot be out of order$/, ([unlock = ""]) => ({
    title: `${unlock}() releases another lock than the one that was taken last`,
    help: "Unlock in the opposite order of locking",
  })),
  rule(
    "unlock",
    /^unmatched (?:rcu read unlock|attempt to enable preemption) \(kernel function (\w+)\)$/,
    ([unlock = ""]) => ({
      title: `${unlock}() closes what is not open here`,
      label: "nothing is open",
      help: `Call ${unlock === "bpf_preempt_enable" ? "bpf_preempt_disable" : "bpf_rcu_read_lock"}() on every path that leads here, or leave this call out`,
    }),
  ),
  rule(
    "two-locks",
    /^(?:Locking two bpf_spin_locks are not allowed|Acquiring the same lock again, AA deadlock detected)$/,
    (_, c) => secondLock(opened(c, "bpf_spin_lock")),
  ),
  rule(
    "lock-offset",
    /^(R\d+) doesn't have constant offset\. (\S+) has to be at the constant offset$/,
    ([, lock = ""]) => ({
      title: `${lock} is reached through an index or offset that is not constant`,
      help: "Reach it through a pointer to the value itself",
    }),
  ),
  rule(
    "lock-offset",
    /^(?:off -?\d+ doesn't point to 'struct (\w+)'(?: that is at \d+)?|(\w+) '[^']*' has no valid (\w+))$/,
    ([lock, , other]) => ({
      title: `the argument does not lead to the struct ${lock ?? other ?? "bpf_spin_lock"} of the value`,
      help: `Pass the address of the field of type struct ${lock ?? other ?? "bpf_spin_lock"}: &value->…`,
    }),
  ),
  rule(
    "lock-program-type",
    /^(tracing|socket filter) progs cannot use bpf_(.+) yet$/,
    ([what = "", field = ""], c) => ({
      title: `${what} programs cannot use maps with bpf_${field}`,
      place: c.lines.calls(field === "spin_lock" ? 93 : 169)[0],
      label: `not in ${what} programs`,
      help:
        what === "tracing"
          ? "Take another type of program: kprobe, tracepoint, perf_event and raw_tp programs cannot; fentry and tp_btf can"
          : "Use atomic operations instead",
    }),
  ),
  rule("irq-order", /^cannot restore irq state out of order/, () => ({
    title: "the interrupt state is restored in another order than it was saved",
    help: "Restore in the opposite order of saving",
  })),
  rule(
    "irq-flag",
    /^irq flag acquired by (\w+) kfuncs cannot be restored with (\w+) kfuncs$/,
    ([by = "", other = ""]) => ({
      title: `the flags were saved by a ${by} function and are restored by a ${other} one`,
      help: "Restore with the function that belongs to the one that saved",
    }),
  ),
  rule(
    "rcu-needed",
    /^(?:expected an RCU CS when using \w+|kernel func (\w+) requires RCU critical section protection)$/,
    ([,], c) => ({
      title: `${c.callee ?? "the function"}() needs RCU to be read-locked`,
      help: "Call it between bpf_rcu_read_lock() and bpf_rcu_read_unlock()",
    }),
  ),
  rule(
    "lock-not-held",
    /^(?:held lock and object are not in the same allocation|bpf_spin_lock at off=\d+ must be held for \S+)$/,
    () => ({
      title: "the lock that guards the list or tree is not held",
      help: "Hold the bpf_spin_lock beside the bpf_list_head or bpf_rb_root during the call",
    }),
  ),
];

function under(c: Case, region: string): Finding {
  const known = regions[region] ?? regions["bpf_spin_lock"];
  const mark = opened(c, region);
  const { at } = c;
  const opener = mark?.step.operation.kind === "helper" ? `${mark.step.operation.name}()` : known?.open;
  if (/^bpf_(res_)?spin_lock(_irqsave)?$/.test(c.callee ?? "")) return secondLock(mark);
  const callee = c.callee === undefined ? undefined : `${c.callee}()`;
  const called = callee ?? (at?.operation.kind === "call" ? "a function" : undefined);
  if (called === undefined)
    return {
      title: `${c.function} can end while ${known?.what}`,
      label: "still open",
      marks: [mark],
      help: `Call ${closer(opener, known?.close)} on every path, this one too`,
    };
  return {
    title: `${called} is called while ${known?.what}`,
    label: `not allowed after ${opener}`,
    marks: [mark],
    notes:
      at?.operation.kind === "call"
        ? ["the verifier cannot follow a global function in here: a static one it can"]
        : [],
    help: `Call ${callee ?? "it"} before ${opener}, or after ${closer(opener, known?.close)}`,
  };
}

function secondLock(first: Mark | undefined): Finding {
  return {
    title: "a lock is taken while one is held",
    marks: [first],
    help: "Unlock the first before the second is locked",
  };
}

function closer(opener: string | undefined, otherwise: string | undefined): string {
  if (opener === "bpf_res_spin_lock()") return "bpf_res_spin_unlock()";
  if (opener === "bpf_res_spin_lock_irqsave()") return "bpf_res_spin_unlock_irqrestore()";
  return otherwise ?? "the unlock";
}

function opened(c: Case, region: string): Mark | undefined {
  const opens = regions[region]?.opens;
  if (c.at === undefined || opens === undefined) return undefined;
  for (const step of c.path.back(c.at))
    if (step.operation.kind === "helper" && opens.test(step.operation.name))
      return { step, label: "opened here" };
  return undefined;
}
