# shellcheck shell=bash
# A guest of another architecture cannot run this machine's programs. Its root is a folder
# of Debian's packages, unpacked and not configured, and npm's build of Node.

# Packages for commands and tests in the guest, in addition to their dependencies.
guest_packages=(bash coreutils dash findutils gcc grep hostname iproute2 kmod libc6-dev libstdc++6 mawk mount procps python3 sed
  usr-is-merged util-linux)

# fetch_root ARCH : prints the folder.
fetch_root() {
  local arch=$1 suite=bookworm node key root work archives deb
  node=$(node --version)
  key=$(cat "$here/root.sh" <(echo "$node") | sha256sum | cut -c 1-12)
  root=$cache/roots/$arch-$key
  mkdir -p "${root%/*}"
  exec 9> "$cache/roots/.lock"
  flock 9
  if [[ ! -e $root ]]; then
    say "making a root of $arch packages"
    rm -rf "${root%/*}"/.fetch.*
    work=$(mktemp -d "${root%/*}/.fetch.XXXXXX")
    archives=$cache/apt/$arch/$suite/cache/archives
    suite_update "$suite" "$arch"
    suite_apt "$suite" "$arch" apt-get install -y -qq --download-only --no-install-recommends "${guest_packages[@]}" > /dev/null ||
      die "could not download the packages of an $arch root"
    for deb in "$archives"/*.deb; do dpkg-deb -x "$deb" "$work"; done
    rm "$archives"/*.deb
    # What the packages' own scripts would have done.
    ln -s mawk "$work/usr/bin/awk"
    echo 'root:x:0:0:root:/root:/bin/bash' > "$work/etc/passwd"
    echo 'root:x:0:' > "$work/etc/group"
    echo '127.0.0.1 localhost' > "$work/etc/hosts"
    fetch_node "$arch" "$node" "$work/usr"
    chmod 755 "$work"
    mv -T "$work" "$root"
  fi
  exec 9>&-
  echo "$root"
}

# fetch_node ARCH VERSION PREFIX
fetch_node() {
  local package=node-linux-${1/amd64/x64} version=${2#v} prefix=$3 work
  work=$(mktemp -d)
  # Not every release is there; the newest of the same major has the same ABI.
  npm pack --silent --pack-destination "$work" "$package@$version" > /dev/null 2>&1 ||
    npm pack --silent --pack-destination "$work" "$package@${version%%.*}" > /dev/null ||
    die "npm has no $package of Node ${version%%.*}"
  tar -xzf "$work"/*.tgz -C "$prefix" --strip-components=1 package/bin/node
  rm -rf "$work"
}
