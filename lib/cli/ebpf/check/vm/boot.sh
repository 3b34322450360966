# shellcheck shell=bash
# Boots a kernel with a job and hands back what the job's command wrote and returned.

# /dev/kvm may exist and still not run a guest: let the BIOS come to its end under it.
kvm_works() {
  [[ -r /dev/kvm && -w /dev/kvm ]] || return 1
  local verdict=$cache/kvm boot
  boot=$(< /proc/sys/kernel/random/boot_id)
  if [[ $(cat "$verdict" 2>/dev/null) != "$boot "* ]]; then
    local answer=no
    ! timeout 3 qemu-system-x86_64 -accel kvm -nodefaults -display none -chardev stdio,id=log \
      -device isa-debugcon,iobase=0x402,chardev=log < /dev/null 2>/dev/null | grep -q -m 1 'No bootable device' || answer=yes
    mkdir -p "$cache"
    echo "$boot $answer" > "$verdict"
  fi
  [[ $(< "$verdict") == *" yes" ]]
}

# Sets `qemu` to the machine of an architecture, and `console` to its serial port.
machine() {
  local arch=$1 accel=$2 cpu=max
  [[ $accel != auto ]] || if [[ $arch == "$host_arch" ]] && kvm_works; then accel=kvm; else accel=tcg; fi
  case $arch in
    amd64) qemu=(qemu-system-x86_64 -M pc) console=ttyS0 ;;
    # Not "max": where a processor has SVE, programs that make code at run time, as Node does, crash under QEMU 7.2.
    arm64) qemu=(qemu-system-aarch64 -M virt) console=ttyAMA0 cpu=neoverse-n1 ;;
  esac
  command -v "${qemu[0]}" > /dev/null || die "${qemu[0]} is not in the PATH"
  # With thread=multi, guests of QEMU 7.2 panic now and then.
  if [[ $accel == kvm ]]; then qemu+=(-accel kvm -cpu host); else qemu+=(-accel 'tcg,thread=single' -cpu "$cpu"); fi
}

# share TAG FOLDER READONLY : adds a 9p device.
share() {
  qemu+=(-fsdev "local,id=$1,path=${2//,/,,},security_model=none,multidevs=remap,readonly=$3" -device "virtio-9p-pci,fsdev=$1,mount_tag=$1")
}

# What a killed run left in the temporary folder.
sweep() {
  local folder owner
  for folder in "${TMPDIR:-/tmp}"/ebpf-vm.*; do
    [[ -O $folder ]] || continue
    owner=${folder##*/ebpf-vm.}
    [[ -e /proc/${owner%%.*} ]] || rm -rf -- "$folder"
  done
}

cleanup() {
  trap - EXIT INT TERM HUP
  [[ -z ${terminal:-} ]] || stty "$terminal" < /dev/tty
  # shellcheck disable=SC2046 # one word per process
  kill $(jobs -p) 2>/dev/null || true
  wait
  rm -rf -- "$work"
}

# write_job FOLDER : what guest/run reads.
write_job() {
  local job=$1
  mkdir "$job"
  cp "$here/guest/run" "$job/run"
  touch "$job/stdout" "$job/stderr" "$job/shares" "$job/modules"
  printf '%s\0' "${command[@]}" > "$job/command"
  printf '%s\0' "${environment[@]}" > "$job/environment"
  ((!${#modules[@]})) || printf '%s\0' "${modules[@]}" > "$job/modules"
  ((!${#shares[@]})) || printf '%s\0' "${shares[@]}" > "$job/shares"
  pwd > "$job/cwd"
  [[ $root == / ]] || echo "$checkout" > "$job/checkout"
  [[ -z $layer ]] || touch "$job/layer"
  ((!shell)) || stty size < /dev/tty > "$job/terminal"
}

# boot KERNEL INITRD ROOT, with the options of scripts/vm in its variables; returns the status of the command.
boot() {
  local kernel=$1 initrd=$2 root=$3 console job i line guest status=0 input=/dev/null output=/dev/null
  local -a qemu follow limit
  sweep
  work=$(mktemp -d "${TMPDIR:-/tmp}/ebpf-vm.$$.XXXXXX")
  trap cleanup EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM
  trap 'exit 129' HUP

  job=$work/job
  write_job "$job"
  touch "$work/console"
  machine "$arch" "$accel"
  share root "$root" on
  share kernel "$kernel" on
  share job "$job" off
  [[ $root == / ]] || share checkout "$checkout" on
  [[ -z $layer ]] || share layer "$layer" on
  for i in "${!shares[@]}"; do share "share$i" "${shares[i]}" off; done
  limit=(timeout --kill-after 5 "$timeout")
  if ((shell)); then
    qemu+=(-device virtio-serial-pci -chardev 'stdio,id=terminal,signal=off' -device 'virtconsole,chardev=terminal')
    limit=(timeout --foreground "$timeout")
    input=/dev/tty output=/dev/tty
    terminal=$(stty -g < /dev/tty)
  fi

  # cryptomgr.notests: the kernel's tests of its ciphers take a second of emulation.
  line="console=$console panic=-1 nokaslr mitigations=off cryptomgr.notests lsm=lockdown,capability,bpf"
  ((verbose)) || line+=" quiet"

  # If this script is killed, QEMU must not stay behind.
  setpriv --pdeathsig TERM "${limit[@]}" "${qemu[@]}" \
    -smp "$cpus" -m "$memory" -nodefaults -no-user-config -display none -nic none -no-reboot -serial "file:$work/console" \
    -kernel "$kernel/kernel" -initrd "$initrd" -append "$line${append:+ $append}" < "$input" > "$output" 2> "$work/qemu" &
  guest=$!
  follow=(tail --bytes +1 --follow --sleep-interval 0.05 --pid "$guest")
  "${follow[@]}" "$job/stdout" &
  "${follow[@]}" "$job/stderr" >&2 &
  ((!verbose)) || "${follow[@]}" "$work/console" >&2 &
  wait "$guest" || status=$?
  wait

  if [[ -s $job/status ]]; then
    status=$(< "$job/status")
  elif ((status == 124 || status == 137)); then
    say "ended after the time limit of $timeout s (--timeout)"
    status=$STATUS_TIMEOUT
  else
    report_death
    status=$STATUS_NO_BOOT
  fi
  return "$status"
}

report_death() {
  if [[ -e $work/job/started ]]; then say "the kernel died while the command ran. The end of its console:"; else say "the kernel did not boot. The end of its console:"; fi
  tr -d '\r' < "$work/console" | tail -n 60 >&2
  sed 's/^/vm: qemu: /' "$work/qemu" >&2
  say "try: --verbose (the whole console), --memory (now $memory), --accel tcg, --cpus 1, other kernels (--list)"
}
