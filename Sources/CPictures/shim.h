// Decoders of pictures, and the walls of the process in which they run. The walls are macros and variadic calls of Linux, which Swift
// does not see.
#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <png.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <turbojpeg.h>
#include <unistd.h>
#include <webp/decode.h>

#if defined(__x86_64__)
#define VIGIE_AUDIT_ARCH AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define VIGIE_AUDIT_ARCH AUDIT_ARCH_AARCH64
#endif

// Memory may not become code.
#define VIGIE_ALLOW_DATA(name) \
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, __NR_##name, 0, 4), \
    BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[2])), \
    BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, PROT_EXEC, 0, 1), BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS), \
    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)
#define VIGIE_ALLOW(name) \
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, __NR_##name, 0, 1), BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)

// Closes all but standard input, output and error. Returns 0 where it did.
static inline int vigie_close_rest(void) { return syscall(SYS_close_range, 3U, ~0U, 0U) == 0 ? 0 : errno; }

// From here on this process may compute, ask for memory that is no code, read and write what is open, and end; anything else kills it.
// Returns 0, or errno where the kernel does not do it.
static inline int vigie_confine(void) {
#ifndef VIGIE_AUDIT_ARCH
    return ENOSYS;
#else
    struct sock_filter filter[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, arch)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, VIGIE_AUDIT_ARCH, 1, 0),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        VIGIE_ALLOW(read),
        VIGIE_ALLOW(write),
        VIGIE_ALLOW(brk),
        VIGIE_ALLOW_DATA(mmap),
        VIGIE_ALLOW_DATA(mprotect),
        VIGIE_ALLOW(munmap),
        VIGIE_ALLOW(mremap),
        VIGIE_ALLOW(madvise),
        VIGIE_ALLOW(futex),
        VIGIE_ALLOW(rt_sigreturn),
        VIGIE_ALLOW(exit),
        VIGIE_ALLOW(exit_group),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
    };
    struct sock_fprog program = {sizeof(filter) / sizeof(filter[0]), filter};
    if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0) return errno;
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return errno;
    // All threads of it, should there be more than one; a thread's number instead of 0 is one that could not be confined.
    return syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC, &program) == 0 ? 0 : EPERM;
#endif
}
