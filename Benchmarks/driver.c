// Measures Lambda custom runtimes side by side, for scripts/bench.
//
// Plays Lambda's side of the Runtime API on 127.0.0.1 for each command, one process at a time, the commands taking
// turns. Prints a line for each, tab-separated medians:
//   label, start_ms (spawn to the first GET next), first_ms (spawn to the first answer), invoke_ms (first event to its
//   answer), p50_us, cpu_us (user and system, an invocation), peak_kib, per_second
//
//   driver [-c COLD] [-w WARM] [-n INVOCATIONS] [-g CGROUP] [-v] LABEL=PROGRAM=EVENTS...
//
// The file EVENTS holds an event a line; they are given in turn. -g: each process enters that cgroup (its
// cgroup.procs) before it starts. -v: show what the processes write.
// Run it under taskset: two cores waking each other cost more than what is measured.

#define _GNU_SOURCE
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { CONNECTIONS = 8, INPUT = 1 << 20, WAIT_MS = 30000, CHUNKED_ABOVE = 2048 };
enum metric { START, FIRST, INVOKE, P50, CPU, PEAK, RATE, METRICS };

struct command {
    char *label, *program, *failure, **event;
    int events;
    unsigned long given; // events so far, over all its processes
    double *values[METRICS];
    int count[METRICS];
};

struct connection {
    int fd;
    size_t length;
    char *input; // a NUL after the last byte
};

static struct {
    int cold, warm, invocations;
    const char *cgroup;
    bool verbose;
} options = {.cold = 0, .warm = 1, .invocations = 1};

// One process under measurement.
static struct {
    pid_t pid;
    int listener, open;
    struct connection connections[CONNECTIONS];
    struct connection *asking; // who sent the last whole request
    size_t request;            // its length
} now;

static double seconds(clockid_t clock)
{
    struct timespec time = {0};
    clock_gettime(clock, &time);
    return time.tv_sec + time.tv_nsec / 1e9;
}

static double cpu_seconds(void)
{
    clockid_t clock;
    return clock_getcpuclockid(now.pid, &clock) ? 0 : seconds(clock);
}

// --- HTTP ------------------------------------------------------------------------------------------------------------

// The length of the whole request at the start of the buffer; 0 while it is not whole.
static size_t whole_request(const struct connection *c)
{
    char *end = memmem(c->input, c->length, "\r\n\r\n", 4);
    if (!end)
        return 0;
    char *field = strcasestr(c->input, "\r\ncontent-length:");
    size_t body = field && field < end ? strtoul(field + 17, NULL, 10) : 0;
    size_t total = end + 4 - c->input + body;
    return c->length >= total ? total : 0;
}

static void drop(struct connection *c)
{
    close(c->fd);
    free(c->input);
    *c = now.connections[--now.open];
}

static void accept_one(void)
{
    int one = 1, fd = accept4(now.listener, NULL, NULL, SOCK_CLOEXEC);
    if (fd < 0)
        return;
    if (now.open == CONNECTIONS) {
        close(fd);
        return;
    }
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    now.connections[now.open++] = (struct connection){.fd = fd, .input = calloc(1, INPUT + 1)};
}

static void read_some(struct connection *c)
{
    ssize_t n = read(c->fd, c->input + c->length, INPUT - c->length);
    if (n <= 0) {
        drop(c);
        return;
    }
    c->length += n;
    c->input[c->length] = 0;
}

// Waits for the next whole request; false when the process is silent too long.
static bool await_request(void)
{
    for (;;) {
        struct pollfd polled[CONNECTIONS + 1] = {{.fd = now.listener, .events = POLLIN}};
        int count = now.open;
        for (int i = 0; i < count; i++) {
            if ((now.request = whole_request(&now.connections[i]))) {
                now.asking = &now.connections[i];
                return true;
            }
            polled[i + 1] = (struct pollfd){.fd = now.connections[i].fd, .events = POLLIN};
        }
        if (poll(polled, count + 1, WAIT_MS) <= 0)
            return false;
        for (int i = count; i > 0; i--)
            if (polled[i].revents)
                read_some(&now.connections[i - 1]);
        if (polled[0].revents)
            accept_one();
    }
}

static bool asks(const char *method, const char *path_end)
{
    const char *line_end = strstr(now.asking->input, " HTTP/1.1\r\n");
    size_t n = strlen(path_end);
    return line_end && !strncmp(now.asking->input, method, strlen(method)) &&
           line_end - now.asking->input > (long)n && !memcmp(line_end - n, path_end, n);
}

// Answers the last request and takes it out of the buffer. A body over 2 KiB goes chunked, as Lambda sends it.
static bool answer(const char *status, const char *headers, const char *body, size_t length)
{
    static char out[INPUT + 4096];
    struct connection *c = now.asking;
    bool chunked = length > CHUNKED_ABOVE;
    int n = sprintf(out, "HTTP/1.1 %s\r\nContent-Type: application/json\r\n%s", status, headers);
    n += chunked ? sprintf(out + n, "Transfer-Encoding: chunked\r\n\r\n%zx\r\n", length)
                 : sprintf(out + n, "Content-Length: %zu\r\n\r\n", length);
    memcpy(out + n, body, length);
    n += length;
    if (chunked)
        n += sprintf(out + n, "\r\n0\r\n\r\n");
    memmove(c->input, c->input + now.request, c->length + 1 - now.request);
    c->length -= now.request;
    return write(c->fd, out, n) == n;
}

static bool give_event(struct command *c)
{
    char headers[640];
    const char *event = c->event[c->given % c->events];
    snprintf(headers, sizeof headers,
             "Lambda-Runtime-Aws-Request-Id: 8476a536-e9f4-11e8-9739-%012lx\r\nLambda-Runtime-Deadline-Ms: %lld\r\n"
             "Lambda-Runtime-Invoked-Function-Arn: arn:aws:lambda:eu-central-1:123456789012:function:measured\r\n"
             "Lambda-Runtime-Trace-Id: Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Parent=9a9197af755a6419;Sampled=1\r\n",
             ++c->given & 0xffffffffffff, (long long)(seconds(CLOCK_REALTIME) * 1000) + WAIT_MS);
    return answer("200 OK", headers, event, strlen(event));
}

// --- Process ---------------------------------------------------------------------------------------------------------

static const char *const lambda_environment[] = {
    "AWS_LAMBDA_FUNCTION_NAME=measured", "AWS_LAMBDA_FUNCTION_VERSION=$LATEST", "AWS_LAMBDA_FUNCTION_MEMORY_SIZE=128",
    "AWS_LAMBDA_LOG_GROUP_NAME=/aws/lambda/measured", "AWS_LAMBDA_LOG_STREAM_NAME=measured", "AWS_REGION=eu-central-1",
    "AWS_LAMBDA_INITIALIZATION_TYPE=on-demand", "LAMBDA_TASK_ROOT=/var/task", "LANG=en_US.UTF-8", "TZ=:UTC",
};

static void in_child(char *program)
{
    char *arguments[] = {program, NULL};
    if (options.cgroup) {
        int procs = open(options.cgroup, O_WRONLY);
        if (write(procs, "0", 1) != 1)
            _exit(126);
        close(procs);
    }
    if (!options.verbose) {
        int null = open("/dev/null", O_WRONLY);
        dup2(null, 1);
        dup2(null, 2);
    }
    execv(program, arguments);
    _exit(127);
}

static bool start(char *program)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    char api[32];
    now.open = 0;
    now.listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (bind(now.listener, (struct sockaddr *)&address, size) || listen(now.listener, 16) ||
        getsockname(now.listener, (struct sockaddr *)&address, &size))
        return false;
    snprintf(api, sizeof api, "127.0.0.1:%d", ntohs(address.sin_port));
    setenv("AWS_LAMBDA_RUNTIME_API", api, 1);
    now.pid = vfork(); // as light as posix_spawn, and the child may enter a cgroup
    if (!now.pid)
        in_child(program);
    return now.pid > 0;
}

static void stop(void)
{
    kill(now.pid, SIGKILL);
    waitpid(now.pid, NULL, 0);
    while (now.open)
        drop(now.connections);
    close(now.listener);
}

// VmHWM, because ru_maxrss begins with what this process had at vfork.
static double peak_kib(void)
{
    char path[64], line[256];
    double value = 0;
    snprintf(path, sizeof path, "/proc/%d/status", now.pid);
    FILE *file = fopen(path, "r");
    while (file && fgets(line, sizeof line, file))
        if (!strncmp(line, "VmHWM:", 6))
            value = atof(line + 6);
    if (file)
        fclose(file);
    return value;
}

// --- Measuring -------------------------------------------------------------------------------------------------------

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median(double *values, int count)
{
    if (!count)
        return 0;
    qsort(values, count, sizeof *values, ascending);
    return values[count / 2];
}

static void record(struct command *c, enum metric metric, double value)
{
    c->values[metric] = realloc(c->values[metric], (c->count[metric] + 1) * sizeof value);
    c->values[metric][c->count[metric]++] = value;
}

// Gives one event and takes its answer and the next GET. Returns why not.
static char *invoke(struct command *c, double *latency)
{
    static char text[512];
    double begun = seconds(CLOCK_MONOTONIC);
    if (!give_event(c) || !await_request())
        return "no answer";
    *latency = seconds(CLOCK_MONOTONIC) - begun;
    if (!asks("POST", "/response")) {
        snprintf(text, sizeof text, "no response but: %.400s", now.asking->input);
        return text;
    }
    if (!answer("202 Accepted", "", "{\"status\":\"OK\"}\n", 16) || !await_request() || !asks("GET", "/invocation/next"))
        return "no GET next after the response";
    return NULL;
}

static char *measure(struct command *c, bool cold, double *latencies)
{
    double latency, begun = seconds(CLOCK_MONOTONIC);
    char *failure;
    if (!start(c->program))
        return "cannot start it";
    if (!await_request() || !asks("GET", "/invocation/next"))
        return "it did not ask for an invocation";
    double asked = seconds(CLOCK_MONOTONIC);
    if ((failure = invoke(c, &latency)))
        return failure;
    if (cold) {
        record(c, START, (asked - begun) * 1e3);
        record(c, FIRST, (asked - begun + latency) * 1e3);
        record(c, INVOKE, latency * 1e3);
        return NULL;
    }
    double from = seconds(CLOCK_MONOTONIC), cpu = cpu_seconds();
    for (int i = 0; i < options.invocations; i++) {
        if ((failure = invoke(c, &latency)))
            return failure;
        latencies[i] = latency * 1e6;
    }
    record(c, CPU, (cpu_seconds() - cpu) / options.invocations * 1e6);
    record(c, RATE, options.invocations / (seconds(CLOCK_MONOTONIC) - from));
    record(c, P50, median(latencies, options.invocations));
    record(c, PEAK, peak_kib());
    return NULL;
}

static void take_turns(struct command *commands, int count, int turns, bool cold)
{
    double *latencies = calloc(options.invocations, sizeof *latencies);
    for (int turn = 0; turn < turns; turn++)
        for (struct command *c = commands; c < commands + count; c++)
            if (!c->failure) {
                char *failure = measure(c, cold, latencies);
                c->failure = failure ? strdup(failure) : NULL;
                stop();
            }
    free(latencies);
}

static void read_events(struct command *c, const char *path)
{
    FILE *file = fopen(path, "r");
    size_t capacity = 0;
    char *line = NULL;
    for (ssize_t n; file && (n = getline(&line, &capacity, file)) > 0; line = NULL, capacity = 0) {
        line[strcspn(line, "\n")] = 0;
        c->event = realloc(c->event, (c->events + 1) * sizeof line);
        c->event[c->events++] = line;
    }
    if (!c->events) {
        fprintf(stderr, "driver: no events in %s\n", path);
        exit(66);
    }
}

static int report(const struct command *commands, int count)
{
    int failures = 0;
    for (const struct command *c = commands; c < commands + count; c++) {
        if (c->failure) {
            fprintf(stderr, "driver: %s (%s): %s\n", c->label, c->program, c->failure);
            failures++;
            continue;
        }
        printf("%s", c->label);
        for (int m = 0; m < METRICS; m++)
            printf("\t%.3f", median(c->values[m], c->count[m]));
        printf("\n");
    }
    return failures ? 1 : 0;
}

int main(int argc, char **argv)
{
    for (int option; (option = getopt(argc, argv, "c:w:n:g:v")) != -1;)
        switch (option) {
        case 'c': options.cold = atoi(optarg); break;
        case 'w': options.warm = atoi(optarg); break;
        case 'n': options.invocations = atoi(optarg); break;
        case 'g': options.cgroup = optarg; break;
        case 'v': options.verbose = true; break;
        default: return 64;
        }
    int count = argc - optind;
    struct command commands[32] = {0};
    if (count < 1 || count > 32 || options.invocations < 1) {
        fprintf(stderr, "usage: driver [-c N] [-w N] [-n N] [-g CGROUP] [-v] LABEL=PROGRAM=EVENTS...\n");
        return 64;
    }
    for (int i = 0; i < count; i++) {
        commands[i].label = strtok(argv[optind + i], "=");
        commands[i].program = strtok(NULL, "=");
        read_events(&commands[i], strtok(NULL, ""));
    }
    for (size_t i = 0; i < sizeof lambda_environment / sizeof *lambda_environment; i++)
        putenv((char *)lambda_environment[i]);
    signal(SIGPIPE, SIG_IGN);
    take_turns(commands, count, options.cold, true);
    take_turns(commands, count, options.warm, false);
    return report(commands, count);
}
