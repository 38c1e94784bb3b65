#!/bin/sh
# Installs Chromium for the browser tests where none is found and this user may (root on a Debian-like machine).
# Never fails by itself: without a browser the tests say which of them did not run, and CI=true makes that an error.
for name in "${ROSTRUM_CHROMIUM:-}" chromium chromium-browser google-chrome google-chrome-stable chrome; do
  [ -n "$name" ] && command -v "$name" >/dev/null 2>&1 && exit 0
done
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
  echo "installing Chromium for the browser tests"
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq >/dev/null 2>&1
  apt-get install -y -qq --no-install-recommends chromium fonts-noto-core fonts-noto-cjk >/dev/null 2>&1 ||
    echo "Chromium could not be installed; the browser tests will be named as not run"
fi
exit 0
