#include "host/check/imports.hpp"

#include <algorithm>
#include <array>

namespace patchbay::check {
namespace {

struct Purpose {
  std::string_view name;
  std::string_view symbols;  // separated by spaces, one before the first and after the last
};

constexpr std::array purposes{
    Purpose{
        "network",
        " socket socketpair connect bind listen accept accept4 send sendto sendmsg sendmmsg recv "
        "recvfrom recvmsg recvmmsg getaddrinfo gethostbyname gethostbyname_r getsockname "
        "setsockopt inet_addr res_query __res_query "},
    Purpose{
        "files",
        " open open64 openat openat64 creat creat64 fopen fopen64 freopen fdopen opendir readdir "
        "readdir64 scandir stat stat64 lstat lstat64 fstatat fstatat64 access faccessat readlink "
        "realpath unlink unlinkat remove rename renameat mkdir rmdir mkstemp mkdtemp tmpfile "
        "chdir fchdir getcwd chmod chown link symlink truncate ftruncate memfd_create shm_open "
        "inotify_init inotify_init1 "},
    Purpose{"descriptors",
            " read pread pread64 readv write pwrite pwrite64 writev close dup dup2 dup3 pipe pipe2 "
            "fcntl fcntl64 ioctl select poll ppoll epoll_create epoll_create1 epoll_wait eventfd "
            "sendfile splice "},
    Purpose{
        "output",
        " printf vprintf puts putchar putc fprintf vfprintf fputs fputc fwrite perror __printf_chk "
        "__fprintf_chk __vfprintf_chk stdout stderr stdin syslog vsyslog _ZSt4cout _ZSt4cerr "
        "_ZSt4clog _ZSt3cin "},
    Purpose{
        "environment",
        " getenv secure_getenv __secure_getenv setenv unsetenv putenv clearenv environ __environ "
        "_environ getopt getauxval gethostname uname getlogin getpwuid getpwuid_r getpwnam "
        "getpwnam_r "},
    Purpose{"processes",
            " fork vfork clone execve execv execvp execl execlp execle execvpe fexecve posix_spawn "
            "posix_spawnp system popen wait waitpid kill tgkill raise ptrace process_vm_readv "
            "process_vm_writev prctl setrlimit setuid setgid daemon "},
    Purpose{"the host's end",
            " exit _exit _Exit quick_exit atexit on_exit at_quick_exit pthread_exit _ZSt4exiti "},
    Purpose{
        "threads",
        " pthread_create thrd_create pthread_kill pthread_atfork timer_create "
        "_ZNSt6thread15_M_start_threadESt10unique_ptrINS_6_StateESt14default_deleteIS1_EEPFvvE "},
    Purpose{
        "the clock",
        " time gettimeofday clock_gettime clock clock_nanosleep nanosleep sleep usleep localtime "
        "localtime_r gmtime mktime ftime times timespec_get "
        "_ZNSt6chrono3_V212system_clock3nowEv _ZNSt6chrono3_V212steady_clock3nowEv "},
    Purpose{
        "chance",
        " rand rand_r srand random srandom drand48 lrand48 mrand48 getrandom getentropy arc4random "
        "arc4random_buf arc4random_uniform _ZNSt13random_device9_M_getvalEv "},
    Purpose{"loading", " dlopen dlmopen dlsym dlvsym dladdr dlinfo dl_iterate_phdr "},
    Purpose{
        "the whole process",
        " syscall signal sigaction sigprocmask pthread_sigmask alarm setitimer setlocale uselocale "
        "mmap mmap64 mprotect munmap mremap brk sbrk mlock madvise malloc_trim mallopt "
        "personality "},
};

// Classes of the C++ library whose members have too many names to list.
constexpr std::array class_purposes{
    Purpose{"files", " basic_filebuf basic_ifstream basic_ofstream basic_fstream 10filesystem "},
};

template <typename Match>
bool any_word(std::string_view words, Match match) {
  while (!words.empty()) {
    const std::size_t end = std::min(words.find(' '), words.size());
    if (end > 0 && match(words.substr(0, end))) return true;
    words.remove_prefix(std::min(end + 1, words.size()));
  }
  return false;
}

}  // namespace

std::string_view forbidden_purpose(std::string_view symbol) {
  for (const Purpose& purpose : purposes)
    if (any_word(purpose.symbols, [&](std::string_view name) { return name == symbol; }))
      return purpose.name;
  if (!symbol.starts_with("_Z")) return {};
  for (const Purpose& purpose : class_purposes)
    if (any_word(purpose.symbols, [&](std::string_view name) {
          return symbol.find(name) != std::string_view::npos;
        }))
      return purpose.name;
  return {};
}

}  // namespace patchbay::check
