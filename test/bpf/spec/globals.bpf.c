// Global variables of every kind and in every section.
#include <linux/bpf.h>
#include <stdbool.h>
#include <bpf/bpf_helpers.h>

#define __hidden __attribute__((visibility("hidden")))

enum mode { MODE_OFF, MODE_ON = 5 };
typedef unsigned int id;

struct settings {
	id owner;
	char name[12];
	bool verbose;
	enum mode mode;
	struct {
		__s64 low, high;
	} range;
	__u8 flags : 3;
	__u8 level : 5;
};

struct tail {
	int count;
	short values[];
};

const volatile id min_uid = 1000;
const volatile struct settings defaults = { .owner = 7, .name = "default", .verbose = true, .mode = MODE_ON };
static volatile const long constant_of_this_file = -3;

__u8 byte = 0xff;
__s16 half = -2;
char text[16] = "hello";
char grid[2][3] = { "ab", "cd" };
__u64 numbers[4] = { 1, 2, 3, ~0ull };
__int128 wide = (__int128)1 << 100;
float ratio = 0.5;
double exact = -0.25;
struct settings settings = { .range = { .low = -1, .high = 1 }, .flags = 5, .level = 17 };
struct tail tail = { .count = 3, .values = { 1, 2, 3 } };
enum mode mode = MODE_ON;
static volatile int data_of_this_file = 11;
__hidden int hidden_data = 12;
__weak int weak_data = 13;
int *pointer_to_nothing = 0;

int zeroed;
__u64 zeroed_array[100];
static volatile int zeroed_of_this_file;

long custom_data SEC(".data.custom") = 21;
const volatile long custom_constant SEC(".rodata.custom") = 22;
long custom_zero SEC(".bss.custom");
long long_section SEC(".data.a_section_with_a_long_name") = 23;
long odd_section SEC(".data.a-b.c") = 24;
static volatile int only_static SEC(".data.static") = 25;

SEC("raw_tp/sys_enter")
int touch(void *ctx)
{
	static int calls = 100;

	calls += data_of_this_file++ + zeroed_of_this_file++ + only_static++;
	zeroed += calls + hidden_data++ + weak_data++ + constant_of_this_file + min_uid;
	bpf_printk("%d %s", zeroed, text);
	return defaults.owner;
}

char _license[] SEC("license") = "Dual BSD/GPL";
__u32 _version SEC("version") = 0x60102;
