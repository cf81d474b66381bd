#define _GNU_SOURCE
#include "CLambdaRuntime.h"

#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#ifdef __GLIBC__
#include <nss.h>
#endif

enum { LOOPS = 256, REQUEST_ROOM = 192, LINE_ROOM = 512, SIGNAL_STACK = 16384 };

static _Thread_local char current_request[REQUEST_ROOM];
static _Thread_local char signal_stack[SIGNAL_STACK];

static atomic_bool terminating;
static atomic_int loops;
static struct {
    atomic_int socket; // one more than the descriptor, so that zeroed memory means none
    atomic_bool waiting;
} loop_table[LOOPS];

void nerdwork_configure_name_service(void)
{
#ifdef __GLIBC__
    // nsswitch.conf of the host may name libraries built for another C library; loading them can crash the process.
    __nss_configure_lookup("hosts", "files dns");
    __nss_configure_lookup("passwd", "files");
    __nss_configure_lookup("group", "files");
#endif
}

// ---- The request of the thread ----

void nerdwork_set_request(const char *bytes, size_t count)
{
    if (count > REQUEST_ROOM - 1)
        count = REQUEST_ROOM - 1;
    for (size_t i = 0; i < count; i++) {
        unsigned char c = (unsigned char)bytes[i];
        current_request[i] = c < 0x20 || c > 0x7e || c == '"' || c == '\\' ? '?' : (char)c;
    }
    current_request[count] = 0;
}

const char *nerdwork_current_request(void)
{
    return current_request;
}

// Whoever started the process may have had the signals blocked (thread pools do), and a process inherits that.
static void unblock(const int *numbers, size_t count)
{
    sigset_t set;
    sigemptyset(&set);
    for (size_t i = 0; i < count; i++)
        sigaddset(&set, numbers[i]);
    pthread_sigmask(SIG_UNBLOCK, &set, NULL);
}

// ---- Crash report ----

struct line {
    char bytes[LINE_ROOM];
    size_t length;
};

static void add(struct line *line, const char *text)
{
    while (*text && line->length < LINE_ROOM)
        line->bytes[line->length++] = *text++;
}

static void add_number(struct line *line, int64_t number, int width)
{
    char digits[24];
    int count = 0;
    do {
        digits[count++] = (char)('0' + number % 10);
        number /= 10;
    } while (number > 0 || count < width);
    while (count > 0 && line->length < LINE_ROOM)
        line->bytes[line->length++] = digits[--count];
}

// RFC 3339. gmtime is not safe in a signal handler; the calendar is Howard Hinnant's civil_from_days.
static void add_time(struct line *line)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    int64_t days = now.tv_sec / 86400 + 719468, second = now.tv_sec % 86400;
    int64_t era = days / 146097, day_of_era = days % 146097;
    int64_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int64_t shifted = (5 * day_of_year + 2) / 153;
    int64_t month = shifted < 10 ? shifted + 3 : shifted - 9;
    add_number(line, year_of_era + era * 400 + (month <= 2), 4);
    add(line, "-");
    add_number(line, month, 2);
    add(line, "-");
    add_number(line, day_of_year - (153 * shifted + 2) / 5 + 1, 2);
    add(line, "T");
    add_number(line, second / 3600, 2);
    add(line, ":");
    add_number(line, second / 60 % 60, 2);
    add(line, ":");
    add_number(line, second % 60, 2);
    add(line, ".");
    add_number(line, now.tv_nsec / 1000000, 3);
    add(line, "Z");
}

static const char *name_of(int number)
{
    switch (number) {
    case SIGILL: return "SIGILL";
    case SIGTRAP: return "SIGTRAP";
    case SIGSEGV: return "SIGSEGV";
    case SIGBUS: return "SIGBUS";
    case SIGFPE: return "SIGFPE";
    case SIGABRT: return "SIGABRT";
    default: return "signal";
    }
}

static void report_crash(int number)
{
    struct line line = {.length = 0};
    add(&line, "{\"timestamp\":\"");
    add_time(&line);
    add(&line, "\",\"level\":\"FATAL\",\"message\":\"the process is ended by ");
    add(&line, name_of(number));
    add(&line, "\",\"errorType\":\"Runtime.ExitError\"");
    if (current_request[0]) {
        add(&line, ",\"requestId\":\"");
        add(&line, current_request);
        add(&line, "\"");
    }
    add(&line, "}\n");
    if (write(STDERR_FILENO, line.bytes, line.length) < 0)
        errno = 0; // there is nowhere left to say so
    // SA_RESETHAND has put the default action back: this ends the process, with the right status.
    raise(number);
}

void nerdwork_install_crash_report(void)
{
    static const int numbers[] = {SIGILL, SIGTRAP, SIGSEGV, SIGBUS, SIGFPE, SIGABRT};
    struct sigaction report = {.sa_handler = report_crash, .sa_flags = SA_RESETHAND | SA_NODEFER | SA_ONSTACK};
    sigemptyset(&report.sa_mask);
    unblock(numbers, sizeof numbers / sizeof *numbers);
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        struct sigaction former;
        if (sigaction(numbers[i], &report, &former) == 0 && former.sa_handler != SIG_DFL)
            sigaction(numbers[i], &former, NULL);
    }
}

void nerdwork_use_signal_stack(void)
{
    stack_t stack = {.ss_sp = signal_stack, .ss_size = sizeof signal_stack};
    sigaltstack(&stack, NULL);
}

// ---- Termination ----

void nerdwork_terminate(void)
{
    int saved = errno;
    atomic_store(&terminating, true);
    for (int i = 0; i < LOOPS && i < atomic_load(&loops); i++) {
        int socket = atomic_load(&loop_table[i].socket) - 1;
        // The loop's blocking read ends; libcurl may try another connection, which set_socket then refuses.
        if (socket >= 0 && atomic_load(&loop_table[i].waiting))
            shutdown(socket, SHUT_RDWR);
    }
    errno = saved;
}

static void on_termination(int number)
{
    (void)number;
    nerdwork_terminate();
}

void nerdwork_install_termination(void)
{
    struct sigaction action = {.sa_handler = on_termination, .sa_flags = SA_RESTART};
    sigemptyset(&action.sa_mask);
    sigaction(SIGTERM, &action, NULL);
    unblock(&(int){SIGTERM}, 1);
}

bool nerdwork_is_terminating(void)
{
    return atomic_load(&terminating);
}

int nerdwork_loop_claim(void)
{
    int loop = atomic_fetch_add(&loops, 1);
    return loop < LOOPS ? loop : -1;
}

bool nerdwork_loop_set_socket(int loop, int socket)
{
    if (loop < 0)
        return !atomic_load(&terminating);
    atomic_store(&loop_table[loop].socket, socket + 1);
    // An answer that is still owed may open a connection even then.
    return !atomic_load(&terminating) || !atomic_load(&loop_table[loop].waiting);
}

void nerdwork_loop_set_waiting(int loop, bool waiting)
{
    if (loop >= 0)
        atomic_store(&loop_table[loop].waiting, waiting);
}
