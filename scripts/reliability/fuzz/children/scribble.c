// Overwrites the memory that a reader or writer of a ring shares with the kernel:
//   scribble ring PATH SECONDS        the consumer position of a pinned ring buffer; its other pages are read-only
//   scribble user-ring PATH SECONDS BYTES
//                                    the producer position and the records of a pinned user ring buffer
//   scribble perf PID SECONDS BYTES   the positions of the perf rings of a process, of BYTES each; their records are
//                                     read-only, so that a wrong position is what shows other bytes as records
#define _GNU_SOURCE
#include <dirent.h>
#include <linux/bpf.h>
#include <linux/perf_event.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static void *map(int fd, size_t bytes, off_t offset)
{
	void *memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, offset);
	return memory == MAP_FAILED ? NULL : memory;
}

static int open_pin(const char *path)
{
	union bpf_attr attr = { .pathname = (uint64_t)path };
	return syscall(SYS_bpf, BPF_OBJ_GET, &attr, sizeof attr);
}

static void move(volatile uint64_t *position)
{
	uint64_t now = *position;
	switch (rand() % 6) {
	case 0: *position = now + 8 * (rand() % 64); break;
	case 1: *position = now - 8 * (rand() % 64); break;
	case 2: *position = now + rand() % 8; break;
	case 3: *position = (uint64_t)rand() << 32 | rand(); break;
	case 4: *position = ~0ull - rand() % 4096; break;
	default: *position = 0;
	}
}

static void overwrite(volatile uint32_t *data, size_t bytes)
{
	static const uint32_t values[] = { 0, 1, 7, 9, 0xffff, 0x10000, 0x80000, 0x7fffffff, 0x80000000, 0xffffffff };
	data[rand() % (bytes / 4)] = rand() % 3 ? values[rand() % (sizeof values / 4)] : rand();
}

static void scribble_on_perf(const char *process, size_t bytes)
{
	size_t page = sysconf(_SC_PAGESIZE);
	char path[300], target[64];
	snprintf(path, sizeof path, "/proc/%s/fd", process);
	DIR *folder = opendir(path);
	int pid = syscall(SYS_pidfd_open, atoi(process), 0);
	for (struct dirent *entry; folder && (entry = readdir(folder));) {
		snprintf(path, sizeof path, "/proc/%s/fd/%s", process, entry->d_name);
		ssize_t length = readlink(path, target, sizeof target - 1);
		target[length < 0 ? 0 : length] = 0;
		if (!strstr(target, "[perf_event]"))
			continue;
		int fd = syscall(SYS_pidfd_getfd, pid, atoi(entry->d_name), 0);
		struct perf_event_mmap_page *head = fd < 0 ? NULL : map(fd, page + bytes, 0);
		for (int i = 0; head && i < 20; i++)
			move((uint64_t *)(rand() % 2 ? &head->data_head : &head->data_tail));
		if (head)
			munmap(head, page + bytes);
		close(fd);
	}
	close(pid);
	if (folder)
		closedir(folder);
}

int main(int argc, char **argv)
{
	if (argc < 4)
		return 2;
	size_t page = sysconf(_SC_PAGESIZE), bytes = argc > 4 ? atoi(argv[4]) : page;
	int is_perf = !strcmp(argv[1], "perf"), is_user = !strcmp(argv[1], "user-ring");
	char *memory = NULL;
	if (!is_perf && !(memory = map(open_pin(argv[2]), is_user ? page + bytes : page, is_user ? page : 0)))
		return 1;
	time_t end = time(NULL) + atoi(argv[3]);
	while (time(NULL) < end) {
		if (is_perf)
			scribble_on_perf(argv[2], bytes);
		for (int i = 0; memory && i < 200; i++) {
			if (is_user && rand() % 4)
				overwrite((uint32_t *)(memory + page), bytes);
			else
				move((uint64_t *)memory);
		}
		usleep(200);
	}
	return 0;
}
