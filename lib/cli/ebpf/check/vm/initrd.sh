# shellcheck shell=bash
# The initrd: busybox, guest/init, and the few modules that reach the host's root.
# Made once per kernel; the command to run is not in it.

initrd() {
  local kernel=$1 release key out
  release=${kernel##*/}
  key=$(cat "$here/initrd.sh" "$here/guest/init" | sha256sum | cut -c 1-12)
  out=$kernel/initrd-$key.cpio
  if [[ ! -e $out ]]; then
    local work module file
    work=$(mktemp -d "$kernel/.initrd.XXXXXX")
    mkdir -p "$work"/root/{bin,dev,lower,modules,newroot,proc,sys,upper}
    cp "${kernel%/*}/busybox" "$work/root/bin/busybox"
    cp "$here/guest/init" "$work/root/init"
    for module in virtio_pci 9pnet_virtio 9p overlay; do
      modprobe -d "$kernel" -S "$release" --show-depends "$module"
    done | awk '$1 == "insmod" && !seen[$2]++ { print $2 }' > "$work/files"
    while read -r file; do
      module=$(basename "$file")
      case $file in
        *.xz) xz -dc "$file" ;;
        *.zst) zstd -qdc "$file" ;;
        *) cat "$file" ;;
      esac > "$work/root/modules/${module%%.*}.ko"
      echo "${module%%.*}.ko" >> "$work/root/modules/order"
    done < "$work/files"
    (cd "$work/root" && find . -mindepth 1 | LC_ALL=C sort | cpio --quiet -o -H newc -R 0:0) > "$work/initrd"
    mv "$work/initrd" "$out"
    rm -rf "$work"
  fi
  echo "$out"
}
