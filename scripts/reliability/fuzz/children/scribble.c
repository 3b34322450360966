// Overwrites the consumer position of a pinned ring buffer: scribble PATH SECONDS. No other page of it can be written.
#include <linux/bpf.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	if (argc < 3)
		return 2;
	union bpf_attr attr = { .pathname = (uint64_t)argv[1] };
	int fd = syscall(SYS_bpf, BPF_OBJ_GET, &attr, sizeof attr);
	if (fd < 0)
		return 1;
	volatile uint64_t *position = mmap(NULL, sysconf(_SC_PAGESIZE), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (position == MAP_FAILED)
		return 1;
	time_t end = time(NULL) + atoi(argv[2]);
	while (time(NULL) < end) {
		for (int i = 0; i < 200; i++) {
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
		usleep(200);
	}
	return 0;
}
