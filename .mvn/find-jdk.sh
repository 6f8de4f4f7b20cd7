#!/bin/sh
# Prints the home of a JDK 25; ./mvnw and ./weft both ask here. Exits 1, with one sentence, when there is none.
#
# It reads the `release` file that every JDK carries and starts no JVM: asking `java -version` costs 50 ms a
# candidate, and the answer is needed on every start of ./weft.
#
# Exactly 25: confined mode was measured on, and reaches into, this version's virtual threads.
#
# For tests: WEFT_JDK_DIRS replaces the list of directories searched (colon-separated, globs allowed).

set -eu

wanted=25

# A home counts if its release file says so, and if it has a compiler (a JRE has none).
is_wanted() {
    [ -x "$1/bin/java" ] && [ -x "$1/bin/javac" ] && [ -f "$1/release" ] || return 1
    while IFS= read -r line || [ -n "$line" ]; do
        case $line in
        "JAVA_VERSION=\"$wanted\""* | "JAVA_VERSION=\"$wanted."* | "JAVA_VERSION=\"$wanted+"* | "JAVA_VERSION=\"$wanted-"*)
            return 0
            ;;
        esac
    done <"$1/release"
    return 1
}

found() {
    printf '%s\n' "$1"
    exit 0
}

# 1. What the user says. JAVA_HOME first; then the names CI images and people give to one JDK among several
#    (GitHub's runners set JAVA_HOME_25_X64, setup scripts JDK_25, JAVA25_HOME...).
for home in "${JAVA_HOME-}" \
    "${JAVA_HOME_25-}" "${JAVA_HOME_25_X64-}" "${JAVA_HOME_25_ARM64-}" "${JAVA25_HOME-}" "${JAVA_25_HOME-}" \
    "${JDK_25-}" "${JDK25-}" "${JDK25_HOME-}" "${JDK_25_HOME-}" "${JDK_HOME-}"; do
    if [ -n "$home" ] && is_wanted "$home"; then
        found "$home"
    fi
done

# 2. The java on the PATH, through its links: /usr/bin/java -> /etc/alternatives/java -> .../bin/java.
if java=$(command -v java 2>/dev/null); then
    hops=0
    while [ -L "$java" ] && [ "$hops" -lt 16 ]; do
        link=$(readlink "$java") || break
        case $link in
        /*) java=$link ;;
        *) java=${java%/*}/$link ;;
        esac
        hops=$((hops + 1))
    done
    case $java in
    */bin/java)
        if is_wanted "${java%/bin/java}"; then
            found "${java%/bin/java}"
        fi
        ;;
    esac
fi

# 3. Where the installers put them.
user=${HOME:-/nonexistent}
if [ -n "${WEFT_JDK_DIRS+set}" ]; then
    dirs=$WEFT_JDK_DIRS
    searched="under $WEFT_JDK_DIRS"
else
    searched="where installers put JDKs (/usr/lib/jvm, /opt, /Library/Java, ~/.sdkman, ~/.jdks, ~/.gradle/jdks, asdf, mise, jenv, jabba, ~/.m2/toolchains.xml)"
    dirs="/usr/lib/jvm/*:/usr/lib64/jvm/*:/usr/java/*:/usr/local/java/*:/usr/local/openjdk-*:/opt/*:/opt/java/*:/opt/jdk/*:/opt/jvm/*"
    dirs="$dirs:/Library/Java/JavaVirtualMachines/*/Contents/Home:$user/Library/Java/JavaVirtualMachines/*/Contents/Home"
    dirs="$dirs:/opt/homebrew/opt/openjdk*/libexec/openjdk.jdk/Contents/Home:/usr/local/opt/openjdk*/libexec/openjdk.jdk/Contents/Home"
    dirs="$dirs:${SDKMAN_DIR:-$user/.sdkman}/candidates/java/*:$user/.jdks/*:$user/.jdk/*:$user/.gradle/jdks/*:$user/.gradle/jdks/*/*"
    dirs="$dirs:${ASDF_DATA_DIR:-$user/.asdf}/installs/java/*:${MISE_DATA_DIR:-${XDG_DATA_HOME:-$user/.local/share}/mise}/installs/java/*"
    dirs="$dirs:${JENV_ROOT:-$user/.jenv}/versions/*:${JABBA_HOME:-$user/.jabba}/jdk/*:/opt/hostedtoolcache/Java_*_jdk/*/*"
fi
old_ifs=$IFS
IFS=:
for home in $dirs; do # unquoted on purpose: the globs are to be expanded here
    if is_wanted "$home"; then
        found "$home"
    fi
done
IFS=$old_ifs

# 4. Maven's own list. Plain text is enough: a jdkHome element stands on one line in every file Maven's tools write.
toolchains=$user/.m2/toolchains.xml
if [ -f "$toolchains" ]; then
    while IFS= read -r line || [ -n "$line" ]; do
        case $line in
        *"<jdkHome>"*"</jdkHome>"*)
            home=${line#*<jdkHome>}
            home=${home%%</jdkHome>*}
            if is_wanted "$home"; then
                found "$home"
            fi
            ;;
        esac
    done <"$toolchains"
fi

echo "Weft needs a JDK $wanted and found none in JAVA_HOME (${JAVA_HOME:-not set}), on the PATH or $searched: install one, for instance from https://adoptium.net, or set JAVA_HOME to it." >&2
exit 1
