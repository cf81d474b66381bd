// Two things that Swift's static library does before main, at the price of files and system calls, done without them.
//
// The linker takes these definitions instead of the archive's members Backtrace.cpp.o and CommandLine.cpp.o. They are
// weak: should another version of Swift need more of those members, it gets them, and starts as it does without this
// file. They are hidden: where Swift's library is shared (debug builds, tests), it keeps its own.
#ifdef __linux__

#include <stdbool.h>
#include <stdint.h>

#define REPLACES_SWIFT __attribute__((weak, visibility("hidden")))

// ---- Backtraces (stdlib/public/runtime/Backtrace.cpp) ----
// Swift looks for the program swift-backtrace in seven places, to start it after a crash. A bootstrap brings none along,
// and reports crashes itself (signals.c).

// All zero means off. Only its second member is read, by what reports fatal errors; the rest is room.
REPLACES_SWIFT int32_t _swift_backtraceSettings[64];

REPLACES_SWIFT bool _swift_backtrace_isThunkFunction(const char *mangled_name)
{
    (void)mangled_name;
    return false;
}

// ---- Arguments (stdlib/public/stubs/CommandLine.cpp) ----
// Swift reads /proc/self/maps to find the stack, and there the arguments. The C library hands them to constructors.

static char **arguments;
static int argument_count;

__attribute__((constructor)) static void keep_arguments(int count, char **values)
{
    arguments = values;
    argument_count = count;
}

REPLACES_SWIFT void _swift_stdlib_overrideUnsafeArgvArgc(char **values, int count)
{
    arguments = values;
    argument_count = count;
}

REPLACES_SWIFT char **_swift_stdlib_getUnsafeArgvArgc(int *count)
{
    static char *none[1];
    *count = arguments ? argument_count : 0;
    return arguments ? arguments : none;
}

#endif
