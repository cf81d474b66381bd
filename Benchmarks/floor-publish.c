// The floor of publishing: libcurl posts one PutEvents body again and again, unsigned, over one connection, and looks
// at nothing but the status.
//
//   floor-publish URL FILE COUNT
//
// Prints the seconds it took.

#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static char body[1 << 20];

static double seconds(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec + time.tv_nsec / 1e9;
}

static size_t ignore(char *data, size_t one, size_t n, void *unused)
{
    (void)data;
    (void)unused;
    return one * n;
}

static CURL *prepare(const char *url, long length)
{
    struct curl_slist *headers = NULL;
    curl_global_init(CURL_GLOBAL_NOTHING);
    CURL *handle = curl_easy_init();
    headers = curl_slist_append(headers, "Expect:");
    headers = curl_slist_append(headers, "Content-Type: application/x-amz-json-1.1");
    headers = curl_slist_append(headers, "X-Amz-Target: AWSEvents.PutEvents");
    curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(handle, CURLOPT_PROXY, "");
    curl_easy_setopt(handle, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    curl_easy_setopt(handle, CURLOPT_URL, url);
    curl_easy_setopt(handle, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(handle, CURLOPT_POSTFIELDSIZE, length);
    curl_easy_setopt(handle, CURLOPT_POSTFIELDS, body);
    curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, ignore);
    return handle;
}

int main(int argc, char **argv)
{
    FILE *file = argc == 4 ? fopen(argv[2], "r") : NULL;
    if (!file)
        return 64;
    CURL *handle = prepare(argv[1], (long)fread(body, 1, sizeof body, file));
    double begun = seconds();
    for (int i = atoi(argv[3]); i > 0; i--) {
        long status = 0;
        if (curl_easy_perform(handle) || curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &status) || status != 200)
            return 1;
    }
    printf("%.6f\n", seconds() - begun);
}
