/** The function that releases a resource, by the function that acquires it. */
const pairs: readonly [acquire: RegExp, what: string, release: string][] = [
  [/^bpf_ringbuf_reserve$/, "the record", "bpf_ringbuf_submit() or bpf_ringbuf_discard()"],
  [
    /^bpf_ringbuf_reserve_dynptr$/,
    "the record",
    "bpf_ringbuf_submit_dynptr() or bpf_ringbuf_discard_dynptr()",
  ],
  [
    /^bpf_(sk_lookup_tcp|sk_lookup_udp|skc_lookup_tcp|get_listener_sock|map_lookup_elem)$/,
    "the socket",
    "bpf_sk_release()",
  ],
  [/^bpf_task_/, "the task", "bpf_task_release()"],
  [/^bpf_cgroup_|^bpf_get_current_cgroup$/, "the cgroup", "bpf_cgroup_release()"],
  [/^bpf_cpumask_/, "the CPU mask", "bpf_cpumask_release()"],
  [/^bpf_percpu_obj_new/, "the object", "bpf_percpu_obj_drop()"],
  [/^bpf_(obj_new|refcount_acquire|rbtree_remove|list_pop)/, "the object", "bpf_obj_drop()"],
  [/^bpf_get_(task_exe|mm_exe)_file$/, "the file", "bpf_put_file()"],
  [/^bpf_dynptr_from_file$/, "the dynptr", "bpf_dynptr_file_discard()"],
  [/^bpf_lookup_(user|system)_key$/, "the key", "bpf_key_put()"],
  [/^bpf_(skb|xdp)_ct_(lookup|alloc)$|^bpf_ct_insert_entry$/, "the connection", "bpf_ct_release()"],
  [/^bpf_xdp_get_xfrm_state$/, "the state", "bpf_xdp_xfrm_state_release()"],
  [/^bpf_crypto_ctx_/, "the context", "bpf_crypto_ctx_release()"],
  [/^bpf_get_mem_cgroup$/, "the memory cgroup", "bpf_put_mem_cgroup()"],
  [/^bpf_kptr_xchg$/, "the old pointer", "the release function of its type"],
];

/** The resource that a function acquires and the function that releases it; undefined when unknown. */
export function releaseOf(acquire: string): { what: string; release: string } | undefined {
  const iterator = /^bpf_iter_(\w+)_new$/.exec(acquire)?.[1];
  if (iterator !== undefined) return { what: "the iterator", release: `bpf_iter_${iterator}_destroy()` };
  const found = pairs.find(([pattern]) => pattern.test(acquire));
  return found && { what: found[1], release: found[2] };
}

/** Whether a helper or kfunc releases its argument. */
export function releases(callee: string): boolean {
  return /_(release|submit|discard|submit_dynptr|discard_dynptr|drop|drop_impl|put|put_file|destroy|free)$|^bpf_put_|^bpf_(list_push|rbtree_add|kptr_xchg|sk_assign)/.test(
    callee,
  );
}

// bpf_helper_changes_pkt_data() of the kernel (net/core/filter.c).
const movesPacket =
  /^bpf_(xdp_adjust_(head|tail|meta)|skb_(vlan_push|vlan_pop|store_bytes|change_proto|change_head|change_tail|pull_data|adjust_room|ecn_set_ce)|clone_redirect|l3_csum_replace|l4_csum_replace|msg_(pull|push|pop)_data|lwt_\w+|sk_redirect\w*|xdp_pull_data|dynptr_write|skb_set_tunnel\w*|store_hdr_opt|reserve_hdr_opt)$/;

/** Whether a helper may move or change the packet, so that pointers into it are void. */
export function movesThePacket(callee: string): boolean {
  return movesPacket.test(callee);
}
