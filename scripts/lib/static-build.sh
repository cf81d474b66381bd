# shellcheck shell=bash
# How a fully static, stripped executable is built; for scripts/package and scripts/bench.

# lld is part of the Swift toolchain, the same on every machine. `--icf=safe` folds identical functions whose address
# nobody compares. Debug information is stripped anyway: -gnone saves building it.
#
# Each function lies in a section of its own, and what other modules may call is not kept for their sake alone
# (-internalize-at-link): only then does --gc-sections take away what nobody calls, 3 % of a zip.
#
# start-symbols.txt names the functions that a start and its first invocations call and the variables that they touch, so
# that they lie together: fewer page faults, 1.7 MB less memory. scripts/lib/start_symbols.py makes it anew.
#
# NERDWORK_BOOTSTRAP leaves out what no bootstrap needs of Swift's libraries (CLambdaRuntime/swift_start.c).
readonly static_flags=(
    -c release --scratch-path .build/package
    -Xswiftc -static-executable -Xswiftc -use-ld=lld -Xswiftc -gnone
    -Xswiftc -Xfrontend -Xswiftc -function-sections -Xswiftc -Xfrontend -Xswiftc -internalize-at-link
    -Xlinker --gc-sections -Xlinker --icf=safe -Xlinker -O2
    -Xlinker "--symbol-ordering-file=$PWD/scripts/lib/start-symbols.txt" -Xlinker --no-warn-symbol-ordering
    -Xcc -DNERDWORK_BOOTSTRAP -Xlinker --wrap=_swift_stdlib_getScalarName
    -Xlinker --build-id=none -Xlinker "-T$PWD/scripts/lib/bootstrap.ld"
)

# Builds a product with the static libraries and copies it, stripped. $1: product, $2: where to.
build_static() {
    local product=$1 target=$2
    PKG_CONFIG_PATH=$PWD/.build/static/lib/pkgconfig \
        quietly ".build/logs/package-$product.log" swift build "${static_flags[@]}" --product "$product"
    mkdir -p "$(dirname "$target")"
    strip --strip-all --remove-section=.comment -o "$target" ".build/package/release/$product"
}
