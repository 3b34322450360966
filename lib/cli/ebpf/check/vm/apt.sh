# shellcheck shell=bash
# Debian suites other than the machine's own: their lists live in the cache,
# so that the machine's apt never sees them. apt verifies every signature.

# require_packages MAY_INSTALL PACKAGE... : installs what is missing if MAY_INSTALL is 1 and this is root.
require_packages() {
  local may_install=$1 package missing=()
  shift
  command -v dpkg-query > /dev/null || die "this is not a Debian or Ubuntu system: it has no dpkg-query"
  for package in "$@"; do
    [[ $(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null) == installed ]] || missing+=("$package")
  done
  ((${#missing[@]})) || return 0
  ((may_install && EUID == 0)) || die "missing packages: ${missing[*]}. Run: sudo apt-get install --no-install-recommends ${missing[*]}"
  say "installing ${missing[*]}"
  export DEBIAN_FRONTEND=noninteractive
  local -a install=(apt-get install -y -qq --no-install-recommends -o Dpkg::Use-Pty=0 "${missing[@]}")
  # Lists that are old or were never fetched make the first try fail.
  "${install[@]}" >/dev/null 2>&1 || { apt-get update -qq && "${install[@]}" >/dev/null; } || die "apt-get could not install ${missing[*]}"
}

# The mirror this machine takes Debian from.
debian_mirror() {
  if [[ -n ${DEBIAN_MIRROR:-} ]]; then echo "$DEBIAN_MIRROR"; return; fi
  local mirror
  # shellcheck disable=SC2016 # apt expands it
  local -a targets=(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Origin: Debian' 'Label: Debian')
  mirror=$("${targets[@]}" | head -n 1)
  if [[ -z $mirror ]] && ((EUID == 0)); then # apt names only targets it has fetched
    apt-get update -qq
    mirror=$("${targets[@]}" | head -n 1)
  fi
  [[ -n $mirror ]] || die "no Debian mirror in this machine's apt configuration. Set DEBIAN_MIRROR to the URL of one, or run 'apt-get update' on Debian"
  echo "$mirror"
}

# suite_apt SUITE ARCH COMMAND ARGUMENT... : apt-get or apt-cache on that suite alone.
suite_apt() {
  local suite=$1 arch=$2 command=$3 state=$cache/apt/$2/$1
  shift 3
  "$command" -o Dir::State="$state" -o Dir::State::status="$state/status" -o Dir::Cache="$state/cache" \
    -o Dir::Etc::sourcelist="$state/sources.list" -o Dir::Etc::sourceparts=/dev/null \
    -o Dir::Etc::preferences=/dev/null -o Dir::Etc::preferencesparts=/dev/null \
    -o APT::Architecture="$arch" -o APT::Architectures="$arch" -o APT::Sandbox::User= \
    -o Acquire::Languages=none -o Acquire::Retries=3 "$@"
}

suite_update() {
  local suite=$1 arch=$2 state=$cache/apt/$2/$1 mirror
  mirror=$(debian_mirror)
  mkdir -p "$state/lists/partial" "$state/cache/archives/partial"
  : > "$state/status"
  echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror $suite main" > "$state/sources.list"
  suite_apt "$suite" "$arch" apt-get update -qq --error-on=any || die "could not read Debian's suite $suite from $mirror. Check the network, or set DEBIAN_MIRROR to the URL of another mirror"
}
