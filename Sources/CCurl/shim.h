#ifndef NERDWORK_CCURL_SHIM_H
#define NERDWORK_CCURL_SHIM_H

#include <curl/curl.h>

#endif
