#!/bin/sh
# Installs Chromium and Firefox for the browser tests where they aren't found and this user may (root on a Debian-like
# machine). Never fails by itself: without a browser the tests say which of them did not run, and CI=true makes that an
# error.
wanted=
has() { for name in "$@"; do [ -n "$name" ] && command -v "$name" >/dev/null 2>&1 && return 0; done; return 1; }
has "${ROSTRUM_CHROMIUM:-}" chromium chromium-browser google-chrome google-chrome-stable chrome ||
  wanted="chromium fonts-noto-core fonts-noto-cjk"
has "${ROSTRUM_FIREFOX:-}" firefox-esr firefox || wanted="$wanted firefox-esr"
if [ -n "$wanted" ] && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
  echo "installing for the browser tests: $wanted"
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq >/dev/null 2>&1
  # shellcheck disable=SC2086 # a list of names
  apt-get install -y -qq --no-install-recommends $wanted >/dev/null 2>&1 ||
    echo "not installed; the tests that need them will be named as not run"
fi
exit 0
