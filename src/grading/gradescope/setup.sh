#!/usr/bin/env bash
# Prepares a machine of Gradescope's, once, when the autograder is built: Node and the packages.
# What is there already is used, so that nothing is downloaded where the zip has everything.
set -euo pipefail
cd "${AUTOGRADER_ROOT:-/autograder}/source"

node_version=v22.20.0

has_node() {
  command -v node >/dev/null &&
    node -e 'const [a, b] = process.versions.node.split("."); process.exit(a * 100 + +b < 2019 ? 1 : 0)'
}

if ! has_node; then
  case $(uname -m) in
    x86_64) machine=x64 ;;
    aarch64) machine=arm64 ;;
    *) echo "no Node is known for $(uname -m)" >&2 && exit 1 ;;
  esac
  if ! command -v curl >/dev/null; then
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends curl ca-certificates
  fi
  curl -fsSL --retry 3 "https://nodejs.org/dist/$node_version/node-$node_version-linux-$machine.tar.gz" |
    tar -xz -C /usr/local --strip-components=1
fi

if [ ! -d node_modules ]; then
  npm ci --omit=dev --no-audit --no-fund
fi

# A grader that does not start is noticed here, and not by the first student.
node --import tsx src/cli/grade.ts --help >/dev/null
