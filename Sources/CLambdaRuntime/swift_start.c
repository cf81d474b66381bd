// Parts of Swift's static libraries that cost files and system calls before main, or much room, done without them.
//
// The linker takes these definitions instead of the archives' members Backtrace.cpp.o and CommandLine.cpp.o. They are
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

// For a bootstrap alone (scripts/lib/static-build.sh): tests and tools are asynchronous.
#ifdef NERDWORK_BOOTSTRAP

// ---- Concurrency (stdlib/public/Concurrency) ----
// swift-log has a logger for each task, which nobody here asks for: nothing in production is asynchronous. Its mere
// mention would link the library of tasks and libdispatch: 0.2 MB of each zip, and a start that reads how many
// processors there are, twice.

#define NOBODY_CALLS(symbol, name)                                                                                     \
    REPLACES_SWIFT void name(void) __asm__(symbol);                                                                    \
    REPLACES_SWIFT void name(void)                                                                                     \
    {                                                                                                                  \
        __builtin_trap();                                                                                              \
    }

NOBODY_CALLS("swift_task_alloc", nerdwork_task_alloc)
NOBODY_CALLS("swift_task_dealloc", nerdwork_task_dealloc)
NOBODY_CALLS("swift_task_switch", nerdwork_task_switch)
// Actor.unownedExecutor; TaskLocal's init(wrappedValue:), get() and both forms of withValue.
NOBODY_CALLS("$sScA15unownedExecutorScevgTj", nerdwork_actor_executor)
NOBODY_CALLS("$ss9TaskLocalC12wrappedValueAByxGx_tcfc", nerdwork_task_local_init)
NOBODY_CALLS("$ss9TaskLocalC3getxyF", nerdwork_task_local_get)
NOBODY_CALLS("$ss9TaskLocalC9withValue_9operation4file4lineqd__x_qd__yKXESSSutKlF", nerdwork_task_local_with)
NOBODY_CALLS(
    "$ss9TaskLocalC9withValue_9operation9isolation4file4lineqd__x_qd__yYaKXEScA_pSgYiSSSutYaKlF",
    nerdwork_task_local_with_isolation)

// The asynchronous one's pointer, and the descriptor of the type.
REPLACES_SWIFT const int32_t nerdwork_task_local_with_isolation_pointer[2] __asm__(
    "$ss9TaskLocalC9withValue_9operation9isolation4file4lineqd__x_qd__yYaKXEScA_pSgYiSSSutYaKlFTu");
const int32_t nerdwork_task_local_with_isolation_pointer[2];
REPLACES_SWIFT const int32_t nerdwork_task_local_descriptor[16] __asm__("$ss9TaskLocalCMn");
const int32_t nerdwork_task_local_descriptor[16];

// ---- Names of characters (stdlib/public/stubs/Unicode/UnicodeScalarProps.cpp) ----
// 0.55 MB of tables for Unicode.Scalar.Properties.name, which nobody here asks for. --wrap (static-build.sh) leads here,
// where no scalar has a name.

intptr_t __wrap__swift_stdlib_getScalarName(uint32_t scalar, uint8_t *buffer, intptr_t capacity);

intptr_t __wrap__swift_stdlib_getScalarName(uint32_t scalar, uint8_t *buffer, intptr_t capacity)
{
    (void)scalar;
    (void)buffer;
    (void)capacity;
    return 0;
}

#endif
#endif
