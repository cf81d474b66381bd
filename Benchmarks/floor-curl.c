// The floor of libcurl: the same echo over curl_easy_perform on one handle, with as few calls as it takes.

#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static char body[8 << 20], id[128];
static size_t length;

static size_t take_body(char *data, size_t one, size_t n, void *unused)
{
    (void)unused;
    if (length + n > sizeof body)
        return 0;
    memcpy(body + length, data, n);
    length += n;
    return one * n;
}

static size_t take_header(char *line, size_t one, size_t n, void *unused)
{
    (void)unused;
    if (n > 31 && !strncasecmp(line, "lambda-runtime-aws-request-id:", 30)) {
        const char *value = line + 30 + strspn(line + 30, " ");
        snprintf(id, sizeof id, "%.*s", (int)strcspn(value, "\r\n"), value);
    }
    return one * n;
}

static size_t ignore(char *data, size_t one, size_t n, void *unused)
{
    (void)data;
    (void)unused;
    return one * n;
}

static CURLcode get(CURL *handle, const char *url)
{
    length = 0;
    curl_easy_setopt(handle, CURLOPT_HTTPGET, 1L);
    curl_easy_setopt(handle, CURLOPT_URL, url);
    curl_easy_setopt(handle, CURLOPT_HTTPHEADER, NULL);
    curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, take_body);
    curl_easy_setopt(handle, CURLOPT_HEADERFUNCTION, take_header);
    return curl_easy_perform(handle);
}

static CURLcode post(CURL *handle, const char *url, struct curl_slist *headers)
{
    curl_easy_setopt(handle, CURLOPT_URL, url);
    curl_easy_setopt(handle, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, ignore);
    curl_easy_setopt(handle, CURLOPT_HEADERFUNCTION, NULL);
    curl_easy_setopt(handle, CURLOPT_POSTFIELDSIZE, (long)length);
    curl_easy_setopt(handle, CURLOPT_POSTFIELDS, body);
    return curl_easy_perform(handle);
}

int main(void)
{
    const char *api = getenv("AWS_LAMBDA_RUNTIME_API");
    char next[256], response[512];
    curl_global_init(CURL_GLOBAL_NOTHING);
    CURL *handle = curl_easy_init();
    curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(handle, CURLOPT_PROXY, "");
    curl_easy_setopt(handle, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    struct curl_slist *headers = curl_slist_append(curl_slist_append(NULL, "Expect:"), "Content-Type: application/json");
    snprintf(next, sizeof next, "http://%s/2018-06-01/runtime/invocation/next", api ? api : "");
    for (;;) {
        if (get(handle, next))
            return 1;
        snprintf(response, sizeof response, "http://%s/2018-06-01/runtime/invocation/%s/response", api, id);
        if (post(handle, response, headers))
            return 1;
    }
}
