#!/usr/bin/env bash
# Compares the wgpu backend with the default one, on a graphics processor or, where there is none,
# on Mesa's software Vulkan. As root on Debian and its relatives, installs that driver first.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

has_vulkan_driver() {
    compgen -G '/usr/share/vulkan/icd.d/*.json' >/dev/null \
        || compgen -G '/etc/vulkan/icd.d/*.json' >/dev/null
}

if [ "$(uname -s)" = Linux ] && ! has_vulkan_driver; then
    if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null; then
        apt-get update
        DEBIAN_FRONTEND=noninteractive apt-get install -y mesa-vulkan-drivers
    else
        echo "no Vulkan driver found; install one (Debian: mesa-vulkan-drivers)" >&2
        exit 1
    fi
fi

cargo test -p ganglion-model --features wgpu --test backends "$@"
