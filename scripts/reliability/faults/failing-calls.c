// Runs a command in which system calls can be made to fail: failing-calls COMMAND...
//
// The command speaks to us by umask(2), of which it has no other need: umask(1 << 30 | ERRNO << 16 | N) has the N-th of
// the calls below fail from here on, umask(1 << 29) ends that and returns how many there were.
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

// Not epoll_ctl: libuv, which shares it with us, ends the process when it fails.
static const int calls[] = {
	SYS_umask, SYS_bpf, SYS_openat, SYS_mmap, SYS_perf_event_open, SYS_fcntl, SYS_socket,
	SYS_sendto, SYS_recvmsg, SYS_recvfrom, SYS_bind, SYS_setsockopt, SYS_getsockopt, SYS_ioctl, SYS_eventfd2, SYS_epoll_create1,
	SYS_memfd_create, SYS_read, SYS_pread64, SYS_write,
};

// Whether a call reads or writes something else than a file: libuv ends the process when its eventfd or pipe fails.
static int passes_file(const struct seccomp_notif *asked)
{
	char path[64], target[256];
	if (asked->data.nr != SYS_read && asked->data.nr != SYS_pread64 && asked->data.nr != SYS_write)
		return 0;
	snprintf(path, sizeof path, "/proc/%u/fd/%u", asked->pid, (unsigned)asked->data.args[0]);
	ssize_t length = readlink(path, target, sizeof target - 1);
	if (length < 0)
		return 1;
	target[length] = 0;
	return target[0] != '/' || !strncmp(target, "/dev/", 5);
}

static int install(void)
{
	struct sock_filter code[64];
	int n = 0;
	code[n++] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr));
	for (size_t i = 0; i < sizeof calls / sizeof *calls; i++) {
		code[n++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, calls[i], 0, 1);
		code[n++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_USER_NOTIF);
	}
	code[n++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
	struct sock_fprog filter = { n, code };
	return syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_NEW_LISTENER, &filter);
}

static void supervise(int listener)
{
	unsigned nth = 0, count = 0, error = 0;
	int armed = 0;
	for (;;) {
		struct seccomp_notif asked = { 0 };
		struct seccomp_notif_resp answer = { 0 };
		if (ioctl(listener, SECCOMP_IOCTL_NOTIF_RECV, &asked)) {
			if (errno == EINTR || errno == ENOENT)
				continue;
			return;
		}
		unsigned mask = asked.data.args[0];
		answer.id = asked.id;
		answer.flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE;
		if (asked.data.nr == SYS_umask && mask >> 29) {
			armed = mask >> 30;
			answer.flags = 0;
			answer.val = armed ? 0 : count;
			if (armed)
				nth = mask & 0xffff, error = mask >> 16 & 0xfff, count = 0;
		} else if (asked.data.nr == SYS_mmap && !(asked.data.args[3] & MAP_SHARED)) {
			// Memory of the engine, which ends the process without it.
		} else if (passes_file(&asked)) {
		} else if (armed && asked.data.nr != SYS_umask && ++count == nth) {
			answer.flags = 0;
			answer.error = -(int)error;
		}
		ioctl(listener, SECCOMP_IOCTL_NOTIF_SEND, &answer);
	}
}

int main(int argc, char **argv)
{
	int ends[2];
	if (argc < 2 || socketpair(AF_UNIX, SOCK_STREAM, 0, ends))
		return 2;
	pid_t child = fork();
	if (child == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
			_exit(126);
		int listener = install();
		struct iovec out = { &listener, sizeof listener };
		// The parent takes it by pidfd_getfd, since sending it would be one of the calls, as read and write would.
		if (listener < 0 || writev(ends[1], &out, 1) != sizeof listener)
			_exit(126);
		char byte;
		struct iovec in = { &byte, 1 };
		if (readv(ends[1], &in, 1) != 1)
			_exit(126);
		close(listener), close(ends[0]), close(ends[1]);
		execvp(argv[1], argv + 1);
		_exit(127);
	}
	int theirs, listener = -1;
	close(ends[1]);
	if (read(ends[0], &theirs, sizeof theirs) == sizeof theirs)
		listener = syscall(SYS_pidfd_getfd, syscall(SYS_pidfd_open, child, 0), theirs, 0);
	if (listener < 0 || write(ends[0], "", 1) != 1)
		return 126;
	pid_t watcher = fork();
	if (watcher == 0) {
		supervise(listener);
		_exit(0);
	}
	close(listener), close(ends[0]);
	int status;
	waitpid(child, &status, 0);
	kill(watcher, SIGKILL);
	waitpid(watcher, NULL, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
