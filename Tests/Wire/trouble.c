// SPDX-License-Identifier: EUPL-1.2
// Troubles on demand for a process that is started with LD_PRELOAD=trouble.so. Files in the folder TROUBLE_FLAGS say what is wrong:
//   full   no byte more fits below TROUBLE_DATA: writes and growing files end with ENOSPC
//   slow   milliseconds that each fsync and fdatasync below TROUBLE_DATA takes
//   clock  seconds that the wall clock is ahead (the steady clocks are left alone)
// Waits until a time of the wall clock (pthread_cond_timedwait, sem_timedwait) follow it, as they do when root sets the clock.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#define REAL(type, name, ...)                          \
    static type (*real)(__VA_ARGS__);                  \
    if (!real) real = dlsym(RTLD_NEXT, name)

static const char *flags_folder(void) { static const char *path; return path ? path : (path = getenv("TROUBLE_FLAGS")); }
static const char *data_folder(void) { static const char *path; return path ? path : (path = getenv("TROUBLE_DATA")); }

// The number in a flag file: -1 where there is none, 1 where it is empty.
static long flag(const char *name) {
    char path[PATH_MAX], text[32] = {0};
    if (!flags_folder()) return -1;
    snprintf(path, sizeof path, "%s/%s", flags_folder(), name);
    int file = (int)syscall(SYS_openat, AT_FDCWD, path, O_RDONLY | O_CLOEXEC);
    if (file < 0) return -1;
    long count = syscall(SYS_read, file, text, sizeof text - 1);
    syscall(SYS_close, file);
    return count > 0 ? atol(text) : 1;
}

static int below_data(const char *path) {
    size_t length = data_folder() ? strlen(data_folder()) : 0;
    return length && strncmp(path, data_folder(), length) == 0 && (path[length] == '/' || path[length] == 0);
}

static int is_data(int file) {
    char link[64], path[PATH_MAX];
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length < 0) return 0;
    path[length] = 0;
    return below_data(path);
}

static int is_full(int file) {
    if (flag("full") < 0 || !is_data(file)) return 0;
    errno = ENOSPC;
    return 1;
}

ssize_t write(int file, const void *bytes, size_t count) {
    REAL(ssize_t, "write", int, const void *, size_t);
    return file > 2 && is_full(file) ? -1 : real(file, bytes, count);
}

ssize_t pwrite64(int file, const void *bytes, size_t count, off64_t offset) {
    REAL(ssize_t, "pwrite64", int, const void *, size_t, off64_t);
    return is_full(file) ? -1 : real(file, bytes, count, offset);
}

ssize_t pwrite(int file, const void *bytes, size_t count, off_t offset) { return pwrite64(file, bytes, count, offset); }

int posix_fallocate64(int file, off64_t offset, off64_t count) {
    REAL(int, "posix_fallocate64", int, off64_t, off64_t);
    return is_full(file) ? ENOSPC : real(file, offset, count);
}

int posix_fallocate(int file, off_t offset, off_t count) { return posix_fallocate64(file, offset, count); }

static void be_slow(int file) {
    long milliseconds = flag("slow");
    if (milliseconds > 0 && is_data(file)) usleep((useconds_t)milliseconds * 1000);
}

int fsync(int file) {
    REAL(int, "fsync", int);
    be_slow(file);
    return is_full(file) ? -1 : real(file);
}

int fdatasync(int file) {
    REAL(int, "fdatasync", int);
    be_slow(file);
    return is_full(file) ? -1 : real(file);
}

// The offset, looked up twenty times a second at most: the clock is read far more often.
static long ahead(void) {
    static long offset;
    static long long looked_at = -1;
    struct timespec now;
    syscall(SYS_clock_gettime, CLOCK_MONOTONIC, &now);
    long long tick = now.tv_sec * 20LL + now.tv_nsec / 50000000;
    if (__atomic_exchange_n(&looked_at, tick, __ATOMIC_RELAXED) != tick) {
        long seconds = flag("clock");
        __atomic_store_n(&offset, seconds == -1 ? 0 : seconds, __ATOMIC_RELAXED);
    }
    return __atomic_load_n(&offset, __ATOMIC_RELAXED);
}

int clock_gettime(clockid_t clock, struct timespec *time) {
    int code = (int)syscall(SYS_clock_gettime, clock, time);
    if (code == 0 && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)) time->tv_sec += ahead();
    return code;
}

int gettimeofday(struct timeval *restrict time, void *restrict zone) {
    struct timespec now;
    (void)zone;
    clock_gettime(CLOCK_REALTIME, &now);
    time->tv_sec = now.tv_sec;
    time->tv_usec = now.tv_nsec / 1000;
    return 0;
}

time_t time(time_t *out) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (out) *out = now.tv_sec;
    return now.tv_sec;
}

// A deadline of the wall clock, and not of a steady one, which counts from the start of the machine.
static int is_wall(const struct timespec *until) { return until->tv_sec > 1000000000; }

// The next look, at most 50 ms from now, on the real wall clock; 0 where the deadline has come on the clock that is told.
static int next_look(const struct timespec *until, struct timespec *look) {
    struct timespec told;
    clock_gettime(CLOCK_REALTIME, &told);
    long long left = (until->tv_sec - told.tv_sec) * 1000000000LL + until->tv_nsec - told.tv_nsec;
    if (left <= 0) return 0;
    if (left > 50000000) left = 50000000;
    syscall(SYS_clock_gettime, CLOCK_REALTIME, look);
    left += look->tv_nsec;
    look->tv_sec += left / 1000000000;
    look->tv_nsec = left % 1000000000;
    return 1;
}

int pthread_cond_timedwait(pthread_cond_t *restrict condition, pthread_mutex_t *restrict mutex, const struct timespec *restrict until) {
    static int (*real)(pthread_cond_t *, pthread_mutex_t *, const struct timespec *);
    // The unversioned look-up may give the condition variables of 1998.
    if (!real) real = dlvsym(RTLD_NEXT, "pthread_cond_timedwait", "GLIBC_2.3.2");
    if (!real) real = dlsym(RTLD_NEXT, "pthread_cond_timedwait");
    if (!is_wall(until)) return real(condition, mutex, until);
    struct timespec look;
    while (next_look(until, &look)) {
        int code = real(condition, mutex, &look);
        if (code != ETIMEDOUT) return code;
    }
    return ETIMEDOUT;
}

int sem_timedwait(sem_t *restrict semaphore, const struct timespec *restrict until) {
    REAL(int, "sem_timedwait", sem_t *, const struct timespec *);
    struct timespec look;
    while (next_look(until, &look)) {
        if (real(semaphore, &look) == 0) return 0;
        if (errno != ETIMEDOUT) return -1;
    }
    if (sem_trywait(semaphore) == 0) return 0;
    errno = ETIMEDOUT;
    return -1;
}
