# shellcheck shell=bash
# Debian's kernel packages, unpacked into the cache. kernels/ARCH/VERSION is a link
# to kernels/ARCH/RELEASE/ (RELEASE: what `uname -r` says), which holds
#   package   name, version and suite it came from
#   kernel    what QEMU boots
#   config  lib/modules/RELEASE/
# kernels/ARCH/busybox serves them all.

# The newest linux-image package of a version in a suite; nothing when it has none.
newest_image() {
  local suite=$1 arch=$2 version=${3//./\\.}
  suite_apt "$suite" "$arch" apt-cache pkgnames linux-image- |
    { grep -E "^linux-image-$version([.+-].*)?-$arch\$" || true; } |
    { grep -vE -- '-(cloud|rt|unsigned|dbg)' || true; } | sort -V | tail -n 1
}

# The image package, and those that 7.x splits its contents into.
image_packages() {
  local suite=$1 arch=$2 image=$3 package
  echo "$image"
  for package in $(suite_apt "$suite" "$arch" apt-cache show --no-all-versions "$image" | sed -n 's/^Depends: //p' | tr ',' '\n' |
    sed -n "s/^ *\(linux-\(binary\|modules\|base\)-[0-9][^ ]*-$arch\) .*/\1/p"); do
    if [[ -n $(suite_apt "$suite" "$arch" apt-cache show "$package" 2> /dev/null) ]]; then
      echo "$package"
    elif [[ $package != linux-base-* ]]; then # 6.18 holds all that its linux-base would
      die "Debian still names $image, but no longer has its $package"
    fi
  done
}

# download SUITE ARCH FOLDER PACKAGE...
download() {
  local suite=$1 arch=$2 folder=$3
  shift 3
  mkdir -p "$folder"
  (cd "$folder" && suite_apt "$suite" "$arch" apt-get download -qq "$@") || die "could not download $*"
}

fetch_busybox() {
  local arch=$1 out=$2 work=$3 file
  suite_update bookworm "$arch"
  download bookworm "$arch" "$work/debs" busybox-static
  dpkg-deb -x "$work"/debs/busybox-static_*.deb "$work/root"
  for file in "$work"/root/{,usr/}bin/busybox; do
    if [[ -x $file ]]; then mv "$file" "$out"; fi
  done
  rm -rf "$work/root" "$work/debs"
}

# A bzImage holds a compressed vmlinux. Unpacked here it boots through PVH,
# seconds sooner than emulated code can unpack it.
unpack_bzimage() {
  local image=$1 out=$2 sectors offset length magic
  number() { od -An -v -t "u$2" -j "$(($1))" -N "$2" "$image" | tr -d ' '; }
  sectors=$(number 0x1f1 1)
  offset=$(((sectors + 1) * 512 + $(number 0x248 4)))
  length=$(($(number 0x24c 4) - 4)) # the last 4 bytes are the unpacked size
  magic=$(od -An -t x1 -j "$offset" -N 4 "$image" | tr -d ' ')
  # head ends before tail has written all
  payload() { { tail -c "+$((offset + 1))" "$image" || true; } 2> /dev/null | head -c "$length"; }
  case $magic in
    fd377a58) payload | xz -dc --single-stream > "$out" ;;
    28b52ffd) payload | zstd -qdc > "$out" ;;
    1f8b*) payload | gzip -dc > "$out" ;;
    *) cp "$image" "$out" ;;
  esac
}

# unpack RELEASE DEBS OUT : fills OUT from the packages in DEBS.
unpack() {
  local release=$1 debs=$2 out=$3 deb file image='' modules=''
  local root=$out/root
  mkdir -p "$root" "$out/lib/modules"
  for deb in "$debs"/*.deb; do dpkg-deb -x "$deb" "$root"; done
  # From 6.12 modules are under /usr/lib; in 7.x image and config are beside them.
  for file in "$root"/{,usr/}lib/modules/"$release"; do
    if [[ -d $file/kernel ]]; then modules=$file; fi
  done
  [[ -n $modules ]] || die "no modules of $release: the layout of Debian's packages has changed"
  for file in vmlinuz config; do
    image=$root/boot/$file-$release
    [[ -e $image ]] || image=$modules/$file
    [[ -e $image ]] || die "no $file of $release: the layout of Debian's packages has changed"
    mv "$image" "$out/$file"
  done
  mv "$modules" "$out/lib/modules/$release"
  depmod -b "$out" "$release"
  if [[ $(od -An -c -j 514 -N 4 "$out/vmlinuz" | tr -d ' ') == HdrS ]]; then
    unpack_bzimage "$out/vmlinuz" "$out/kernel"
    rm "$out/vmlinuz"
  else
    mv "$out/vmlinuz" "$out/kernel"
  fi
  rm -rf "$root"
}

# fetch_kernel VERSION ARCH UPDATE : prints the folder. UPDATE=1 asks Debian again.
fetch_kernel() {
  local version=$1 arch=$2 update=$3 suite image='' release work packages
  local kernels=$cache/kernels/$arch
  local link=$kernels/$version
  mkdir -p "$kernels"
  exec 9> "$kernels/.lock"
  flock 9
  if ((update)) || [[ ! -e $link/package ]]; then
    # Its own suite first, then all.
    for suite in $(suites | awk -v v="$version" '$1 == v { print $2 }') $(suites | awk '!seen[$2]++ { print $2 }'); do
      suite_update "$suite" "$arch"
      image=$(newest_image "$suite" "$arch" "$version")
      [[ -z $image ]] || break
    done
    [[ -n $image ]] || die "Debian has no $arch kernel $version in the suites bullseye to sid. Others: $(suites | awk '{ printf "%s%s", sep, $1; sep = ", " }')"
    release=${image#linux-image-}
    if [[ ! -e $kernels/$release/package ]]; then
      say "fetching $image from $suite"
      rm -rf "$kernels"/.fetch.*
      work=$(mktemp -d "$kernels/.fetch.XXXXXX")
      [[ -x $kernels/busybox ]] || fetch_busybox "$arch" "$kernels/busybox" "$work"
      packages=$(image_packages "$suite" "$arch" "$image")
      # shellcheck disable=SC2086 # one word per package
      download "$suite" "$arch" "$work/debs" $packages
      unpack "$release" "$work/debs" "$work"
      echo "$image $(dpkg-deb -f "$work"/debs/linux-image-*.deb Version) $suite" > "$work/package"
      rm -rf "$work/debs"
      chmod 755 "$work"
      mv -T "$work" "$kernels/$release"
    fi
    ln -sfnT "$release" "$link"
  fi
  exec 9>&-
  readlink -f "$link"
}
