#ifndef NERDWORK_CPOSTGRES_SHIM_H
#define NERDWORK_CPOSTGRES_SHIM_H

#include <libpq-fe.h>

#endif
