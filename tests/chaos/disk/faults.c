// Loaded before the C library: makes the Nth write, sync or truncation of the database's files fail.
//
// FAULTS_CONTROL names a file with one line, "NUMBER OPERATION NTH KIND": a new number arms a new fault. OPERATION is
// write, sync or truncate; KIND is eio, enospc, short (half is written, and then nothing fits) or slow (it takes half a
// second). Each fault that happens adds its line to the file that FAULTS_TOLD names.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <time.h>
#include <unistd.h>

enum kind { NONE, EIO_KIND, ENOSPC_KIND, SHORT_KIND, SLOW_KIND };

static pthread_mutex_t turn = PTHREAD_MUTEX_INITIALIZER;
static long number = -1, calls, nth;
static char operation[16], kind[16];
// What comes after a short write.
static int is_full;

static int is_watched(int fd) {
    char link[64], path[4096];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length < 0) return 0;
    path[length] = 0;
    const char *name = strrchr(path, '/');
    if (!name) return 0;
    return !strcmp(name, "/credenza.db") || !strcmp(name, "/credenza.db-wal") || !strcmp(name, "/credenza.db-shm");
}

static void tell(void) {
    const char *told = getenv("FAULTS_TOLD");
    int fd = told ? open(told, O_WRONLY | O_APPEND | O_CREAT, 0600) : -1;
    if (fd < 0) return;
    char line[128];
    int length = snprintf(line, sizeof line, "%ld %s %ld %s\n", number, operation, nth, kind);
    syscall(SYS_write, fd, line, (size_t)length);
    close(fd);
}

static void look(void) {
    const char *control = getenv("FAULTS_CONTROL");
    int fd = control ? open(control, O_RDONLY) : -1;
    if (fd < 0) return;
    char line[128];
    ssize_t length = read(fd, line, sizeof line - 1);
    close(fd);
    if (length <= 0) return;
    line[length] = 0;
    long armed, at;
    char what[16], how[16];
    if (sscanf(line, "%ld %15s %ld %15s", &armed, what, &at, how) != 4 || armed == number) return;
    number = armed;
    nth = at;
    calls = 0;
    is_full = 0;
    strcpy(operation, what);
    strcpy(kind, how);
}

// What is to happen to this call.
static enum kind fault(int fd, const char *what) {
    if (!is_watched(fd)) return NONE;
    enum kind now = NONE;
    pthread_mutex_lock(&turn);
    look();
    if (is_full && !strcmp(what, "write")) {
        is_full = 0;
        now = ENOSPC_KIND;
    } else if (!strcmp(what, operation) && ++calls == nth) {
        now = !strcmp(kind, "eio") ? EIO_KIND : !strcmp(kind, "enospc") ? ENOSPC_KIND
            : !strcmp(kind, "short") ? SHORT_KIND : SLOW_KIND;
        is_full = now == SHORT_KIND;
        tell();
    }
    pthread_mutex_unlock(&turn);
    return now;
}

// Whether the call fails now; half of a short write is left to its caller.
static int fails(enum kind now) {
    struct timespec half = {0, 500000000};
    switch (now) {
    case EIO_KIND: errno = EIO; return 1;
    case ENOSPC_KIND: errno = ENOSPC; return 1;
    case SLOW_KIND: nanosleep(&half, NULL); return 0;
    default: return 0;
    }
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

ssize_t write(int fd, const void *bytes, size_t count) {
    enum kind now = fault(fd, "write");
    if (fails(now)) return -1;
    return REAL(write)(fd, bytes, now == SHORT_KIND && count > 1 ? count / 2 : count);
}

ssize_t pwrite(int fd, const void *bytes, size_t count, off_t at) {
    enum kind now = fault(fd, "write");
    if (fails(now)) return -1;
    return REAL(pwrite)(fd, bytes, now == SHORT_KIND && count > 1 ? count / 2 : count, at);
}

ssize_t pwrite64(int fd, const void *bytes, size_t count, off64_t at) {
    enum kind now = fault(fd, "write");
    if (fails(now)) return -1;
    return REAL(pwrite64)(fd, bytes, now == SHORT_KIND && count > 1 ? count / 2 : count, at);
}

int fsync(int fd) {
    return fails(fault(fd, "sync")) ? -1 : REAL(fsync)(fd);
}

int fdatasync(int fd) {
    return fails(fault(fd, "sync")) ? -1 : REAL(fdatasync)(fd);
}

int ftruncate(int fd, off_t length) {
    return fails(fault(fd, "truncate")) ? -1 : REAL(ftruncate)(fd, length);
}

int ftruncate64(int fd, off64_t length) {
    return fails(fault(fd, "truncate")) ? -1 : REAL(ftruncate64)(fd, length);
}
